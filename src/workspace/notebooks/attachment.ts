import type { ClusterView } from './sessions/deps.ts'
import { whyGone, whyLost } from './sessions/cluster-view.ts'
import type { SessionRow } from './tables.ts'
import type { Attachment } from './wire.ts'

/** Where a notebook runs, as browsers see it. What the cluster did meanwhile counts, noted or not. */
export function attachmentOf(session: SessionRow, view: ClusterView | null, busy: boolean): Attachment {
  if (session.cluster_id === null) return { cluster_id: null, cluster_name: null, cluster_state: null, context: 'none' }
  const cluster = { cluster_id: session.cluster_id, cluster_name: view?.name ?? session.cluster_id, cluster_state: view?.state ?? 'MISSING' }
  const had = session.context_state === 'ready' || session.context_state === 'starting'
  const why = had ? whyNotThere(session, view) : null
  if (why !== null) return { ...cluster, context: 'lost', message: why }
  return {
    ...cluster,
    context: session.context_state === 'ready' && busy ? 'busy' : session.context_state,
    ...(session.context_message === null || had ? {} : { message: session.context_message }),
    ...(session.context_since && had ? { since: session.context_since.getTime() } : {}),
  }
}

function whyNotThere(session: SessionRow, view: ClusterView | null): string | null {
  if (!view || view.is === 'gone') return whyGone(view, session.cluster_id ?? '')
  return view.incarnation === session.incarnation ? null : whyLost(view)
}
