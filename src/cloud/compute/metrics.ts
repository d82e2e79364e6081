import type { MachineSampleRow } from '../store/tables.ts'

export type Sample = Pick<MachineSampleRow, 'at' | 'cpu_seconds' | 'memory_mb'>
export type Size = { cores: number; memoryMb: number }

/** Metrics of a virtual machine that this cloud measures, with Azure's names and units. Source: "Supported metrics for Microsoft.Compute/virtualMachines". */
export const metrics = {
  'Percentage CPU': { unit: 'Percent', aggregation: 'Average', says: 'The percentage of allocated compute units that are currently in use by the Virtual Machine(s)' },
  'Available Memory Bytes': { unit: 'Bytes', aggregation: 'Average', says: 'Amount of physical memory, in bytes, immediately available for allocation to a process or for system use in the Virtual Machine' },
  'Available Memory Percentage': { unit: 'Percent', aggregation: 'Average', says: 'Amount of physical memory, in percent, available for use in the Virtual Machine' },
} as const
export type MetricName = keyof typeof metrics
export const metricNames: readonly string[] = Object.keys(metrics)

/** Two samples further apart than this say nothing about the time between: the machine was off, or nobody looked. */
const gapMs = 180_000
type Point = { at: number; value: number }
export type Bucket = { timeStamp: string; average?: number; minimum?: number; maximum?: number; total?: number; count?: number }

/** A metric at every sample. CPU time only grows: where it falls, the machine was booted anew, and nothing is known of that stretch. */
export function points(name: MetricName, samples: readonly Sample[], size: Size): Point[] {
  const round = (value: number) => Math.round(value * 100) / 100
  if (name !== 'Percentage CPU')
    return samples.map(({ at, memory_mb: used }) => {
      const free = Math.max(0, size.memoryMb - used)
      return { at: at.getTime(), value: name === 'Available Memory Bytes' ? free * 2 ** 20 : round((free / size.memoryMb) * 100) }
    })
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1]
    const elapsed = before === undefined ? 0 : sample.at.getTime() - before.at.getTime()
    const used = before === undefined ? -1 : sample.cpu_seconds - before.cpu_seconds
    return elapsed <= 0 || elapsed > gapMs || used < 0 ? [] : [{ at: sample.at.getTime(), value: round(Math.min(100, (used / (elapsed / 1000) / size.cores) * 100)) }]
  })
}

/** Every interval of the range, oldest first; one in which nothing was seen has its time alone, as on Azure. */
export function buckets(seen: readonly Point[], range: { from: number; to: number }, intervalMs: number): Bucket[] {
  const first = Math.floor(range.from / intervalMs) * intervalMs
  const count = Math.max(0, Math.ceil((range.to - first) / intervalMs))
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * intervalMs
    const values = seen.filter(({ at }) => at >= start && at < start + intervalMs).map(({ value }) => value)
    const timeStamp = new Date(start).toISOString()
    if (values.length === 0) return { timeStamp }
    const total = values.reduce((sum, value) => sum + value, 0)
    return { timeStamp, average: Math.round((total / values.length) * 100) / 100, minimum: Math.min(...values), maximum: Math.max(...values), total, count: values.length }
  })
}
