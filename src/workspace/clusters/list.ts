import type { NodeTypeInfo } from './spec.ts'
import { readToken } from './events.ts'
import { show } from './show.ts'
import { shown } from './state.ts'
import type { ClusterRow } from './store.ts'

export type Asked = {
  page_size: number
  page_token?: string | undefined
  'filter_by.cluster_states'?: string[] | undefined
  'filter_by.cluster_sources'?: string[] | undefined
  'filter_by.is_pinned'?: boolean | undefined
  'filter_by.policy_id'?: string | undefined
  'sort_by.field': 'CLUSTER_NAME' | 'DEFAULT'
  'sort_by.direction'?: 'ASC' | 'DESC' | undefined
}

/** A page of clusters. `rows` come in the default order: pinned ones first, then the latest started. */
export function clustersPage(rows: readonly ClusterRow[], asked: Asked, nodeTypes: readonly NodeTypeInfo[], vendor: string) {
  const wanted = rows.filter(
    (row) =>
      (asked['filter_by.cluster_states']?.includes(shown[row.state]) ?? true) &&
      (asked['filter_by.cluster_sources']?.includes(row.source) ?? true) &&
      (asked['filter_by.is_pinned'] === undefined || asked['filter_by.is_pinned'] === row.pinned) &&
      (asked['filter_by.policy_id'] === undefined || asked['filter_by.policy_id'] === row.spec.policy_id),
  )
  if (asked['sort_by.field'] === 'CLUSTER_NAME') wanted.sort((a, b) => (a.spec.cluster_name ?? '').localeCompare(b.spec.cluster_name ?? ''))
  if (asked['sort_by.direction'] === 'DESC' && asked['sort_by.field'] === 'CLUSTER_NAME') wanted.reverse()
  const from = asked.page_token ? readToken(asked.page_token) : 0
  const page = wanted.slice(from, from + asked.page_size)
  const next = from + page.length
  return {
    clusters: page.map((row) => show(row, nodeTypes, vendor)),
    next_page_token: next < wanted.length ? String(next) : '',
    prev_page_token: from > 0 ? String(Math.max(0, from - asked.page_size)) : '',
  }
}
