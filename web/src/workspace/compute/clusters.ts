import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, can } from '#web/api/generated/workspace.ts'
import { inWords } from '#web/kit/state-badge.tsx'
import { useLevel } from '../access/level.ts'

export type Cluster = Awaited<ReturnType<typeof api.clusters.get>>
export type NodeType = Awaited<ReturnType<typeof api.clusters.nodeTypes>>['node_types'][number]
export type Spec = Omit<Parameters<typeof api.clusters.create>[0]['body'], 'idempotency_token'>
export type Event = Awaited<ReturnType<typeof api.clusters.events>>['events'][number]

/** `PAUSED` is our extension; other clients see a paused cluster as terminated. */
export const stateOf = (cluster: Pick<Cluster, 'state' | 'paused'>): string => (cluster.paused ? 'PAUSED' : cluster.state)
const settled = ['RUNNING', 'TERMINATED', 'PAUSED', 'ERROR']
export const changing = (cluster: Pick<Cluster, 'state' | 'paused'>): boolean => !settled.includes(stateOf(cluster))
/** Often while something happens, seldom else. */
const pace = (busy: boolean) => (busy ? 1000 : 5000)

const all = queryOptions({
  queryKey: ['clusters'],
  queryFn: async ({ signal }) => (await api.clusters.listAll({}, signal)).clusters,
  refetchInterval: (query) => pace(query.state.data?.some(changing) ?? false),
})
export const useClusters = () => useQuery(all)

export const oneCluster = (clusterId: string) =>
  queryOptions({
    queryKey: ['clusters', clusterId],
    queryFn: ({ signal }) => api.clusters.get({ query: { cluster_id: clusterId } }, signal),
    refetchInterval: (query) => pace(query.state.data !== undefined && changing(query.state.data)),
  })
export const useCluster = (clusterId: string) => useQuery(oneCluster(clusterId))

export const nodeTypes = queryOptions({ queryKey: ['node-types'], queryFn: async ({ signal }) => (await api.clusters.nodeTypes({}, signal)).node_types, staleTime: 300_000 })
export const sparkVersions = queryOptions({ queryKey: ['spark-versions'], queryFn: async ({ signal }) => (await api.clusters.sparkVersions({}, signal)).versions, staleTime: 300_000 })

/** What of the region is in use. It is only advice: the cloud decides when the machines are asked for. */
export const quota = queryOptions({ queryKey: ['quota'], queryFn: async ({ signal }) => (await api.here.quota({}, signal)).usages, staleTime: 10_000, refetchInterval: 15_000 })

export type Verb = 'start' | 'resume' | 'restart' | 'pause' | 'terminate' | 'edit' | 'remove'
const order = ['CAN_ATTACH_TO', 'CAN_RESTART', 'CAN_MANAGE']
const needs: Record<Verb, string> = { start: 'CAN_RESTART', resume: 'CAN_RESTART', restart: 'CAN_RESTART', pause: 'CAN_RESTART', terminate: 'CAN_RESTART', edit: 'CAN_MANAGE', remove: 'CAN_MANAGE' }

/** Why a verb is not possible now, from the server's own table and the caller's level; undefined when it is. */
export function whyNot(verb: Verb, cluster: Cluster, level: string | null | undefined): string | undefined {
  const state = stateOf(cluster)
  if (level !== undefined && order.indexOf(level ?? '') < order.indexOf(needs[verb]))
    return `You need ${needs[verb]} on this cluster; you have ${level ?? 'no permission'}. Its owner or an administrator can give it.`
  if (verb === 'remove') return undefined
  const legal: readonly string[] = can.cluster[verb === 'resume' ? 'start' : verb]
  return legal.includes(state) ? undefined : `The cluster is ${inWords(state).toLowerCase()}. Possible when it is ${legal.map((each) => inWords(each).toLowerCase()).join(' or ')}.`
}

export const useClusterLevel = (clusterId: string) => useLevel('clusters', clusterId)

const calls = { start: api.clusters.start, resume: api.clusters.start, restart: api.clusters.restart, pause: api.clusters.pause, terminate: api.clusters.terminate, remove: api.clusters.remove }

/** Asks for a change of a cluster; lists and pages follow at once. */
export function useClusterVerb() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ verb, clusterId }: { verb: Exclude<Verb, 'edit'>; clusterId: string }) => calls[verb]({ body: { cluster_id: clusterId } }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['clusters'] }),
  })
}

export const memory = (mb: number): string => `${(mb / 1024).toFixed(1).replace('.0', '')} GB`
export const nameOf = (cluster: Pick<Cluster, 'cluster_name' | 'cluster_id'>): string => cluster.cluster_name || cluster.cluster_id
export const workersOf = (cluster: Cluster): string =>
  cluster.autoscale ? `${cluster.num_workers ?? 0} (${cluster.autoscale.min_workers}–${cluster.autoscale.max_workers})` : cluster.num_workers === 0 ? 'Single node' : String(cluster.num_workers ?? 0)
