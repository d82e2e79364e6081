import type { ClusterService } from '../../clusters/service.ts'
import type { ClusterView, NotebookClusters } from './deps.ts'

const usable = ['RUNNING', 'RESIZING']
const ended = ['TERMINATING', 'TERMINATED']

/** Clusters as notebooks see them. */
export const notebookClusters = (clusters: Pick<ClusterService, 'find' | 'store'>): NotebookClusters => ({
  mayAttach: async (caller, clusterId) => void (await clusters.find(clusterId, caller, 'use')),
  async look(clusterId): Promise<ClusterView | null> {
    const row = await clusters.store.find(clusterId)
    if (!row || row.removed) return null
    return {
      cluster_id: clusterId,
      name: row.spec.cluster_name ?? clusterId,
      state: row.state,
      incarnation: row.incarnation,
      is: usable.includes(row.state) ? 'usable' : ended.includes(row.state) ? 'gone' : 'coming',
      reason: row.state_message,
    }
  },
})

/** Why nothing runs there, in words. */
export function whyGone(view: ClusterView | null, clusterId: string): string {
  if (!view) return `Cluster ${clusterId} was deleted. Attach the notebook to another cluster.`
  return `Cluster ${view.name} is ${view.state.toLowerCase()}${view.reason ? `: ${view.reason.replace(/\.$/, '')}` : ''}. Start it, or attach the notebook to another cluster.`
}
/** Why what ran is lost although the cluster is there. */
export const whyLost = (view: ClusterView): string => `Cluster ${view.name} was restarted: variables of before are gone.`
export const whyWaiting = (view: ClusterView): string => `Waiting for cluster ${view.name}, which is ${view.state.toLowerCase()}.`
