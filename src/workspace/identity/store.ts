import { sql, type Generated, type Kysely, type Selectable } from 'kysely'
import { json } from '#base/db.ts'
import type { WorkspaceCaller } from '../caller.ts'

type Users = {
  workspace_id: string
  id: Generated<number>
  kind: 'user' | 'service_principal'
  /** Object id in the directory; null until the first sign-in of someone added by name. */
  oid: string | null
  app_id: string | null
  user_name: string
  display_name: string
  admin: boolean
  active: boolean
  entitlements: string[]
  created_at: Generated<Date>
}
export type Tables = { users: Users }
export type UserRow = Selectable<Users>
export type NewUser = Pick<UserRow, 'kind' | 'oid' | 'app_id' | 'user_name' | 'display_name' | 'admin' | 'entitlements'>
export type UserStore = ReturnType<typeof userStore>

/** The members of one workspace. */
export const userStore = (db: Kysely<Tables>, workspaceId: string) => {
  const users = () => db.selectFrom('users').selectAll().where('workspace_id', '=', workspaceId)
  return {
    byId: (id: number) => users().where('id', '=', id).executeTakeFirst(),
    byOid: (oid: string) => users().where('oid', '=', oid).executeTakeFirst(),
    byName: (name: string) =>
      users()
        .where(sql`lower(user_name)`, '=', name.toLowerCase())
        .executeTakeFirst(),
    list: (kind: UserRow['kind']) => users().where('kind', '=', kind).orderBy('id').execute(),
    /** Null when the name is taken. */
    insert: (user: NewUser): Promise<UserRow | undefined> =>
      db
        .insertInto('users')
        .values({ ...user, entitlements: json(user.entitlements), workspace_id: workspaceId, active: true })
        .onConflict((c) => c.doNothing())
        .returningAll()
        .executeTakeFirst(),
    async update(
      id: number,
      change: Partial<Pick<UserRow, 'oid' | 'admin' | 'active' | 'display_name' | 'app_id' | 'user_name'>>,
    ): Promise<void> {
      await db.updateTable('users').set(change).where('workspace_id', '=', workspaceId).where('id', '=', id).execute()
    },
    async remove(id: number): Promise<boolean> {
      const gone = await db.deleteFrom('users').where('workspace_id', '=', workspaceId).where('id', '=', id).executeTakeFirst()
      return gone.numDeletedRows > 0n
    },
  }
}

export const asCaller = (user: UserRow, by: WorkspaceCaller['by']): WorkspaceCaller => ({
  id: user.id,
  userId: String(user.id),
  userName: user.user_name,
  displayName: user.display_name,
  oid: user.oid,
  kind: user.kind,
  admin: user.admin,
  entitlements: user.entitlements,
  by,
})
