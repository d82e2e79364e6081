import type { z } from 'zod'
import type { ClusterRow } from '../clusters/store.ts'
import type { NodeTypeInfo } from '../clusters/spec.ts'
import type { MachineView } from '../clusters/machines.ts'
import type { clusterInsightApi } from './api.ts'

type Cost = z.input<typeof clusterInsightApi.cost.reply>
type Held = Cost['now']

/**
 * Units of an hour, without a currency: a machine of 4 cores and 14 GB counts about three quarters, as a DBU does.
 * A core counts while it is kept for a machine, memory also while a machine sleeps, a disk as long as it exists.
 */
export const table = { per_core: 0.15, per_memory_gb: 0.01, per_disk_gb: 0.0001 } as const
/** The disk of a machine of ours. Its size is what the cloud gives when none is asked for. */
export const diskGb = 30

export type Part = { cores: number; memoryMb: number; diskGb: number }

/** Pure: what machines keep from others. */
export function held(parts: readonly Part[]): Held {
  const sum = (pick: (part: Part) => number) => parts.reduce((total, part) => total + pick(part), 0)
  const [cores, memory, disk] = [sum((part) => part.cores), sum((part) => part.memoryMb), sum((part) => part.diskGb)]
  const units = cores * table.per_core + (memory / 1024) * table.per_memory_gb + disk * table.per_disk_gb
  return { machines: parts.length, cores, memory_mb: memory, disk_gb: disk, units_per_hour: Math.round(units * 10_000) / 10_000 }
}
/** A machine that sleeps computes nothing; one that was deallocated keeps its disk alone. */
export const asleep = (part: Part): Part => ({ ...part, cores: 0 })
export const deallocated = (part: Part): Part => ({ ...part, cores: 0, memoryMb: 0 })

const sizeOf = (id: string | undefined, types: readonly NodeTypeInfo[]): Part => {
  const type = types.find((each) => each.node_type_id === id)
  return { cores: type?.num_cores ?? 0, memoryMb: type?.memory_mb ?? 0, diskGb }
}
function partOf({ state, size, diskGb: disk }: Pick<MachineView, 'state' | 'size' | 'diskGb'>, types: readonly NodeTypeInfo[]): Part {
  const part = { ...sizeOf(size, types), ...(disk === undefined ? {} : { diskGb: disk }) }
  return state === 'hibernated' ? asleep(part) : part
}
const described = ({ spec }: ClusterRow, workers: number, types: readonly NodeTypeInfo[]): Part[] => [
  sizeOf(spec.driver_node_type_id, types),
  ...Array.from({ length: workers }, () => sizeOf(spec.node_type_id, types)),
]

/** Pure: what a cluster costs now and in each state. `there` are the machines that really exist. */
export function costOf(row: ClusterRow, there: readonly Pick<MachineView, 'state' | 'size' | 'diskGb'>[], types: readonly NodeTypeInfo[]): Cost {
  const wanted = described(row, row.num_workers, types)
  const range = row.spec.autoscale
  return {
    cluster_id: row.cluster_id,
    state: row.state,
    now: held(there.map((machine) => partOf(machine, types))),
    running: held(wanted),
    ...(range ? { running_least: held(described(row, range.min_workers, types)), running_most: held(described(row, range.max_workers, types)) } : {}),
    paused: held(wanted.map(asleep)),
    terminated: held([]),
    table: { ...table },
  }
}
