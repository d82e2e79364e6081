import type { z } from 'zod'
import type { Cluster } from './api.ts'
import type { ClusterRow, MachineInfo } from './store.ts'
import type { NodeTypeInfo } from './spec.ts'
import { shown } from './state.ts'

const node = (machine: MachineInfo) => ({
  node_id: machine.vmId,
  instance_id: machine.name,
  private_ip: machine.address,
  host_private_ip: machine.address,
  start_timestamp: machine.startedAt,
})
const time = (at: Date | null) => at?.getTime()
const defined = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** A cluster as clients see it. Source: compute.ClusterDetails. */
export function show(row: ClusterRow, nodeTypes: readonly NodeTypeInfo[], vendor: string): z.input<typeof Cluster> {
  const { spec } = row
  const sizes = [spec.driver_node_type_id, ...Array.from({ length: row.num_workers }, () => spec.node_type_id)].map((id) =>
    nodeTypes.find((type) => type.node_type_id === id),
  )
  const [driver, ...executors] = row.machines
  const reason = row.termination_reason
  return {
    ...spec,
    num_workers: row.num_workers,
    autoscale: spec.autoscale && { ...spec.autoscale, target_workers: row.num_workers },
    autotermination_minutes: spec.autotermination_minutes ?? 0,
    cluster_name: spec.cluster_name ?? '',
    cluster_id: row.cluster_id,
    creator_user_name: row.creator_user_name,
    cluster_source: row.source,
    state: shown[row.state],
    state_message: row.state_message,
    paused: row.state === 'PAUSED',
    brickyard_state: row.state,
    default_tags: { Vendor: vendor, Creator: row.creator_user_name, ClusterName: spec.cluster_name ?? '', ClusterId: row.cluster_id },
    start_time: row.start_time.getTime(),
    spec,
    ...defined({
      driver: driver && row.state !== 'TERMINATED' ? node(driver) : undefined,
      executors: driver && row.state !== 'TERMINATED' ? executors.map(node) : undefined,
      cluster_cores: total(sizes.map((size) => size?.num_cores)),
      cluster_memory_mb: total(sizes.map((size) => size?.memory_mb)),
      spark_context_id: row.spark_context_id ?? undefined,
      jdbc_port: row.state === 'RUNNING' ? 10_000 : undefined,
      terminated_time: time(row.terminated_time),
      last_restarted_time: time(row.last_restarted_time),
      last_state_loss_time: time(row.last_state_loss_time),
      termination_reason: reason ? { code: reason.code, type: reason.type, parameters: reason.parameters } : undefined,
    }),
  }
}

const total = (numbers: readonly (number | undefined)[]) =>
  numbers.includes(undefined) ? undefined : numbers.reduce<number>((sum, each) => sum + (each ?? 0), 0)
