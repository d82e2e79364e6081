import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Console } from '../clusters/console.ts'
import type { ClusterRow } from '../clusters/store.ts'
import type { clusterInsightApi } from './api.ts'
import { since, sparkLines } from './cursor.ts'

type Query = z.infer<typeof clusterInsightApi.logs.query>
type Log = z.input<typeof clusterInsightApi.logs.reply>
export type Deps = { consoles: Pick<Console, 'live' | 'kept'>; find: (clusterId: string) => Promise<ClusterRow | undefined>; now: () => number }
const lookEveryMs = 700

/** What a machine prints, from where the reader was, waiting for more if asked to. */
export const clusterLogs = ({ consoles, find, now }: Deps) => {
  /** The machine's console now; after its end the last one that was kept. */
  async function look(row: ClusterRow, machine: string): Promise<{ text: string; ended: boolean }> {
    const name = `${row.cluster_id}-${machine === 'driver' ? 'driver' : `worker-${machine}`}`
    const live = row.state === 'TERMINATED' ? undefined : await consoles.live(name)
    if (live !== undefined) return { text: live, ended: false }
    const kept = await consoles.kept(row.cluster_id, name)
    // What an earlier start said is not what this one says: its machine is still on its way.
    if (kept && (kept.incarnation === row.incarnation || row.state === 'TERMINATED')) return { text: kept.console, ended: true }
    const worker = machine === 'driver' ? undefined : Number(machine)
    if (worker !== undefined && row.state !== 'TERMINATED' && !(row.workers ?? Array.from({ length: row.num_workers }, (_, index) => index)).includes(worker))
      throw new Problem('not_found', `Cluster ${row.cluster_id} has no worker ${machine}.`)
    if (row.state === 'TERMINATED' && !kept) throw new Problem('not_found', `Cluster ${row.cluster_id} is terminated, and nothing is kept of what ${machine === 'driver' ? 'its driver' : `worker ${machine}`} said.`)
    return { text: '', ended: false }
  }

  return async (row: ClusterRow, { machine, kind, from, wait }: Query, signal: AbortSignal): Promise<Log> => {
    for (const until = now() + wait * 1000; ; ) {
      const current = await find(row.cluster_id)
      if (!current) throw new Problem('not_found', `Cluster ${row.cluster_id} does not exist any more.`)
      const { text: console, ended } = await look(current, machine)
      const { text, next, reset } = since(console, from, ended)
      if (text !== '' || reset || ended || now() + lookEveryMs > until || signal.aborted) return { machine, kind, text: kind === 'spark' ? sparkLines(text) : text, next, reset, ended }
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
