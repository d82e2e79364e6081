import { sql, type Generated, type Kysely, type Selectable } from 'kysely'
import { json } from '#base/db.ts'
import type { NotebookLanguage } from '../notebooks/document.ts'

export type ObjectType = 'DIRECTORY' | 'NOTEBOOK' | 'FILE'
/** Where something in the trash was. */
export type TrashedFrom = { parent_id: number; path: string }
type Objects = {
  workspace_id: string
  object_id: Generated<number>
  /** Null: the root. */
  parent_id: number | null
  name: string
  type: ObjectType
  language: NotebookLanguage | null
  size: number | null
  created_by: number | null
  created_at: Date
  modified_at: Date
  trashed_from: TrashedFrom | null
}
export type Tables = {
  objects: Objects
  file_contents: { workspace_id: string; object_id: number; content: Buffer }
}
export type ObjectRow = Selectable<Objects>
export type NewObject = Pick<ObjectRow, 'parent_id' | 'name' | 'type'> & Partial<Pick<ObjectRow, 'language' | 'size' | 'created_by'>>
export type Change = Partial<Pick<ObjectRow, 'parent_id' | 'name' | 'language' | 'size' | 'created_by' | 'modified_at' | 'trashed_from'>>
export type ObjectStore = ReturnType<typeof objectStore>

