import { implementFor } from '../caller.ts'
import type { ClusterService } from '../clusters/service.ts'
import type { Machines } from '../clusters/machines.ts'
import { clusterInsightApi } from './api.ts'
import { costOf } from './cost.ts'
import type { clusterLogs } from './logs.ts'
import type { clusterMetrics } from './metrics.ts'
import type { clusterProgress } from './progress.ts'

export type Deps = {
  clusters: ClusterService
  machines: Machines
  progress: ReturnType<typeof clusterProgress>
  logs: ReturnType<typeof clusterLogs>
  metrics: ReturnType<typeof clusterMetrics>
}

export const clusterInsightRoutes = ({ clusters, machines, progress, logs, metrics }: Deps) =>
  implementFor(clusterInsightApi, {
    progress: async ({ caller, params, signal }) => progress(await clusters.find(params.cluster_id, caller, 'see'), signal),
    logs: async ({ caller, params, query, signal }) => logs(await clusters.find(params.cluster_id, caller, 'see'), query, signal),
    metrics: async ({ caller, params, query }) => metrics(await clusters.find(params.cluster_id, caller, 'see'), query.minutes),
    cost: async ({ caller, params, signal }) => {
      const row = await clusters.find(params.cluster_id, caller, 'see')
      const view = row.state === 'TERMINATED' ? undefined : await machines.view(row.cluster_id, row.incarnation, row.state === 'PAUSED', false, signal)
      return costOf(row, view?.machines ?? [], await clusters.nodeTypes())
    },
  })
