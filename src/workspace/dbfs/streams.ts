import type { Generated, Kysely, Selectable } from 'kysely'

type Streams = {
  workspace_id: string
  handle: Generated<number>
  user_id: number
  path: string
  overwrite: boolean
  /** Where on the root storage the data lies until the stream is closed. */
  draft: string
  size: Generated<number>
  used_at: Date
}
export type Tables = { dbfs_streams: Streams }
export type StreamRow = Selectable<Streams>
export type StreamStore = ReturnType<typeof streamStore>

/** Streams that somebody writes to. They outlive the control plane: the data is on the storage, how much of it counts is here. */
export const streamStore = (db: Kysely<Tables>, workspaceId: string) => ({
  async begin(row: Pick<StreamRow, 'user_id' | 'path' | 'overwrite' | 'draft' | 'used_at'>): Promise<number> {
    const { handle } = await db.insertInto('dbfs_streams').values({ ...row, workspace_id: workspaceId }).returning('handle').executeTakeFirstOrThrow()
    return handle
  },
  find: (handle: number): Promise<StreamRow | undefined> =>
    db.selectFrom('dbfs_streams').selectAll().where('workspace_id', '=', workspaceId).where('handle', '=', handle).executeTakeFirst(),
  async grow(handle: number, size: number, now: Date): Promise<void> {
    await db.updateTable('dbfs_streams').set({ size, used_at: now }).where('workspace_id', '=', workspaceId).where('handle', '=', handle).execute()
  },
  async moveDraft(handle: number, draft: string): Promise<void> {
    await db.updateTable('dbfs_streams').set({ draft }).where('workspace_id', '=', workspaceId).where('handle', '=', handle).execute()
  },
  async end(handle: number): Promise<void> {
    await db.deleteFrom('dbfs_streams').where('workspace_id', '=', workspaceId).where('handle', '=', handle).execute()
  },
  idleSince: (moment: Date): Promise<StreamRow[]> =>
    db.selectFrom('dbfs_streams').selectAll().where('workspace_id', '=', workspaceId).where('used_at', '<', moment).execute(),
})
