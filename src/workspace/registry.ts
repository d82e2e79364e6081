import { sql, type Generated, type Kysely } from 'kysely'
import { json } from '#base/db.ts'
import type { WorkspaceRecord } from './contract.ts'

export type Tables = { workspaces: { workspace_id: string; record: WorkspaceRecord; removing: boolean; created_at: Generated<Date> } }

/** The workspaces of this instance, as the resource provider handed them over. */
export const workspaceRegistry = (db: Kysely<Tables>) => ({
  async save(record: WorkspaceRecord): Promise<void> {
    await db
      .insertInto('workspaces')
      .values({ workspace_id: record.workspaceId, record: json(record), removing: false })
      .onConflict((c) => c.column('workspace_id').doUpdateSet({ record: json(record) }))
      .execute()
  },
  all: async (): Promise<WorkspaceRecord[]> => (await db.selectFrom('workspaces').select('record').execute()).map((row) => row.record),
  async find(workspaceId: string): Promise<WorkspaceRecord | undefined> {
    return (await db.selectFrom('workspaces').select('record').where('workspace_id', '=', workspaceId).executeTakeFirst())?.record
  },
  markRemoving: (workspaceId: string) =>
    db.updateTable('workspaces').set({ removing: true }).where('workspace_id', '=', workspaceId).execute(),
  /** With everything that any room keeps of it: every table has its `workspace_id`, and what refers to other rows goes along with them. */
  remove: (workspaceId: string) =>
    db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ name: string }>`
        select table_name as name from information_schema.columns
        where table_schema = 'workspace' and column_name = 'workspace_id' and table_name <> 'workspaces'`.execute(tx)
      for (const { name } of rows) await sql`delete from ${sql.table(`workspace.${name}`)} where workspace_id = ${workspaceId}`.execute(tx)
      await tx.deleteFrom('workspaces').where('workspace_id', '=', workspaceId).execute()
    }),
})
