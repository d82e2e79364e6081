import { sql, type Generated, type Kysely, type Selectable, type Transaction } from 'kysely'
import { json } from '#base/db.ts'
import type { Permissions } from '../permissions/service.ts'
import type { Reason } from './reasons.ts'
import type { Spec } from './spec.ts'
import type { State } from './state.ts'

/** A machine that was complete when last seen. */
export type MachineInfo = { name: string; address: string; vmId: string; startedAt: number }
type Clusters = {
  workspace_id: string
  cluster_id: string
  spec: Spec
  owner_id: number
  creator_user_name: string
  source: 'API' | 'UI' | 'JOB'
  state: State
  state_message: string
  /** When it came into its state. */
  since: Date
  /** Counts starts; machines and tokens of earlier ones are void. */
  incarnation: number
  num_workers: number
  /** Numbers of the wanted workers; null: the first `num_workers`. Autoscaling takes idle ones from the middle. */
  workers: number[] | null
  /** Before the resize that is going on. */
  previous_workers: number | null
  machines: MachineInfo[]
  termination_reason: Reason | null
  created_at: Date
  start_time: Date
  terminated_time: Date | null
  last_restarted_time: Date | null
  last_state_loss_time: Date | null
  spark_context_id: number | null
  pinned: boolean
  /** Permanently deleted; the row goes when its machines are gone. */
  removed: boolean
}
type Events = { id: Generated<number>; workspace_id: string; cluster_id: string; at: Date; type: string; details: Record<string, unknown> }
type Requests = { workspace_id: string; idempotency_token: string; cluster_id: string }
/** How long the parts of one start took, in seconds since it began; kept to say it the next time. */
type Starts = {
  workspace_id: string
  cluster_id: string
  incarnation: number
  kind: 'start' | 'resume'
  began_at: Date
  marks: Record<string, number>
  done: boolean
}
/** The last words of machines that are gone. */
type Consoles = { workspace_id: string; cluster_id: string; machine: string; incarnation: number; kept_at: Date; console: string }
export type Tables = { clusters: Clusters; cluster_events: Events; cluster_requests: Requests; cluster_starts: Starts; cluster_consoles: Consoles }
export type ClusterRow = Selectable<Clusters>
export type EventRow = Selectable<Events>
export type NewEvent = { type: string; details?: Record<string, unknown> }
export type Change = { row: Partial<Omit<ClusterRow, 'workspace_id' | 'cluster_id'>>; events?: readonly NewEvent[] }
export type ClusterStore = ReturnType<typeof clusterStore>

