import type { Core } from '../resource-manager/core.ts'
import { versions } from '../resource-manager/api-versions.ts'
import type { Call, Operation, Reply } from '../resource-manager/operation.ts'
import { ok } from '../resource-manager/operation.ts'
import { conflict, resourceNotFound } from '../resource-manager/problems.ts'
import { mustBeUnlocked } from '../resource-manager/locks.ts'
import { found } from '../resource-manager/resource-operations.ts'
import { nameOf } from '../resource-manager/resource-writes.ts'
import { inTransaction } from '../store/transaction.ts'
import type { MachineRow, Power, ResourceRow, Wish } from '../store/tables.ts'
import { mustFitIn, type Capacity } from './capacity.ts'
import type { InstanceView } from './instance-view.ts'
import { storedMachine } from './schema.ts'
import { sizes } from './sizes.ts'
import { machineType } from './virtual-machines.ts'
import { renderSize } from './skus.ts'

export type ActionDeps = { core: Core; capacity: Capacity; instanceView: InstanceView; consoleUrl: (row: ResourceRow) => string }
type Verb = { wish: Wish; power: Power; restart?: boolean; from?: readonly Wish[] }

const verbs = {
  start: { wish: 'running', power: 'starting' },
  powerOff: { wish: 'stopped', power: 'stopping', from: ['running', 'stopped'] },
  restart: { wish: 'running', power: 'starting', restart: true, from: ['running', 'stopped'] },
  deallocate: { wish: 'deallocated', power: 'deallocating' },
  hibernate: { wish: 'hibernated', power: 'deallocating', from: ['running', 'hibernated'] },
} as const satisfies Record<string, Verb>

/** Actions and views of one machine. Source: Microsoft.Compute virtualMachines_*. */
export function machineOperations(deps: ActionDeps): Operation[] {
  const one = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/virtualMachines/{name}'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation => ({ method, path: `${one}${tail}`, versions: versions.compute, needs: `${machineType}/${verb}`, handle })
  const at = (call: Call) => found(deps.core, { type: machineType }, { path: call.path.split('/').slice(0, -1).join('/') })
  const action = (name: string, verb: Verb): Operation => line('POST', `/${name}`, `${name}/action`, (call) => act(deps, call, name, verb))
  return [
    action('start', verbs.start),
    action('powerOff', verbs.powerOff),
    action('restart', verbs.restart),
    line('POST', '/deallocate', 'deallocate/action', (call) => act(deps, call, 'deallocate', call.query.get('hibernate')?.toLowerCase() === 'true' ? verbs.hibernate : verbs.deallocate)),
    line('GET', '/instanceView', 'instanceView/read', async (call) => ok(await deps.instanceView(await at(call)))),
    line('GET', '/vmSizes', 'vmSizes/read', async (call) => { await at(call); return ok({ value: sizes.map(renderSize) }) }),
    line('POST', '/retrieveBootDiagnosticsData', 'retrieveBootDiagnosticsData/action', async (call) => {
      const url = deps.consoleUrl(await at(call))
      return ok({ consoleScreenshotBlobUri: url, serialConsoleLogBlobUri: url })
    }),
  ]
}

async function act(deps: ActionDeps, call: Call, name: string, verb: Verb): Promise<Reply> {
  const { core } = deps
  const path = call.path.split('/').slice(0, -1).join('/')
  const { key, id, group } = nameOf({ path })
  const operationId = await inTransaction(core.db, async (tx) => {
    const row = await tx.selectFrom('resources').selectAll().where('key', '=', key).forUpdate().executeTakeFirst()
    const machine = await tx.selectFrom('machines').selectAll().where('key', '=', key).forUpdate().executeTakeFirst()
    if (!row || !machine) throw resourceNotFound(machineType, path.split('/').at(-1) ?? '', group)
    await mustBeUnlocked(tx, id, 'write')
    mustBePossible(row, machine, name, verb)
    const operation = await core.operations.start(tx, { namespace: 'Microsoft.Compute', key, verb: 'action', caller: call.caller.oid })
    await core.operations.end(tx, key, { status: 'Canceled', error: { code: 'OperationPreempted', message: 'Operation execution has been preempted by a more recent operation.' } }, { not: operation })
    // A start is always looked into: the machine may have died unseen a moment ago.
    const reached = machine.wish === verb.wish && machine.power === verb.wish && verb.wish !== 'running'
    if (verb.wish === 'running') await mustFitIn(tx, deps.capacity, { cores: machine.holds_cores ? 0 : machine.cores, memoryMb: machine.holds_memory ? 0 : machine.memory_mb })
    await tx.updateTable('machines').set({
      wish: verb.wish, message: null, ...(reached ? {} : { power: verb.power, since: new Date() }), ...(verb.restart ? { restarts_wished: machine.restarts_wished + 1 } : {}),
      ...(verb.wish === 'running' ? { holds_cores: true, holds_memory: true } : {}),
    }).where('key', '=', key).execute()
    await tx.updateTable('resources').set({ state: 'Updating' }).where('key', '=', key).execute()
    await core.resources.request(tx, key)
    return operation
  })
  const where = { subscription: core.subscriptionId, namespace: 'Microsoft.Compute', location: 'local', id: operationId, apiVersion: call.apiVersion }
  return { status: 202, headers: core.operations.headers(where, 'both'), operationId }
}

function mustBePossible(row: ResourceRow, machine: MachineRow, name: string, verb: Verb): void {
  if (row.state === 'Deleting' || machine.wish === 'deleted') throw conflict('OperationNotAllowed', `Operation '${name}' is not allowed on VM '${row.name}' since the VM is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete).`)
  if (verb.from && !verb.from.includes(machine.wish)) throw conflict('OperationNotAllowed', `Operation '${name}' is not allowed on VM '${row.name}' since the VM is ${machine.power}. Start it first.`)
  if (verb.wish !== 'hibernated') return
  if (!storedMachine.parse(row.properties).additionalCapabilities?.hibernationEnabled) {
    throw conflict('OperationNotAllowed', `The Hibernate-Deallocate Operation cannot be performed on a VM that does not have the hibernation capability enabled (additionalCapabilities.hibernationEnabled).`)
  }
  if (machine.wish === 'running' && machine.power === 'creating') throw conflict('OperationNotAllowed', `VM '${row.name}' is still being created.`)
}
