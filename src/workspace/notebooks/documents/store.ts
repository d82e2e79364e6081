import { sql, type Kysely } from 'kysely'
import * as Y from 'yjs'
import { json } from '#base/db.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { NotebookDocument } from '../document.ts'
import { anyJson } from '../jsonb.ts'
import type { Tables } from '../tables.ts'
import type { RevisionInfo } from '../wire.ts'

export type Stored = {
  doc: Y.Doc
  /** Bytes of snapshot and updates. */
  bytes: number
  lastUpdate: number
  /** Updates that are not in the snapshot. */
  updates: number
  /** Updates that are in no revision, and who made them. */
  unrevised: boolean
  editors: string[]
}
/** Revisions of autosave that are kept; named ones always are. */
const mostRevisions = 300
export type DocumentStore = ReturnType<typeof documentStore>
/** Postgres tells every process by this channel what others wrote: `<workspace id>/<object id>`. */
export const newsChannel = 'brickyard_notebooks'

/** Documents of one workspace: a snapshot, the updates since, and revisions. */
export const documentStore = (db: Kysely<Tables>, workspaceId: string, log: Log) => {
  const news = (within: Kysely<Tables>, objectId: number) =>
    sql`select pg_notify(${newsChannel}, ${`${workspaceId}/${objectId}`})`.execute(within)

  async function load(within: Kysely<Tables>, objectId: number, lock = false): Promise<Stored | null> {
    const head = within.selectFrom('notebooks').selectAll().where('workspace_id', '=', workspaceId).where('object_id', '=', objectId)
    const row = await (lock ? head.forUpdate() : head).executeTakeFirst()
    if (!row) return null
    const updates = await updatesAfter(within, objectId, row.snapshot_update)
    const doc = new Y.Doc()
    if (row.snapshot) Y.applyUpdate(doc, row.snapshot)
    for (const { update, update_id, user_name } of updates) {
      try {
        Y.applyUpdate(doc, update)
      } catch (error) {
        // One that cannot be applied must not take the notebook away from everybody.
        log.error({ err: error, objectId, update_id, user_name }, 'an edit of a notebook cannot be applied; it is passed over')
      }
    }
    const fresh = updates.filter(({ update_id }) => update_id > row.revised_update)
    return {
      doc,
      bytes: updates.reduce((sum, { update }) => sum + update.length, row.snapshot?.length ?? 0),
      lastUpdate: Math.max(row.snapshot_update, updates.at(-1)?.update_id ?? 0),
      updates: updates.length,
      unrevised: row.revised_update < row.last_update,
      editors: named([...row.editors, ...fresh.map(({ user_name }) => user_name)]),
    }
  }
  const updatesAfter = (within: Kysely<Tables>, objectId: number, after: number) =>
    within
      .selectFrom('notebook_updates')
      .select(['update_id', 'update', 'user_name'])
      .where('workspace_id', '=', workspaceId)
      .where('object_id', '=', objectId)
      .where('update_id', '>', after)
      .orderBy('update_id')
      .execute()

  return {
    load: (objectId: number, within: Kysely<Tables> = db) => load(within, objectId),
    updatesAfter: (objectId: number, after: number) => updatesAfter(db, objectId, after),
    news,

    /** Makes sure that there is a row, also for an object whose cells nobody wrote yet. */
    ensure: async (objectId: number, within: Kysely<Tables> = db) =>
      void (await within
        .insertInto('notebooks')
        .values({ workspace_id: workspaceId, object_id: objectId, snapshot: null })
        .onConflict((c) => c.doNothing())
        .execute()),

    /** As `load`, and nobody else writes until the transaction ends. */
    lock: (tx: Kysely<Tables>, objectId: number) => load(tx, objectId, true),

    /** Stores updates, in one statement; answers the number of the last of them. */
    async append(objectId: number, updates: readonly { update: Uint8Array; userName: string }[], within: Kysely<Tables> = db): Promise<number> {
      const bytes = updates.map(({ update }) => Buffer.from(update))
      const { rows } = await sql<{ update_id: number }>`
        with head as (
          update workspace.notebooks set last_update = last_update + ${updates.length}
          where workspace_id = ${workspaceId} and object_id = ${objectId} returning last_update
        )
        insert into workspace.notebook_updates (workspace_id, object_id, update_id, update, user_name)
        select ${workspaceId}, ${objectId}, head.last_update - ${updates.length} + given.place, given.update, given.user_name
        from head, unnest(${bytes}::bytea[], ${updates.map(({ userName }) => userName)}::text[]) with ordinality as given (update, user_name, place)
        returning update_id`.execute(within)
      const last = rows.reduce((most, row) => Math.max(most, row.update_id), -1)
      if (last < 0) throw new Problem('not_found', `Notebook ${objectId} does not exist.`)
      return last
    },

    /** One snapshot instead of the updates up to `upTo`. */
    compact: (objectId: number, upTo: number, state: Uint8Array, editors: readonly string[]) =>
      db.transaction().execute(async (tx) => {
        await tx
          .updateTable('notebooks')
          .set({ snapshot: Buffer.from(state), snapshot_update: upTo, editors: json([...editors]) })
          .where('workspace_id', '=', workspaceId)
          .where('object_id', '=', objectId)
          .where('snapshot_update', '<', upTo)
          .execute()
        await tx
          .deleteFrom('notebook_updates')
          .where('workspace_id', '=', workspaceId)
          .where('object_id', '=', objectId)
          .where('update_id', '<=', upTo)
          .execute()
      }),

    /** Keeps the document as it was after update `upTo`. */
    async revise(
      within: Kysely<Tables>,
      objectId: number,
      revision: { document: NotebookDocument; upTo: number; userNames: readonly string[]; name: string | null; at: Date },
    ): Promise<RevisionInfo> {
      const head = await within
        .updateTable('notebooks')
        .set({ revised_update: revision.upTo, editors: json([]) })
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', objectId)
        .returning('object_id')
        .executeTakeFirst()
      if (!head) throw new Problem('not_found', `Notebook ${objectId} does not exist.`)
      const row = await within
        .insertInto('notebook_revisions')
        .values((values) => ({
          workspace_id: workspaceId,
          object_id: objectId,
          revision_id: values
            .selectFrom('notebook_revisions')
            .select(sql<number>`coalesce(max(revision_id), 0) + 1`.as('next'))
            .where('workspace_id', '=', workspaceId)
            .where('object_id', '=', objectId),
          name: revision.name,
          user_names: json(named(revision.userNames)),
          document: anyJson(revision.document),
          created_at: revision.at,
        }))
        .returning(['revision_id', 'name', 'user_names', 'created_at', cellCount.as('cells')])
        .executeTakeFirstOrThrow()
      await within
        .deleteFrom('notebook_revisions')
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', objectId)
        .where('name', 'is', null)
        .where('revision_id', '<=', row.revision_id - mostRevisions)
        .execute()
      return revisionInfo(row)
    },

    async revisions(objectId: number, before: number, limit: number): Promise<RevisionInfo[]> {
      const rows = await db
        .selectFrom('notebook_revisions')
        .select(['revision_id', 'name', 'user_names', 'created_at', cellCount.as('cells')])
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', objectId)
        .where('revision_id', '<', before)
        .orderBy('revision_id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(revisionInfo)
    },

    revision: (objectId: number, revisionId: number) =>
      db
        .selectFrom('notebook_revisions')
        .select(['revision_id', 'name', 'user_names', 'created_at', 'document', cellCount.as('cells')])
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', objectId)
        .where('revision_id', '=', revisionId)
        .executeTakeFirst(),

    remove: async (tx: Kysely<Tables>, objectId: number) =>
      void (await tx.deleteFrom('notebooks').where('workspace_id', '=', workspaceId).where('object_id', '=', objectId).execute()),
  }
}

const cellCount = sql<number>`jsonb_array_length(document -> 'cells')`
/** Each once, without the nameless (imports). */
const named = (names: readonly string[]): string[] => [...new Set(names)].filter((name) => name !== '')

export const revisionInfo = (row: { revision_id: number; name: string | null; user_names: string[]; created_at: Date; cells: number }): RevisionInfo => ({
  revision_id: row.revision_id,
  name: row.name,
  user_names: row.user_names,
  created_at: row.created_at.getTime(),
  cells: row.cells,
})
