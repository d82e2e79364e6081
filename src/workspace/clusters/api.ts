import { z } from 'zod'
import { defineApi, get, post } from '#base/http/api.ts'
import { InitScriptInfo } from './init-script-info.ts'
import { states, wireStates } from './state.ts'

const Text = z.record(z.string(), z.string())
const ClusterRef = z.object({ cluster_id: z.string() })
/** 0 never; else 10 minutes to a week. Source: compute.CreateCluster.autotermination_minutes. */
const AutoTermination = z.int().refine((minutes) => minutes === 0 || (minutes >= 10 && minutes <= 10_000), 'must be 0, or from 10 to 10000')
const workers = z.int().min(1).max(1000)
const least = 'min_workers and max_workers are whole numbers from 1 to 1000'
/** "max_workers must be strictly greater than min_workers". Source: compute.AutoScale. */
const AutoScale = z
  .object({ min_workers: workers, max_workers: workers }, least)
  .refine(({ min_workers: min, max_workers: max }) => max > min, { path: ['max_workers'], message: 'must be strictly greater than min_workers' })
/** Taken, kept and given back as they came; what we cannot do yet is refused in `unsupported.ts`. */
const Kept = z.looseObject({})
/** Source: compute.ClusterSpec in databricks-sdk-py. */
export const Attributes = z.object({
  cluster_name: z.string().max(200).optional(),
  spark_version: z.string(),
  node_type_id: z.string().optional(),
  driver_node_type_id: z.string().optional(),
  num_workers: z.int().min(0).max(1000).optional(),
  autoscale: AutoScale.optional(),
  spark_conf: Text.optional(),
  spark_env_vars: Text.optional(),
  custom_tags: Text.optional(),
  autotermination_minutes: AutoTermination.optional(),
  data_security_mode: z.string().optional(),
  single_user_name: z.string().optional(),
  runtime_engine: z.string().optional(),
  kind: z.string().optional(),
  is_single_node: z.boolean().optional(),
  use_ml_runtime: z.boolean().optional(),
  enable_elastic_disk: z.boolean().optional(),
  enable_local_disk_encryption: z.boolean().optional(),
  azure_attributes: Kept.optional(),
  workload_type: Kept.optional(),
  ssh_public_keys: z.array(z.string()).optional(),
  init_scripts: z.array(InitScriptInfo).max(10, 'at most 10 init scripts are allowed').optional(),
  cluster_log_conf: Kept.optional(),
  docker_image: Kept.optional(),
  instance_pool_id: z.string().optional(),
  driver_instance_pool_id: z.string().optional(),
  policy_id: z.string().optional(),
  apply_policy_default_values: z.boolean().optional(),
  aws_attributes: Kept.optional(),
  gcp_attributes: Kept.optional(),
})
const NewCluster = Attributes.extend({ idempotency_token: z.string().max(64).optional() })

const Node = z.object({
  node_id: z.string(),
  instance_id: z.string(),
  private_ip: z.string(),
  host_private_ip: z.string(),
  start_timestamp: z.int().optional(),
})
const Reason = z.object({ code: z.string(), type: z.string(), parameters: Text })
/** Source: compute.ClusterDetails. `paused`, `brickyard_state` (the state without translation) and `target_workers` are our extensions. */
export const Cluster = Attributes.extend({
  ...ClusterRef.shape,
  autotermination_minutes: z.int(),
  cluster_name: z.string(),
  creator_user_name: z.string(),
  cluster_source: z.string(),
  state: z.enum(wireStates),
  state_message: z.string(),
  paused: z.boolean(),
  brickyard_state: z.enum(states),
  autoscale: z.object({ min_workers: z.int(), max_workers: z.int(), target_workers: z.int() }).optional(),
  default_tags: Text,
  driver: Node.optional(),
  executors: z.array(Node).optional(),
  cluster_cores: z.number().optional(),
  cluster_memory_mb: z.int().optional(),
  jdbc_port: z.int().optional(),
  spark_context_id: z.int().optional(),
  start_time: z.int(),
  terminated_time: z.int().optional(),
  last_restarted_time: z.int().optional(),
  last_state_loss_time: z.int().optional(),
  termination_reason: Reason.optional(),
  pinned_by_user_name: z.string().optional(),
  spec: Attributes.optional(),
})

/** A repeated query parameter, a comma-separated one, or JSON's own list. */
const Several = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value.split(',') : value).filter(Boolean))
  .optional()