/** The clusters of one workspace. `wake` asks the reconciler for a step, in the transaction of the change. */
export const clusterStore = (
  db: Kysely<Tables>,
  workspaceId: string,
  wake: (tx: Transaction<Tables>, clusterId: string) => Promise<void>,
  permissions: Pick<Permissions, 'created' | 'removed'>,
) => {
  const clusters = () => db.selectFrom('clusters').selectAll().where('workspace_id', '=', workspaceId)
  const record = async (tx: Kysely<Tables>, clusterId: string, at: Date, events: readonly NewEvent[] = []) => {
    if (events.length === 0) return
    await tx
      .insertInto('cluster_events')
      .values(
        events.map((event) => ({
          workspace_id: workspaceId,
          cluster_id: clusterId,
          at,
          type: event.type,
          details: json(event.details ?? {}),
        })),
      )
      .execute()
  }

  return {
    find: (clusterId: string): Promise<ClusterRow | undefined> => clusters().where('cluster_id', '=', clusterId).executeTakeFirst(),
    list: () =>
      clusters().where('removed', '=', false).orderBy('pinned', 'desc').orderBy('start_time', 'desc').orderBy('cluster_id').execute(),
    /** Also those whose rows wait for their machines to go. */
    all: () => clusters().execute(),

    /** Inserts a cluster, or returns the id of the one made by the same idempotency token. */
    create: (row: Omit<ClusterRow, 'workspace_id'>, events: readonly NewEvent[], idempotencyToken?: string): Promise<string> =>
      db.transaction().execute(async (tx) => {
        if (idempotencyToken) {
          const first = await tx
            .insertInto('cluster_requests')
            .values({ workspace_id: workspaceId, idempotency_token: idempotencyToken, cluster_id: row.cluster_id })
            .onConflict((c) => c.doNothing())
            .executeTakeFirst()
          if (first.numInsertedOrUpdatedRows === 0n) {
            const made = await tx
              .selectFrom('cluster_requests')
              .select('cluster_id')
              .where('workspace_id', '=', workspaceId)
              .where('idempotency_token', '=', idempotencyToken)
              .executeTakeFirstOrThrow()
            return made.cluster_id
          }
        }
        await tx
          .insertInto('clusters')
          .values({ ...row, spec: json(row.spec), machines: json(row.machines), workers: null, termination_reason: null, workspace_id: workspaceId })
          .execute()
        await permissions.created(tx, { id: row.owner_id }, { type: 'clusters', id: row.cluster_id })
        await record(tx, row.cluster_id, row.created_at, events)
        await wake(tx, row.cluster_id)
        return row.cluster_id
      }),

    /** The only way to change a cluster: lock the row, ask a pure edit, save with its events. `null` changes nothing. */
    change: (clusterId: string, at: Date, edit: (row: ClusterRow) => Change | null): Promise<ClusterRow | undefined> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('clusters')
          .selectAll()
          .where('workspace_id', '=', workspaceId)
          .where('cluster_id', '=', clusterId)
          .forUpdate()
          .executeTakeFirst()
        if (!row) return undefined
        const change = edit(row)
        if (!change) return row
        const { spec, machines, workers, termination_reason: reason, ...plain } = change.row
        const moved = change.row.state !== undefined && change.row.state !== row.state
        const saved = await tx
          .updateTable('clusters')
          .set({
            cluster_id: clusterId, // a change may be nothing but its events
            ...plain,
            ...(moved ? { since: at } : {}),
            ...(spec === undefined ? {} : { spec: json(spec) }),
            ...(workers === undefined ? {} : { workers: workers === null ? null : json(workers) }),
            ...(machines === undefined ? {} : { machines: json(machines) }),
            ...(reason === undefined ? {} : { termination_reason: reason === null ? null : json(reason) }),
          })
          .where('workspace_id', '=', workspaceId)
          .where('cluster_id', '=', clusterId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await record(tx, clusterId, at, change.events)
        await wake(tx, clusterId)
        return saved
      }),

    async forget(clusterId: string): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await permissions.removed(tx, { type: 'clusters', id: clusterId })
        for (const table of ['cluster_events', 'cluster_requests', 'cluster_starts', 'cluster_consoles', 'clusters'] as const) {
          await tx.deleteFrom(table).where('workspace_id', '=', workspaceId).where('cluster_id', '=', clusterId).execute()
        }
      })
    },

    addEvents: (clusterId: string, at: Date, events: readonly NewEvent[]) => record(db, clusterId, at, events),

    async events(
      clusterId: string,
      wish: {
        from?: number | undefined
        to?: number | undefined
        types?: readonly string[] | undefined
        order: 'ASC' | 'DESC'
        offset: number
        limit: number
      },
    ) {
      let query = db.selectFrom('cluster_events').where('workspace_id', '=', workspaceId).where('cluster_id', '=', clusterId)
      if (wish.from !== undefined) query = query.where('at', '>=', new Date(wish.from))
      if (wish.to !== undefined) query = query.where('at', '<=', new Date(wish.to))
      if (wish.types && wish.types.length > 0) query = query.where('type', 'in', wish.types)
      const direction = wish.order === 'ASC' ? 'asc' : 'desc'
      const rows = await query.selectAll().orderBy('at', direction).orderBy('id', direction).offset(wish.offset).limit(wish.limit).execute()
      const { total } = await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow()
      return { rows, total }
    },
  }
}
