import type { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { EventsQuery } from './api.ts'
import type { ClusterStore } from './store.ts'

type Query = z.infer<typeof EventsQuery>
const largest = 500

/**
 * A page of a cluster's events. Two styles of paging: `offset`/`limit` with `next_page`, and `page_size`/`page_token`.
 * Source: compute.GetEvents in databricks-sdk-py.
 */
export async function eventsPage(store: ClusterStore, query: Query) {
  const byToken = query.page_token !== undefined || query.page_size !== undefined
  const offset = query.page_token === undefined ? (query.offset ?? 0) : readToken(query.page_token)
  const limit = byToken ? query.page_size || 100 : (query.limit ?? 50) || largest
  const { rows, total } = await store.events(query.cluster_id, {
    from: query.start_time,
    to: query.end_time,
    types: query.event_types,
    order: query.order,
    offset,
    limit,
  })
  const next = offset + rows.length < total ? offset + rows.length : undefined
  const same = {
    cluster_id: query.cluster_id,
    order: query.order,
    ...(query.start_time === undefined ? {} : { start_time: query.start_time }),
    ...(query.end_time === undefined ? {} : { end_time: query.end_time }),
    ...(query.event_types ? { event_types: query.event_types } : {}),
  }
  return {
    events: rows.map((row) => ({ cluster_id: row.cluster_id, timestamp: row.at.getTime(), type: row.type, details: row.details })),
    total_count: total,
    ...(byToken
      ? { next_page_token: next === undefined ? '' : String(next), prev_page_token: offset > 0 ? String(Math.max(0, offset - limit)) : '' }
      : {}),
    // The SDK's iterator of 2.1 takes next_page_token when it finds one, and next_page else.
    ...(!byToken && next !== undefined ? { next_page: { ...same, offset: next, limit } } : {}),
  }
}

/** Page tokens of lists are offsets: rows are few and their order is stable. */
export function readToken(token: string): number {
  if (!/^\d{1,9}$/.test(token))
    throw new Problem('invalid', 'Invalid value for field page_token: it was not made by this workspace', {
      extra: { field: 'page_token' },
    })
  return Number(token)
}
