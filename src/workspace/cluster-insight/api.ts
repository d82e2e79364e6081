import { z } from 'zod'
import { defineApi, get } from '#base/http/api.ts'
import { states } from '../clusters/state.ts'

const Cluster = z.object({ cluster_id: z.string() })
/** `driver`, or the number of a worker, as in its machine's name. */
const Machine = z.string().regex(/^(driver|\d{1,6})$/, 'must be driver, or the number of a worker')

const Step = z.object({
  name: z.string(),
  /** What it is, in words for a person. */
  title: z.string(),
  state: z.enum(['waiting', 'active', 'done', 'failed']),
  /** How long it took, or has taken so far; absent while it waits. */
  seconds: z.number().optional(),
  /** How long it took the last time. */
  last_seconds: z.number().optional(),
  /** `count` of `of` machines or executors. */
  count: z.int().optional(),
  of: z.int().optional(),
})
const Progress = z.object({
  cluster_id: z.string(),
  state: z.enum(states),
  state_message: z.string(),
  /** `start` (also a restart), `resume` or `resize`; `none` when nothing is on its way: the steps are then those of the last start. */
  kind: z.enum(['start', 'resume', 'resize', 'none']),
  began_at: z.int().optional(),
  seconds: z.number().optional(),
  last_seconds: z.number().optional(),
  steps: z.array(Step),
})

const Log = z.object({
  machine: z.string(),
  kind: z.enum(['console', 'spark']),
  /** What came since `from`; everything that is kept without it. */
  text: z.string(),
  /** Give it as `from` to go on. */
  next: z.string(),
  /** The console was begun anew, or its start is not kept any more: `text` does not continue what was read before. */
  reset: z.boolean(),
  /** Nothing will come any more: the machine is gone, and this was its last word. */
  ended: z.boolean(),
})

const Line = z.array(z.object({ at: z.int(), average: z.number().nullable() }))
const Metrics = z.object({
  cluster_id: z.string(),
  interval_seconds: z.int(),
  machines: z.array(
    z.object({
      machine: z.string(),
      instance_id: z.string(),
      node_type_id: z.string(),
      cores: z.number(),
      memory_mb: z.int(),
      /** Percent of all cores, and memory in use in MiB, now (within the last two minutes); null when not known. */
      cpu_percent: z.number().nullable(),
      memory_used_mb: z.number().nullable(),
      cpu: Line,
      memory_used: Line,
    }),
  ),
})

const Holding = z.object({
  machines: z.int(),
  /** Cores that compute or are kept free for it; memory and disk that nobody else can have. */
  cores: z.number(),
  memory_mb: z.int(),
  disk_gb: z.number(),
  units_per_hour: z.number(),
})
const Cost = z.object({
  cluster_id: z.string(),
  state: z.enum(states),
  /** What it holds now, by its machines. */
  now: Holding,
  /** What it holds in each state, with the workers it wants now; for autoscale also with the least and the most. */
  running: Holding,
  running_least: Holding.optional(),
  running_most: Holding.optional(),
  paused: Holding,
  terminated: Holding,
  table: z.object({ per_core: z.number(), per_memory_gb: z.number(), per_disk_gb: z.number() }),
})

const base = '/api/2.0/brickyard/clusters/:cluster_id'
/** What Compute pages show of a cluster beside its description. Ours alone: Databricks has no public API for it. */
export const clusterInsightApi = defineApi({
  progress: get(`${base}/progress`, { params: Cluster, reply: Progress, needs: 'CAN_ATTACH_TO' }),
  logs: get(`${base}/logs`, {
    params: Cluster,
    query: z.object({
      machine: Machine.default('driver'),
      kind: z.enum(['console', 'spark']).default('console'),
      from: z.string().max(400).optional(),
      /** Seconds to wait for something new; the answer is empty when nothing came. */
      wait: z.coerce.number().int().min(0).max(30).default(0),
    }),
    reply: Log,
    needs: 'CAN_ATTACH_TO',
  }),
  metrics: get(`${base}/metrics`, {
    params: Cluster,
    query: z.object({ minutes: z.coerce.number().int().min(1).max(180).default(60) }),
    reply: Metrics,
    needs: 'CAN_ATTACH_TO',
  }),
  cost: get(`${base}/cost`, { params: Cluster, reply: Cost, needs: 'CAN_ATTACH_TO' }),
})
