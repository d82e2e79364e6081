import { json } from '#base/db.ts'
import { z } from 'zod'
import { inTransaction, turn } from '../store/transaction.ts'
import { tags, type Bag, type GroupRow } from '../store/tables.ts'
import { normalLocation, region, type Core } from './core.ts'
import { groupIdOf, keyOf } from './id.ts'
import { mustBeUnlocked } from './locks.ts'
import { ok, param, type Call, type Operation, type Reply } from './operation.ts'
import { paged, pageOf } from './paging.ts'
import { bad, conflict, groupNotFound, notBuilt } from './problems.ts'
import { retry } from './async-operations.ts'
import { readable } from './resource-operations.ts'
import type { Tx } from './resource-type.ts'
import { resourceFilter } from './filter.ts'

const groupBody = z.looseObject({ location: z.string().optional(), tags: tags.nullish(), managedBy: z.string().nullish() })
const type = 'Microsoft.Resources/subscriptions/resourceGroups'

export type GroupEvents = {
  /** Within the transaction that makes a group: who made it, and for whom it is managed. */
  created(tx: Tx, group: GroupRow, call: Call): Promise<void>
}

/** Resource groups. Source: Microsoft.Resources 2025-04-01, ResourceGroups_*. */
export function groupOperations(core: Core, events: GroupEvents, versions: readonly string[]): Operation[] {
  const one = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}'
  const needs = (verb: string) => `${type}/${verb}`
  const line = (method: Operation['method'], path: string, verb: string | null, handle: Operation['handle']): Operation => ({ method, path, versions, needs: verb === null ? null : needs(verb), handle })
  return [
    line('PUT', one, 'write', (call) => put(core, events, call)),
    line('PATCH', one, 'write', (call) => patch(core, call)),
    line('GET', one, 'read', async (call) => ok(renderGroup(await mustFind(core, call)))),
    line('HEAD', one, 'read', async (call) => ({ status: (await core.db.selectFrom('groups').select('key').where('key', '=', groupKeyOf(call)).executeTakeFirst()) ? 204 : 404 })),
    line('DELETE', one, 'delete', (call) => remove(core, call)),
    line('GET', '/subscriptions/{subscriptionId}/resourceGroups', null, (call) => list(core, call)),
    ...['exportTemplate', 'moveResources', 'validateMoveResources'].map((verb) => line('POST', `${one}/${verb}`, verb, async () => { throw notBuilt(`${type}/${verb}`) })),
  ]
}

export const renderGroup = (row: GroupRow): Bag => ({
  id: row.id, name: row.name, type: 'Microsoft.Resources/resourceGroups', location: row.location, ...(row.managed_by ? { managedBy: row.managed_by } : {}),
  ...(row.tags ? { tags: row.tags } : {}), properties: { provisioningState: row.state },
})

const groupKeyOf = (call: Call) => keyOf(groupIdOf(param(call, 'subscriptionId'), param(call, 'resourceGroupName')))

async function mustFind(core: Core, call: Call): Promise<GroupRow> {
  const row = await core.db.selectFrom('groups').selectAll().where('key', '=', groupKeyOf(call)).executeTakeFirst()
  if (!row) throw groupNotFound(param(call, 'resourceGroupName'))
  return row
}

