import type { Keys } from '#base/keys.ts'
import { json } from '#base/db.ts'
import type { Log } from '#base/log.ts'
import { asProblem, Problem } from '#base/problem.ts'
import type { Next } from '#base/work.ts'
import type { Kysely } from 'kysely'
import type { HostProvider, VmSpec } from '../hosts/provider.ts'
import { addressOf, findCard, subnetIdOf } from '../network/cards.ts'
import { networkSpec, type Enforcement } from '../network/enforcement.ts'
import type { AsyncOperations } from '../resource-manager/async-operations.ts'
import { keyOf } from '../resource-manager/id.ts'
import { wireCodeOf } from '../resource-manager/problems.ts'
import { forget } from '../resource-manager/resource-writes.ts'
import type { Tx } from '../resource-manager/resource-type.ts'
import { inTransaction } from '../store/transaction.ts'
import type { MachineRow, Power, ResourceRow, Tables } from '../store/tables.ts'
import { holds, nextStep } from './machine-state.ts'
import type { MetricSamples } from './metric-samples.ts'
import { storedMachine } from './schema.ts'
import { openUserData } from './virtual-machines.ts'

export type MachineLoopDeps = { db: Kysely<Tables>; hosts: HostProvider; keys: Pick<Keys, 'open'>; enforcement: Enforcement; operations: AsyncOperations; samples: MetricSamples; log: Log }

/** How often a running machine is looked at. */
const watchMs = 3000
/** After this long without success a boot counts as failed. */
const patienceMs = 120_000
const lasting = new Set(['invalid', 'quota', 'not_implemented', 'forbidden'])

/** One step of one machine: look, do one repeatable thing, record. `ensure` finds what a dead process made, since the host's name is in the row. */
export function machineStep(deps: MachineLoopDeps) {
  return async (row: ResourceRow, signal: AbortSignal): Promise<Next> => {
    const machine = await deps.db.selectFrom('machines').selectAll().where('key', '=', row.key).executeTakeFirst()
    if (!machine) return 'done'
    const seen = await deps.hosts.observe(machine.host, signal)
    deps.samples.note(row.key, seen)
    const step = nextStep(machine, seen)
    switch (step.do) {
      case 'release':
        await deps.hosts.release(machine.host, signal)
        return { again: 0 }
      case 'forget':
        await inTransaction(deps.db, (tx) => forgetMachine(deps, tx, row))
        deps.samples.forget(row.key)
        return 'done'
      case 'stop':
        await deps.hosts.stop(machine.host, signal)
        if (step.so === 'restart') await restarted(deps, machine)
        return { again: 0 }
      case 'freeze':
        await deps.hosts.freeze(machine.host, signal)
        return { again: 0 }
      case 'thaw':
        await deps.hosts.thaw(machine.host, signal)
        return { again: 0 }
      case 'boot':
        return boot(deps, row, machine, signal)
      case 'settle':
        return settle(deps, row, machine, step.power, step.lost)
    }
  }
}

async function boot(deps: MachineLoopDeps, row: ResourceRow, machine: MachineRow, signal: AbortSignal): Promise<Next> {
  try {
    const spec = await specOf(deps, row, machine)
    await deps.hosts.ensureNetwork(spec.network, signal)
    await deps.hosts.ensure(spec.machine, signal)
    return { again: 0 }
  } catch (error) {
    const problem = asProblem(error)
    if (signal.aborted || (!lasting.has(problem.code) && Date.now() - machine.since.getTime() < patienceMs)) throw error
    deps.log.warn({ err: error, machine: row.id }, 'a machine could not boot')
    await inTransaction(deps.db, async (tx) => {
      const still = await tx.updateTable('machines').set({ power: 'stopped', wish: 'stopped', message: problem.message }).where('key', '=', row.key).where('wish', '=', 'running').executeTakeFirst()
      if (still.numUpdatedRows === 0n) return
      await tx.updateTable('resources').set({ state: 'Failed' }).where('key', '=', row.key).execute()
      const code = problem.code === 'internal' ? 'VMStartFailed' : wireCodeOf(problem)
      await deps.operations.end(tx, row.key, { status: 'Failed', error: { code, message: problem.message } })
    })
    return 'done'
  }
}

