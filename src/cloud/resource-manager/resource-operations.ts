import type { Core } from './core.ts'
import { groupIdOf, keyOf } from './id.ts'
import { ok, param, type Call, type Operation, type Reply } from './operation.ts'
import { paged, pageOf } from './paging.ts'
import { groupNotFound, resourceNotFound } from './problems.ts'
import { render } from './render.ts'
import type { ResourceType } from './resource-type.ts'
import { nameOf, type ResourceWrites } from './resource-writes.ts'
import type { ResourceRow } from '../store/tables.ts'

/** The lines of the table that every kind of resource has: PUT, PATCH, GET, HEAD, DELETE and two lists. */
export function resourceOperations(core: Core, writes: ResourceWrites): Operation[] {
  const { type } = writes
  const [namespace, plural] = type.type.split('/')
  const inGroup = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${namespace}/${plural}`
  const one = `${inGroup}/{name}`
  const line = (method: Operation['method'], path: string, verb: string, handle: Operation['handle'], scope?: Operation['scope']): Operation =>
    ({ method, path, versions: type.versions, needs: `${type.type}/${verb}`, handle, ...(scope ? { scope } : {}) })
  const read = async (call: Call): Promise<Reply> => ok(await render(type, await found(core, type, call), call.query.get('$expand')))
  return [
    line('PUT', one, 'write', (call) => writes.put(call)),
    line('PATCH', one, 'write', (call) => writes.put(call, true)),
    line('DELETE', one, 'delete', (call) => writes.delete(call)),
    line('GET', one, 'read', read),
    line('HEAD', one, 'read', async (call) => { await found(core, type, call); return { status: 204 } }),
    line('GET', inGroup, 'read', async (call) => {
      const groupKey = keyOf(groupIdOf(param(call, 'subscriptionId'), param(call, 'resourceGroupName')))
      const group = await core.db.selectFrom('groups').select('key').where('key', '=', groupKey).executeTakeFirst()
      if (!group) throw groupNotFound(param(call, 'resourceGroupName'))
      return list(core, type, call, groupKey)
    }, (call) => groupIdOf(param(call, 'subscriptionId'), param(call, 'resourceGroupName'))),
    { ...line('GET', `/subscriptions/{subscriptionId}/providers/${namespace}/${plural}`, 'read', (call) => list(core, type, call, null)), needs: null },
  ]
}

/** The stored row that the path names; refuses as Azure does when there is none, or no group. */
export async function found(core: Pick<Core, 'db'>, type: Pick<ResourceType, 'type'>, call: Pick<Call, 'path'>, names = 1): Promise<ResourceRow> {
  const whole = nameOf(call)
  const depth = whole.names.length - names
  const key = depth <= 0 ? whole.key : keyOf(whole.id.split('/').slice(0, -2 * depth).join('/'))
  const row = await core.db.selectFrom('resources').selectAll().where('key', '=', key).executeTakeFirst()
  if (row) return row
  const group = await core.db.selectFrom('groups').select('key').where('key', '=', whole.groupKey).executeTakeFirst()
  throw group ? resourceNotFound(type.type, whole.names.slice(0, names).join('/'), whole.group) : groupNotFound(whole.group)
}

/** A list shows what the caller may read: everything where the scope allows it, else row by row. */
async function list(core: Core, type: ResourceType, call: Call, groupKey: string | null): Promise<Reply> {
  const page = pageOf(call)
  let query = core.db.selectFrom('resources').selectAll().where('type', '=', type.type).orderBy('key').limit(page.size + 1)
  if (groupKey !== null) query = query.where('group_key', '=', groupKey)
  if (page.after !== null) query = query.where('key', '>', page.after)
  const rows = await readable(core, call, `/subscriptions/${core.subscriptionId}`, await query.execute())
  return paged(call, core.publicUrl, page, rows, (row) => render(type, row, call.query.get('$expand')))
}

/** Rows that the caller may read. */
export async function readable<Row extends { id: string; type: string }>(core: Pick<Core, 'access'>, call: Pick<Call, 'caller'>, scope: string, rows: readonly Row[]): Promise<Row[]> {
  if (rows.length === 0 || await core.access.allowed(call.caller, '*/read', scope)) return [...rows]
  const answers = await Promise.all(rows.map((row) => core.access.allowed(call.caller, `${row.type}/read`, row.id)))
  return rows.filter((_, index) => answers[index])
}
