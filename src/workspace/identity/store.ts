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
  name: { givenName?: string | undefined; familyName?: string | undefined } | null
  emails: { value: string; type?: string | undefined; primary?: boolean | undefined }[] | null
  external_id: string | null
  roles: Generated<string[]>
}
type Groups = {
  workspace_id: string
  id: Generated<number>
  /** `admins` and `users` exist in every workspace: everybody is in `users`, and whoever has `admin` in `admins`. */
  builtin: 'admins' | 'users' | null
  display_name: string
  external_id: string | null
  entitlements: string[]
  roles: string[]
  created_at: Generated<Date>
}
type GroupMembers = { workspace_id: string; id: Generated<number>; group_id: number; user_id: number | null; member_group_id: number | null }
export type Tables = { users: Users; groups: Groups; group_members: GroupMembers }
export type UserRow = Selectable<Users>
export type GroupRow = Selectable<Groups>
export type NewUser = Pick<UserRow, 'kind' | 'oid' | 'app_id' | 'user_name' | 'display_name' | 'admin' | 'entitlements'>
/** A user with what groups give. */
export type Standing = { groups: { id: number; name: string; direct: boolean; builtin: string | null; entitlements: string[] }[] }
export type StandingUser = UserRow & { standing: Standing['groups'] }
/** For queries that select a user: the groups, nested ones too. */
export const standing = sql<Standing['groups']>`(
  select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.display_name, 'direct', h.direct, 'builtin', g.builtin,
    'entitlements', g.entitlements) order by g.id), '[]')
  from workspace.groups_of(users.workspace_id, users.id) h
  join workspace.groups g on g.workspace_id = users.workspace_id and g.id = h.group_id)`.as('standing')
export type UserStore = ReturnType<typeof userStore>

/** The members of one workspace. */
export const userStore = (db: Kysely<Tables>, workspaceId: string) => {
  const users = () => db.selectFrom('users').selectAll().select(standing).where('workspace_id', '=', workspaceId)
  return {
    byId: (id: number) => users().where('id', '=', id).executeTakeFirst(),
    byOid: (oid: string) => users().where('oid', '=', oid).executeTakeFirst(),
    byName: (name: string) =>
      users()
        .where(sql`lower(user_name)`, '=', name.toLowerCase())
        .executeTakeFirst(),
    list: (kind: UserRow['kind']) => users().where('kind', '=', kind).orderBy('id').execute(),
    /** Undefined when the name is taken. */
    async insert(user: NewUser): Promise<StandingUser | undefined> {
      const made = await db.transaction().execute(async (tx) => {
        await ensureBuiltinGroups(tx, workspaceId)
        return tx
          .insertInto('users')
          .values({ ...user, entitlements: json(user.entitlements), workspace_id: workspaceId, active: true })
          .onConflict((c) => c.doNothing())
          .returning('id')
          .executeTakeFirst()
      })
      return made && users().where('id', '=', made.id).executeTakeFirst()
    },
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

/** Before a workspace's first user: its groups `admins` and `users`, and everybody's right to make tokens. */
export async function ensureBuiltinGroups(db: Kysely<Tables>, workspaceId: string): Promise<void> {
  await sql`
    with made as (
      insert into workspace.groups (workspace_id, builtin, display_name, entitlements) values
        (${workspaceId}, 'admins', 'admins', '["allow-cluster-create", "databricks-sql-access", "workspace-access"]'),
        (${workspaceId}, 'users', 'users', '["databricks-sql-access", "workspace-access"]')
      on conflict do nothing returning id, builtin)
    insert into workspace.grants (workspace_id, object_type, object_id, group_id, level)
    select ${workspaceId}, 'authorization', 'tokens', id, 'CAN_USE' from made where builtin = 'users'`.execute(db)
}

/** A caller has the rights of their groups too. */
export const asCaller = (user: StandingUser, by: WorkspaceCaller['by']): WorkspaceCaller => ({
  id: user.id,
  userId: String(user.id),
  userName: user.user_name,
  displayName: user.display_name,
  oid: user.oid,
  kind: user.kind,
  admin: user.standing.some((group) => group.builtin === 'admins'),
  entitlements: [...new Set([...user.entitlements, ...user.standing.flatMap((group) => group.entitlements)])].toSorted(),
  by,
})