const List = z.object({
  page_size: z.coerce.number().int().min(1).max(100).default(20),
  page_token: z.string().optional(),
  'filter_by.cluster_states': Several,
  'filter_by.cluster_sources': Several,
  'filter_by.is_pinned': z.stringbool().optional(),
  'filter_by.policy_id': z.string().optional(),
  'sort_by.field': z.enum(['CLUSTER_NAME', 'DEFAULT']).default('DEFAULT'),
  'sort_by.direction': z.enum(['ASC', 'DESC']).optional(),
})
export const EventsQuery = ClusterRef.extend({
  start_time: z.int().optional(),
  end_time: z.int().optional(),
  order: z.enum(['ASC', 'DESC']).default('DESC'),
  event_types: z.array(z.string()).optional(),
  offset: z.int().min(0).optional(),
  limit: z.int().min(0).max(500).optional(),
  page_size: z.int().min(0).max(500).optional(),
  page_token: z.string().optional(),
})
const Events = z.object({
  events: z.array(z.object({ cluster_id: z.string(), timestamp: z.int(), type: z.string(), details: z.looseObject({}) })),
  next_page: EventsQuery.partial().optional(),
  next_page_token: z.string().optional(),
  prev_page_token: z.string().optional(),
  total_count: z.int(),
})
/** Source: compute.NodeType. `is_beta` is our extension. */
export const NodeType = z.object({
  node_type_id: z.string(),
  instance_type_id: z.string(),
  memory_mb: z.int(),
  num_cores: z.number(),
  num_gpus: z.int(),
  description: z.string(),
  category: z.string(),
  display_order: z.int(),
  is_beta: z.boolean(),
  is_deprecated: z.boolean(),
  is_hidden: z.boolean(),
  is_encrypted_in_transit: z.boolean(),
  is_graviton: z.boolean(),
  is_io_cache_enabled: z.boolean(),
  photon_driver_capable: z.boolean(),
  photon_worker_capable: z.boolean(),
  support_cluster_tags: z.boolean(),
  support_ebs_volumes: z.boolean(),
  support_port_forwarding: z.boolean(),
  node_info: z.object({ status: z.array(z.string()) }),
  node_instance_type: z.object({
    instance_type_id: z.string(),
    local_disks: z.int(),
    local_disk_size_gb: z.int(),
    local_nvme_disks: z.int(),
    local_nvme_disk_size_gb: z.int(),
  }),
})

const both = (verb: string) => [`/api/2.1/clusters/${verb}`, `/api/2.0/clusters/${verb}`] as const
const onCluster = (verb: string, needs: string) => post(both(verb), { body: ClusterRef, needs })

export const clustersApi = defineApi({
  create: post(both('create'), { body: NewCluster, reply: ClusterRef, needs: 'allow-cluster-create' }),
  edit: post(both('edit'), { body: Attributes.extend(ClusterRef.shape), needs: 'CAN_MANAGE' }),
  get: get(both('get'), { query: ClusterRef, reply: Cluster, needs: 'CAN_ATTACH_TO' }),
  list: get('/api/2.1/clusters/list', {
    query: List,
    reply: z.object({ clusters: z.array(Cluster), next_page_token: z.string(), prev_page_token: z.string() }),
  }),
  // 2.0 knew no pages.
  listAll: get('/api/2.0/clusters/list', { reply: z.object({ clusters: z.array(Cluster) }) }),
  start: onCluster('start', 'CAN_RESTART'),
  restart: onCluster('restart', 'CAN_RESTART'),
  pause: onCluster('pause', 'CAN_RESTART'),
  terminate: onCluster('delete', 'CAN_RESTART'),
  remove: onCluster('permanent-delete', 'CAN_MANAGE'),
  resize: post(both('resize'), {
    body: ClusterRef.extend({ num_workers: z.int().min(0).max(1000).optional(), autoscale: AutoScale.optional() }),
    needs: 'CAN_RESTART',
  }),
  pin: onCluster('pin', 'admin'),
  unpin: onCluster('unpin', 'admin'),
  changeOwner: post(both('change-owner'), { body: ClusterRef.extend({ owner_username: z.string() }), needs: 'admin' }),
  events: post(both('events'), { body: EventsQuery, reply: Events, needs: 'CAN_ATTACH_TO' }),
  sparkVersions: get(both('spark-versions'), { reply: z.object({ versions: z.array(z.object({ key: z.string(), name: z.string() })) }) }),
  nodeTypes: get(both('list-node-types'), { reply: z.object({ node_types: z.array(NodeType) }) }),
  zones: get(both('list-zones'), { reply: z.object({ zones: z.array(z.string()), default_zone: z.string() }) }),
})