/** What the host is to be, from the stored resources alone: the same wish always gives the same machine. */
async function specOf(deps: MachineLoopDeps, row: ResourceRow, machine: MachineRow) {
  const vm = storedMachine.parse(row.properties)
  const card = await findCard(deps.db, vm.networkProfile.networkInterfaces[0]?.id ?? '')
  if (!card) throw new Problem('invalid', 'The network interface of the machine does not exist any more.')
  const place = await deps.enforcement.placeOf(deps.db, subnetIdOf(card.nic))
  if (!place) throw new Problem('invalid', 'The subnet of the machine does not exist any more.')
  const network = networkSpec(place.network)
  const spec: VmSpec = {
    id: machine.host, cpus: machine.cores, memoryMb: machine.memory_mb, customData: openUserData(deps.keys, row), env: {}, hostname: vm.osProfile.computerName ?? row.name,
    nic: { id: card.nic.resourceGuid, network: network.id, subnet: place.subnet.name, address: addressOf(card.nic), rules: await deps.enforcement.rulesFor(card) },
  }
  return { machine: spec, network }
}

/** The old life is over; what boots next is the new one. Recorded between the two, so a restart is one restart. */
async function restarted(deps: MachineLoopDeps, machine: MachineRow): Promise<void> {
  await deps.db.updateTable('machines').set({ restarts_done: machine.restarts_wished, power: 'starting' }).where('key', '=', machine.key).execute()
}

/** The world is as wished (or cannot be any more): says so, gives back what is not held any longer, ends what was waited for. */
async function settle(deps: MachineLoopDeps, row: ResourceRow, machine: MachineRow, power: Power, lost: string | undefined): Promise<Next> {
  if (machine.power !== power || row.state === 'Creating' || row.state === 'Updating') {
    const wish = lost === undefined ? machine.wish : power === 'stopped' ? 'stopped' : 'deallocated'
    const settled = await inTransaction(deps.db, async (tx) => {
      const { numUpdatedRows } = await tx.updateTable('machines').set({
        power, wish, ...holds(wish), message: lost ?? (machine.power === power ? machine.message : null), ...(power === 'running' && machine.power !== 'running' ? { booted_at: new Date() } : {}), ...(machine.power === power ? {} : { since: new Date() }),
      }).where('key', '=', row.key).where('wish', '=', machine.wish).where('restarts_wished', '=', machine.restarts_wished).executeTakeFirst()
      if (numUpdatedRows === 0n) return false // a newer wish came meanwhile
      await tx.updateTable('resources').set({ state: 'Succeeded' }).where('key', '=', row.key).where('state', 'in', ['Creating', 'Updating']).execute()
      await deps.operations.end(tx, row.key, lost !== undefined && machine.wish === 'hibernated'
        ? { status: 'Failed', error: { code: 'VMHibernateFailed', message: lost } }
        : { status: 'Succeeded' })
      return true
    })
    if (!settled) return { again: 0 }
  }
  return power === 'running' || power === 'hibernated' ? { again: watchMs } : 'done'
}

/** Nothing of it is left on the host: takes its rows, its disk and, as asked, its card. */
async function forgetMachine(deps: MachineLoopDeps, tx: Tx, row: ResourceRow): Promise<void> {
  const vm = storedMachine.parse(row.properties)
  for (const wish of vm.networkProfile.networkInterfaces) {
    const card = await findCard(tx, wish.id)
    if (!card || keyOf(card.nic.virtualMachine?.id ?? '') !== row.key) continue
    if (wish.properties?.deleteOption === 'Delete') {
      await tx.deleteFrom('resources').where('key', '=', card.row.key).execute()
      await forget(tx, card.row.key)
    } else {
      const { virtualMachine: _, ...free } = card.nic
      await tx.updateTable('resources').set({ properties: json(free) }).where('key', '=', card.row.key).execute()
    }
  }
  await tx.deleteFrom('resources').where('key', '=', keyOf(vm.storageProfile.osDisk.managedDisk.id)).execute()
  await tx.deleteFrom('machines').where('key', '=', row.key).execute()
  await tx.deleteFrom('resources').where('key', '=', row.key).execute()
  await forget(tx, row.key)
  await deps.operations.end(tx, row.key, { status: 'Succeeded' })
}
