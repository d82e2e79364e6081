import type { Core } from './core.ts'
import { groupIdOf, keyOf } from './id.ts'
import { param, type Call, type Operation, type Reply } from './operation.ts'
import { paged, pageOf } from './paging.ts'
import { groupNotFound } from './problems.ts'
import { renderBrief } from './render.ts'
import { readable } from './resource-operations.ts'
import { resourceFilter } from './filter.ts'

/** Lists of resources of every kind. Source: Resources_List, Resources_ListByResourceGroup. */
export function resourceListOperations(core: Core, versions: readonly string[]): Operation[] {
  return [
    { method: 'GET', path: '/subscriptions/{subscriptionId}/resources', versions, needs: null, handle: (call) => list(core, call, null) },
    { method: 'GET', path: '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/resources', versions, needs: null, handle: (call) => list(core, call, keyOf(groupIdOf(param(call, 'subscriptionId'), param(call, 'resourceGroupName')))) },
  ]
}

async function list(core: Core, call: Call, groupKey: string | null): Promise<Reply> {
  const page = pageOf(call)
  const filter = resourceFilter(call.query.get('$filter'))
  const expand = (call.query.get('$expand') ?? '').toLowerCase().split(',')
  if (groupKey !== null) {
    const group = await core.db.selectFrom('groups').select('id').where('key', '=', groupKey).executeTakeFirst()
    if (!group) throw groupNotFound(param(call, 'resourceGroupName'))
  }
  let query = core.db.selectFrom('resources').selectAll().orderBy('key')
  if (groupKey !== null) query = query.where('group_key', '=', groupKey)
  if (page.after !== null) query = query.where('key', '>', page.after)
  const rows = (await query.execute()).filter((row) => filter({ ...row, groupName: row.group_key.split('/').at(-1) ?? '' }))
  const seen = await readable(core, call, groupKey ?? `/subscriptions/${core.subscriptionId}`, rows)
  return paged(call, core.publicUrl, page, seen.slice(0, page.size + 1), (row) => renderBrief(row, expand))
}