async function put(core: Core, events: GroupEvents, call: Call): Promise<Reply> {
  const name = param(call, 'resourceGroupName')
  if (!/^[\p{L}\p{N}_().-]{1,90}$/u.test(name) || name.endsWith('.')) throw bad('InvalidResourceGroup', `The provided resource group name '${name}' is not valid: up to 90 letters, digits, '_', '(', ')', '.' and '-', not ending with '.'.`)
  const body = groupBody.safeParse(call.body ?? {})
  if (!body.success) throw bad('InvalidRequestContent', `The request content was invalid: ${body.error.issues[0]?.path.join('.') ?? ''} ${body.error.issues[0]?.message ?? ''}`)
  const wish = body.data
  if (wish.location === undefined) throw bad('LocationRequired', 'The location property is required for this definition.')
  const location = normalLocation(wish.location)
  if (location !== region.name) throw bad('LocationNotAvailableForResourceGroup', `The provided location '${wish.location}' is not available for resource group. List of available regions is '${region.name}'.`)
  const id = groupIdOf(core.subscriptionId, name)
  const { row, created } = await inTransaction(core.db, async (tx) => {
    await turn(tx, keyOf(id))
    await mustBeUnlocked(tx, id, 'write')
    const old = await tx.selectFrom('groups').selectAll().where('key', '=', keyOf(id)).forUpdate().executeTakeFirst()
    if (old?.state === 'Deleting') throw conflict('ResourceGroupBeingDeleted', `The resource group '${old.name}' is in deprovisioning state and cannot perform this operation.`)
    if (old && (wish.managedBy ?? null) !== null && wish.managedBy !== old.managed_by) {
      throw conflict('ResourceGroupManagedByMismatch', `The resource group '${old.name}' is ${old.managed_by ? `managed by '${old.managed_by}'` : 'not managed'}; that cannot be changed.`)
    }
    const row: GroupRow = {
      key: keyOf(id), id: old?.id ?? id, name: old?.name ?? name, location, managed_by: old?.managed_by ?? wish.managedBy ?? null, tags: wish.tags ?? null, state: 'Succeeded',
      created_at: old?.created_at ?? core.clock(), changed_at: core.clock(),
    }
    const values = { ...row, tags: row.tags === null ? null : json(row.tags) }
    await tx.insertInto('groups').values(values).onConflict((c) => c.column('key').doUpdateSet(values)).execute()
    if (!old) await events.created(tx, row, call)
    return { row, created: !old }
  })
  return { status: created ? 201 : 200, body: renderGroup(row) }
}

async function patch(core: Core, call: Call): Promise<Reply> {
  const body = groupBody.parse(call.body ?? {})
  const old = await mustFind(core, call)
  await mustBeUnlocked(core.db, old.id, 'write')
  const row = await core.db.updateTable('groups').set({ ...(body.tags === undefined ? {} : { tags: body.tags === null ? null : json(body.tags) }), changed_at: core.clock() })
    .where('key', '=', old.key).returningAll().executeTakeFirst()
  return ok(renderGroup(row ?? old))
}

async function remove(core: Core, call: Call): Promise<Reply> {
  const key = groupKeyOf(call)
  const id = await inTransaction(core.db, async (tx) => {
    await turn(tx, key)
    const row = await tx.selectFrom('groups').selectAll().where('key', '=', key).forUpdate().executeTakeFirst()
    if (!row) throw groupNotFound(param(call, 'resourceGroupName'))
    await mustBeUnlocked(tx, row.id, 'delete')
    await tx.updateTable('groups').set({ state: 'Deleting', changed_at: core.clock() }).where('key', '=', key).execute()
    const operation = await core.operations.start(tx, { namespace: 'Microsoft.Resources', key, verb: 'delete', caller: call.caller.oid })
    await core.groups.request(tx, key)
    return operation
  })
  const location = `${core.publicUrl}/subscriptions/${core.subscriptionId}/operationresults/${id}?api-version=${call.apiVersion}`
  return { status: 202, headers: { location, ...retry }, operationId: id }
}

async function list(core: Core, call: Call): Promise<Reply> {
  const page = pageOf(call)
  const filter = resourceFilter(call.query.get('$filter'))
  let query = core.db.selectFrom('groups').selectAll().orderBy('key').limit(page.size + 1)
  if (page.after !== null) query = query.where('key', '>', page.after)
  const rows = (await query.execute()).filter((row) => filter({ type: 'Microsoft.Resources/resourceGroups', name: row.name, location: row.location, tags: row.tags, groupName: row.name }))
  const seen = await readable(core, call, `/subscriptions/${core.subscriptionId}`, rows.map((row) => ({ ...row, type })))
  return paged(call, core.publicUrl, page, seen, renderGroup)
}
