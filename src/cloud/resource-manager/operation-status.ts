import type { Core } from './core.ts'
import { retry, statusBody } from './async-operations.ts'
import { param, type Call, type Operation, type Reply } from './operation.ts'
import { notBuilt, resourceNotFound } from './problems.ts'
import { render } from './render.ts'
import type { ResourceType } from './resource-type.ts'
import { keyOf, parseId } from './id.ts'
import type { OperationRow } from '../store/tables.ts'

/** The addresses that asynchronous answers point to. Whoever started it may ask, and whoever may read the subscription. */
export function statusOperations(core: Core, types: ReadonlyMap<string, ResourceType>, versions: readonly string[]): Operation[] {
  async function ask(call: Call): Promise<OperationRow> {
    const row = await core.operations.ask(param(call, 'operationId'), call.signal)
    if (row.caller !== call.caller.oid) await core.access.must(call.caller, `${row.namespace}/locations/operations/read`, `/subscriptions/${core.subscriptionId}`)
    return row
  }
  /** What the `Location` address answers: 202 until it is over, then what a synchronous answer would have been. */
  async function result(call: Call): Promise<Reply> {
    const row = await ask(call)
    if (row.status === 'InProgress') return { status: 202, headers: { location: `${core.publicUrl}${call.url}`, ...retry } }
    if (row.error) return { status: 409, body: { error: row.error } }
    if (row.verb === 'action') return row.result ? { status: 200, body: row.result } : { status: 200 }
    if (row.verb === 'delete') return { status: 200 }
    const resource = await core.db.selectFrom('resources').selectAll().where('key', '=', row.resource_key).executeTakeFirst()
    const name = parseId(row.resource_key)
    if (!resource) throw resourceNotFound(name?.type ?? '', name?.name ?? '', name?.group ?? '')
    const type = types.get(keyOf(resource.type))
    if (!type) throw notBuilt(resource.type)
    return { status: 200, body: await render(type, resource) }
  }
  const status = async (call: Call): Promise<Reply> => {
    const row = await ask(call)
    return { status: 200, body: statusBody(row, call.path), headers: row.status === 'InProgress' ? retry : {} }
  }
  const base = '/subscriptions/{subscriptionId}/providers/{namespace}/locations/{location}'
  const line = (path: string, handle: Operation['handle']): Operation => ({ method: 'GET', path, versions, needs: null, handle })
  return [
    line(`${base}/operations/{operationId}`, status),
    line(`${base}/asyncoperations/{operationId}`, status),
    line(`${base}/operationResults/{operationId}`, result),
    line('/subscriptions/{subscriptionId}/operationresults/{operationId}', result),
  ]
}
