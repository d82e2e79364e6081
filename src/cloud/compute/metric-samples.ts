import { sql, type Kysely } from 'kysely'
import type { Log } from '#base/log.ts'
import type { VmView } from '../hosts/provider.ts'
import type { Tables } from '../store/tables.ts'

export type MetricSamples = ReturnType<typeof metricSamples>
/** Machines are looked at every three seconds; every tenth second is remembered. */
const everyMs = 10_000
const keptFor = '3 hours'

/** What machines used, as seen when they were looked at anyway. One that is lost is a hole in a line, so a failure to write is only logged. */
export function metricSamples(db: Kysely<Tables>, log: Log) {
  const last = new Map<string, number>()
  let pruned = 0

  async function write(key: string, cpuSeconds: number, memoryMb: number, now: number): Promise<void> {
    await db.insertInto('machine_samples').values({ key, at: new Date(now), cpu_seconds: cpuSeconds, memory_mb: memoryMb }).onConflict((c) => c.doNothing()).execute()
    if (now - pruned < 600_000) return
    pruned = now
    await db.deleteFrom('machine_samples').where('at', '<', sql<Date>`now() - ${sql.lit(keptFor)}::interval`).execute()
  }

  return {
    note(key: string, seen: Pick<VmView, 'power' | 'cpuSeconds' | 'memoryMb'> | null): void {
      const now = Date.now()
      if (seen?.power !== 'running' || seen.cpuSeconds === undefined || seen.memoryMb === undefined || now - (last.get(key) ?? 0) < everyMs) return
      last.set(key, now)
      write(key, seen.cpuSeconds, seen.memoryMb, now).catch((error: unknown) => log.warn({ err: error, machine: key }, 'a sample of a machine was not kept'))
    },
    forget: (key: string) => void last.delete(key),
    between: (key: string, from: Date, to: Date) =>
      db.selectFrom('machine_samples').select(['at', 'cpu_seconds', 'memory_mb']).where('key', '=', key).where('at', '>=', from).where('at', '<=', to).orderBy('at').execute(),
  }
}