/** The tree of one workspace. Every call may be part of a transaction. */
export const objectStore = (db: Kysely<Tables>, workspaceId: string) => {
  const objects = (within: Kysely<Tables>) => within.selectFrom('objects').selectAll().where('workspace_id', '=', workspaceId)
  const fresh = (row: NewObject, now: Date) => ({
    language: null,
    size: null,
    created_by: null,
    ...row,
    workspace_id: workspaceId,
    created_at: now,
    modified_at: now,
    trashed_from: null,
  })

  return {
    db,
    byId: (id: number, within: Kysely<Tables> = db): Promise<ObjectRow | undefined> =>
      objects(within).where('object_id', '=', id).executeTakeFirst(),
    /** Those that are there; nobody else changes or removes them until the transaction ends. Always first objects, then what is in them. */
    locked: (ids: readonly number[], within: Kysely<Tables>): Promise<ObjectRow[]> =>
      objects(within)
        .where('object_id', 'in', [...ids])
        .orderBy('object_id')
        .forUpdate()
        .execute(),
    child: (parentId: number | null, name: string, within: Kysely<Tables> = db): Promise<ObjectRow | undefined> =>
      objects(within).where('parent_id', 'is not distinct from', parentId).where('name', '=', name).executeTakeFirst(),
    children: (parentId: number, within: Kysely<Tables> = db): Promise<ObjectRow[]> =>
      objects(within).where('parent_id', '=', parentId).orderBy('name').execute(),

    /** The objects along a path, root first, as far as they exist. */
    async along(names: readonly string[], within: Kysely<Tables> = db): Promise<ObjectRow[]> {
      const { rows } = await sql<ObjectRow>`
        with recursive step as (
          select o.*, 0 as depth from workspace.objects o where workspace_id = ${workspaceId} and parent_id is null
          union all
          select o.*, step.depth + 1 from step join workspace.objects o
            on o.workspace_id = ${workspaceId} and o.parent_id = step.object_id and o.name = (${[...names]}::text[])[step.depth + 1]
        ) select * from step order by depth`.execute(within)
      return rows
    },
    /** An object and its folders, root first; empty when there is none. */
    async above(id: number, within: Kysely<Tables> = db): Promise<ObjectRow[]> {
      const { rows } = await sql<ObjectRow>`
        with recursive step as (
          select o.*, 0 as height from workspace.objects o where workspace_id = ${workspaceId} and object_id = ${id}
          union all
          select o.*, step.height + 1 from step join workspace.objects o
            on o.workspace_id = ${workspaceId} and o.object_id = step.parent_id
        ) select * from step order by height desc`.execute(within)
      return rows
    },
    /** The ids of some objects and of all their folders. */
    async withFolders(ids: readonly string[], within: Kysely<Tables> = db): Promise<Set<number>> {
      if (ids.length === 0) return new Set()
      const { rows } = await sql<{ object_id: number }>`
        with recursive step as (
          select object_id, parent_id from workspace.objects
            where workspace_id = ${workspaceId} and object_id::text = any(${[...ids]}::text[])
          union
          select o.object_id, o.parent_id from step join workspace.objects o
            on o.workspace_id = ${workspaceId} and o.object_id = step.parent_id
        ) select object_id from step`.execute(within)
      return new Set(rows.map((row) => row.object_id))
    },
    /** An object and everything in it, folders before what they hold. `names` lead from the object to each. */
    async below(id: number, within: Kysely<Tables> = db): Promise<(ObjectRow & { names: string[] })[]> {
      const { rows } = await sql<ObjectRow & { names: string[] }>`
        with recursive step as (
          select o.*, '{}'::text[] collate "C" as names from workspace.objects o where workspace_id = ${workspaceId} and object_id = ${id}
          union all
          select o.*, step.names || o.name::text from step join workspace.objects o
            on o.workspace_id = ${workspaceId} and o.parent_id = step.object_id
        ) select * from step order by cardinality(names), names`.execute(within)
      return rows
    },
    /**
     * Objects whose name contains the text, whatever its case, outside the trash; with the names that lead to them from the root.
     * `given`: only these objects and what is in them.
     */
    async named(text: string, given: readonly string[] | null, atMost: number): Promise<(ObjectRow & { names: string[] })[]> {
      const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
      const { rows } = await sql<ObjectRow & { names: string[] }>`
        with recursive step as (
          select object_id as start, object_id, parent_id, array[name::text] as names, trashed_from is not null as trashed
            from workspace.objects where workspace_id = ${workspaceId} and parent_id is not null and name ilike ${pattern}
          union all
          select step.start, o.object_id, o.parent_id, o.name::text || step.names, o.trashed_from is not null
            from step join workspace.objects o on o.workspace_id = ${workspaceId} and o.object_id = step.parent_id
        ), found as (
          select start, max(names) filter (where parent_id is null) as names
          from step group by start
          having not bool_or(trashed) and (${given === null} or bool_or(object_id::text = any(${given ? [...given] : []}::text[])))
        )
        select o.*, found.names[2:] as names from found join workspace.objects o
          on o.workspace_id = ${workspaceId} and o.object_id = found.start
        order by lower(o.name), o.object_id limit ${atMost}`.execute(db)
      return rows
    },

    /** Null when the folder has something of that name already. */
    insert: (row: NewObject, now: Date, within: Kysely<Tables> = db): Promise<ObjectRow | undefined> =>
      within
        .insertInto('objects')
        .values(fresh(row, now))
        .onConflict((c) => c.columns(['workspace_id', 'parent_id', 'name']).doNothing())
        .returningAll()
        .executeTakeFirst(),
    /** Many at once, into folders that have nothing of these names. */
    insertAll: (rows: readonly NewObject[], now: Date, within: Kysely<Tables>): Promise<ObjectRow[]> =>
      within
        .insertInto('objects')
        .values(rows.map((row) => fresh(row, now)))
        .returningAll()
        .execute(),
    async update(id: number, { trashed_from, ...change }: Change, within: Kysely<Tables> = db): Promise<void> {
      await within
        .updateTable('objects')
        .set({ ...change, ...(trashed_from === undefined ? {} : { trashed_from: trashed_from && json(trashed_from) }) })
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', id)
        .execute()
    },
    /** Takes everything in a folder along. */
    async remove(id: number, within: Kysely<Tables> = db): Promise<void> {
      await within.deleteFrom('objects').where('workspace_id', '=', workspaceId).where('object_id', '=', id).execute()
    },

    async content(id: number, within: Kysely<Tables> = db): Promise<Buffer> {
      const row = await within
        .selectFrom('file_contents')
        .select('content')
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', id)
        .executeTakeFirst()
      return row?.content ?? Buffer.alloc(0)
    },
    async contents(ids: readonly number[], within: Kysely<Tables> = db): Promise<Map<number, Buffer>> {
      if (ids.length === 0) return new Map()
      const rows = await within
        .selectFrom('file_contents')
        .select(['object_id', 'content'])
        .where('workspace_id', '=', workspaceId)
        .where('object_id', 'in', [...ids])
        .execute()
      return new Map(rows.map((row) => [row.object_id, row.content]))
    },
    async setContents(contents: readonly { object_id: number; content: Buffer }[], within: Kysely<Tables>): Promise<void> {
      if (contents.length === 0) return
      await within
        .insertInto('file_contents')
        .values(contents.map((each) => ({ ...each, workspace_id: workspaceId })))
        .execute()
    },
    async setContent(id: number, content: Buffer, within: Kysely<Tables> = db): Promise<void> {
      await within
        .insertInto('file_contents')
        .values({ workspace_id: workspaceId, object_id: id, content })
        .onConflict((c) => c.columns(['workspace_id', 'object_id']).doUpdateSet({ content }))
        .execute()
    },
    async copyContent(from: number, to: number, within: Kysely<Tables>): Promise<void> {
      await sql`insert into workspace.file_contents (workspace_id, object_id, content)
        select workspace_id, ${to}, content from workspace.file_contents
        where workspace_id = ${workspaceId} and object_id = ${from}`.execute(within)
    },
    /** One at a time may rearrange the tree: two moves at once could put two folders into each other. */
    async lockTree(within: Kysely<Tables>): Promise<void> {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`objects ${workspaceId}`}, 0))`.execute(within)
    },
  }
}
