import type { Kysely } from 'kysely'
import type { Log } from '#base/log.ts'
import { below, keyOf } from './id.ts'
import { ok, type Caller, type Operation } from './operation.ts'
import { versions } from './api-versions.ts'
import { bad } from './problems.ts'
import type { Bag, Tables } from '../store/tables.ts'

export type Written = { action: string; scope: string; caller: Caller; httpStatus: number; correlationId: string; operationId: string | null }

/** Who wrote what, where, with what success. Reads are not recorded, as on Azure. */
export const activityLog = (db: Kysely<Tables>, log: Log) => ({
  async record(written: Written): Promise<void> {
    const status = written.httpStatus >= 400 ? 'Failed' : written.operationId ? 'Accepted' : 'Succeeded'
    await db.insertInto('activity').values({
      at: new Date(), action: written.action, scope: written.scope, scope_key: keyOf(written.scope), caller: written.caller.oid, caller_name: written.caller.name, status,
      http_status: written.httpStatus, correlation_id: written.correlationId, operation_id: written.operationId,
    }).execute().catch((error: unknown) => log.error({ err: error, action: written.action, scope: written.scope }, 'the activity log could not be written'))
  },
})

/** `Microsoft.Insights/eventtypes/management/values`: the activity log's subset of events. `$filter`: eventTimestamp ge/le, resourceGroupName, resourceUri, correlationId. */
export function activityOperations(db: Kysely<Tables>, subscriptionId: string): Operation[] {
  return [{
    method: 'GET', path: '/subscriptions/{subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values', versions: versions.insights,
    needs: 'Microsoft.Insights/eventtypes/values/read',
    // Who may read a group or a resource may read what was done to it.
    scope: (call) => rootOf(filterOf(call.query.get('$filter')), subscriptionId) ?? `/subscriptions/${subscriptionId}`,
    async handle(call) {
      const wish = filterOf(call.query.get('$filter'))
      let query = db.selectFrom('activity').leftJoin('operations', 'operations.id', 'activity.operation_id').selectAll('activity')
        .select(['operations.status as ended', 'operations.error as error']).orderBy('activity.id', 'desc').limit(500)
      if (wish.from) query = query.where('activity.at', '>=', new Date(wish.from))
      if (wish.to) query = query.where('activity.at', '<=', new Date(wish.to))
      if (wish.correlationId) query = query.where('activity.correlation_id', '=', wish.correlationId)
      const root = rootOf(wish, subscriptionId)
      if (root) query = query.where((where) => where.or([where('scope_key', '=', keyOf(root)), where('scope_key', 'like', below(root))]))
      const rows = await query.execute()
      return ok({ value: rows.map((row): Bag => ({
        id: `${row.scope}/events/${row.id}`, eventDataId: eventId(row.id), eventTimestamp: row.at.toISOString(), submissionTimestamp: row.at.toISOString(), caller: row.caller_name,
        claims: { 'http://schemas.microsoft.com/identity/claims/objectidentifier': row.caller, name: row.caller_name }, category: { value: 'Administrative', localizedValue: 'Administrative' },
        operationName: { value: row.action, localizedValue: row.action }, resourceId: row.scope, resourceGroupName: /\/resourcegroups\/([^/]+)/i.exec(row.scope)?.[1] ?? '',
        status: named(row.status === 'Accepted' && row.ended && row.ended !== 'InProgress' ? row.ended : row.status), subStatus: named(String(row.http_status)),
        correlationId: row.correlation_id, operationId: row.operation_id ?? row.correlation_id, subscriptionId, level: row.status === 'Failed' ? 'Error' : 'Informational',
        ...(row.error ? { properties: { statusMessage: JSON.stringify({ error: row.error }) } } : {}),
      })) })
    },
  }]
}

const named = (value: string) => ({ value, localizedValue: value })
/** Stable for a row, so that clients that key on it see one event once. */
const eventId = (id: number): string => `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`

type Filter = { from?: string; to?: string; correlationId?: string; resourceUri?: string; resourceGroupName?: string }
const rootOf = (wish: Filter, subscriptionId: string): string | null => wish.resourceUri || (wish.resourceGroupName ? `/subscriptions/${subscriptionId}/resourceGroups/${wish.resourceGroupName}` : null)

function filterOf(text: string | null): Filter {
  const wish: Filter = {}
  if (!text) return wish
  for (const part of text.split(/\s+and\s+/i)) {
    const found = /^\s*(\w+)\s+(eq|ge|le)\s+'([^']*)'\s*$/i.exec(part)
    const [, field = '', verb = '', value = ''] = found ?? []
    const key = `${field.toLowerCase()} ${verb.toLowerCase()}`
    if (key === 'eventtimestamp ge') wish.from = value
    else if (key === 'eventtimestamp le') wish.to = value
    else if (key === 'correlationid eq') wish.correlationId = value
    else if (key === 'resourceuri eq' || key === 'resourceid eq') wish.resourceUri = value
    else if (key === 'resourcegroupname eq') wish.resourceGroupName = value
    else if (key !== 'eventchannels eq') throw bad('BadRequest', `The filter '${part.trim()}' is not supported.`)
  }
  return wish
}
