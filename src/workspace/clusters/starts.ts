import type { Kysely } from 'kysely'
import { json } from '#base/db.ts'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { kindOf, marked, type Kind, type Marks, type Sight, type StepName } from './start-steps.ts'
import type { ClusterRow, Tables } from './store.ts'

export type Starts = ReturnType<typeof clusterStarts>
type Known = { began: number; marks: Marks }

/** How far each start has come, and how long the ones before took. Only told, never acted upon: a failure to write is logged. */
export function clusterStarts(db: Kysely<Tables>, workspaceId: string, clock: Clock, log: Log) {
  const known = new Map<string, Known>()
  const rows = (clusterId: string) => db.selectFrom('cluster_starts').selectAll().where('workspace_id', '=', workspaceId).where('cluster_id', '=', clusterId)

  async function current(row: ClusterRow): Promise<Known> {
    const entry = known.get(row.cluster_id)
    if (entry?.began === row.since.getTime()) return entry
    const stored = await rows(row.cluster_id).where('began_at', '=', row.since).executeTakeFirst()
    const fresh = { began: row.since.getTime(), marks: stored?.marks ?? {} }
    known.set(row.cluster_id, fresh)
    return fresh
  }
  async function save(row: ClusterRow, kind: Kind, marks: Marks, done: boolean): Promise<void> {
    await db
      .insertInto('cluster_starts')
      .values({ workspace_id: workspaceId, cluster_id: row.cluster_id, began_at: row.since, incarnation: row.incarnation, kind, marks: json(marks), done })
      .onConflict((c) => c.columns(['workspace_id', 'cluster_id', 'began_at']).doUpdateSet({ marks: json(marks), done }))
      .execute()
  }
  /** `row` as it was before it moved on: its `since` names the start. */
  async function note(row: ClusterRow, change: (marks: Marks, elapsed: number) => Marks, done = false): Promise<void> {
    const kind = kindOf(row.state)
    if (!kind) return
    const entry = await current(row)
    const marks = change(entry.marks, Math.max(0, clock().getTime() - entry.began) / 1000)
    if (!done && Object.keys(marks).length === Object.keys(entry.marks).length) return
    entry.marks = marks
    await save(row, kind, marks, done)
    if (done) await prune(row.cluster_id, kind)
  }
  /** The last three of a kind are enough to tell how long it takes. */
  async function prune(clusterId: string, kind: Kind): Promise<void> {
    const kept = await rows(clusterId).where('kind', '=', kind).orderBy('began_at', 'desc').limit(3).execute()
    const oldest = kept.at(-1)
    if (kept.length < 3 || !oldest) return
    await db.deleteFrom('cluster_starts').where('workspace_id', '=', workspaceId).where('cluster_id', '=', clusterId).where('kind', '=', kind).where('began_at', '<', oldest.began_at).execute()
  }
  const safely = (row: ClusterRow, work: Promise<void>) => work.catch((error: unknown) => log.warn({ err: error, clusterId: row.cluster_id }, 'the progress of a start was not noted'))

  return {
    see: (row: ClusterRow, seen: Sight) => safely(row, note(row, (marks, elapsed) => marked(marks, seen, elapsed))),
    reached: (row: ClusterRow, step: StepName) => safely(row, note(row, (marks, elapsed) => ({ [step]: elapsed, ...marks }))),
    done: (row: ClusterRow, seen: Sight) => safely(row, note(row, (marks, elapsed) => marked(marks, seen, elapsed), true)),
    forget: (clusterId: string) => void known.delete(clusterId),
    /** Newest first. */
    of: (clusterId: string) => rows(clusterId).orderBy('began_at', 'desc').execute(),
  }
}
