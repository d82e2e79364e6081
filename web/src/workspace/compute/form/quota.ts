import type { NodeType, Spec } from '../clusters.ts'

type Usage = { name: string; used: number; limit: number }

/** Says when a cluster asks for more than the region has left now; undefined when it fits, or nothing is known. */
export function roomFor(spec: Spec, types: readonly NodeType[], usages: readonly Usage[]): string | undefined {
  const of = (id: string | undefined) => types.find((type) => type.node_type_id === id)
  const [driver, worker] = [of(spec.driver_node_type_id ?? spec.node_type_id), of(spec.node_type_id)]
  if (!driver || !worker) return undefined
  const workers = spec.autoscale?.min_workers ?? spec.num_workers ?? 0
  const wanted = { cores: driver.num_cores + workers * worker.num_cores, memoryMb: driver.memory_mb + workers * worker.memory_mb }
  const left = (name: string) => {
    const found = usages.find((usage) => usage.name === name)
    return found === undefined ? Infinity : found.limit - found.used
  }
  const short = [
    wanted.cores > left('cores') ? `${wanted.cores} cores where ${left('cores')} are free` : undefined,
    wanted.memoryMb > left('memoryMb') ? `${gb(wanted.memoryMb)} of memory where ${gb(left('memoryMb'))} are free` : undefined,
  ].filter((each) => each !== undefined)
  return short.length === 0 ? undefined : `The region does not have room for it now: it takes ${short.join(', and ')}. Choose fewer or smaller machines, or terminate other clusters first.`
}
const gb = (mb: number) => `${(mb / 1024).toFixed(1).replace('.0', '')} GB`
