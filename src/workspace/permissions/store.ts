import { sql, type Generated, type Kysely, type QueryExecutorProvider, type Selectable } from 'kysely'
import type { Tables as Identity } from '../identity/store.ts'
import type { Level, ObjectRef, ObjectType } from './levels.ts'

type Grants = {
  workspace_id: string
  /** Counts upwards: lists come back in the order in which they were given. */
  id: Generated<number>
  object_type: ObjectType
  object_id: string
  user_id: number | null
  group_id: number | null
  level: Level
}
export type Tables = Identity & { grants: Grants }
/** A transaction (or none) of any room, whatever tables it knows of. */
export type Within = QueryExecutorProvider
export type Grant = Pick<Selectable<Grants>, 'user_id' | 'group_id' | 'level'>
/** A grant with the name of whom it is for. */
export type NamedGrant = Selectable<Grants> & {
  kind: 'user' | 'service_principal' | 'group'
  name: string
  display_name: string
}
export type PermissionStore = ReturnType<typeof permissionStore>

/** The grants of one workspace. */
export const permissionStore = (db: Kysely<Tables>, workspaceId: string) => {
  const of = (object: ObjectRef) => sql`(object_type = ${object.type} and object_id = ${String(object.id)})`
  const anyOf = (objects: readonly ObjectRef[]) => sql<boolean>`(${sql.join(objects.map(of), sql` or `)})`

  const tokenGrant = sql`select 1 from workspace.grants
    where workspace_id = ${workspaceId} and object_type = 'authorization' and object_id = 'tokens'`

  return {
    db,
    /** Every level that a person has of these objects, by themselves, by groups, or as an administrator. An inactive one has none. */
    async held(userId: number, objects: readonly ObjectRef[]): Promise<Level[]> {
      const { rows } = await sql<{ level: Level }>`
        with held as (
          select h.group_id, g.builtin from workspace.groups_of(${workspaceId}, ${userId}) h
          join workspace.groups g on g.workspace_id = ${workspaceId} and g.id = h.group_id
          where exists (select 1 from workspace.users where workspace_id = ${workspaceId} and id = ${userId} and active)
        )
        select 'CAN_MANAGE' as level from held where builtin = 'admins'
        union
        select level from workspace.grants
        where workspace_id = ${workspaceId} and ${anyOf(objects)} and exists (select 1 from held)
          and (user_id = ${userId} or group_id in (select group_id from held))`.execute(db)
      return rows.map((row) => row.level)
    },
    /** All objects of a type that a person has grants on themselves or by groups. */
    async heldOfType(userId: number, type: ObjectType): Promise<{ object_id: string; level: Level }[]> {
      const { rows } = await sql<{ object_id: string; level: Level }>`
        select object_id, level from workspace.grants
        where workspace_id = ${workspaceId} and object_type = ${type}
          and exists (select 1 from workspace.users where workspace_id = ${workspaceId} and id = ${userId} and active)
          and (user_id = ${userId} or group_id in (select group_id from workspace.groups_of(${workspaceId}, ${userId})))`.execute(db)
      return rows
    },
    list: (object: ObjectRef, tx: Kysely<Tables> = db): Promise<NamedGrant[]> =>
      tx
        .selectFrom('grants')
        .leftJoin('users', (j) => j.onRef('users.workspace_id', '=', 'grants.workspace_id').onRef('users.id', '=', 'grants.user_id'))
        .leftJoin('groups', (j) => j.onRef('groups.workspace_id', '=', 'grants.workspace_id').onRef('groups.id', '=', 'grants.group_id'))
        .selectAll('grants')
        .select([
          sql<NamedGrant['kind']>`coalesce(users.kind, 'group')`.as('kind'),
          sql<string>`coalesce(users.app_id, users.user_name, groups.display_name)`.as('name'),
          sql<string>`coalesce(users.display_name, groups.display_name)`.as('display_name'),
        ])
        .where('grants.workspace_id', '=', workspaceId)
        .where('object_type', '=', object.type)
        .where('object_id', '=', String(object.id))
        .orderBy('grants.id')
        .execute(),
    /** One level for each person or group: a later grant takes the place of the earlier. */
    async give(tx: Within, object: ObjectRef, grants: readonly Grant[]): Promise<void> {
      for (const { user_id, group_id, level } of grants)
        await sql`
          insert into workspace.grants (workspace_id, object_type, object_id, user_id, group_id, level)
          values (${workspaceId}, ${object.type}, ${String(object.id)}, ${user_id}, ${group_id}, ${level})
          on conflict (workspace_id, object_type, object_id, user_id, group_id) do update set level = excluded.level`.execute(tx)
    },
    /** All grants of an object, or those of one person. */
    async clear(tx: Within, object: ObjectRef, userId?: number): Promise<void> {
      const whose = userId === undefined ? sql`true` : sql`user_id = ${userId}`
      await sql`delete from workspace.grants
        where workspace_id = ${workspaceId} and object_type = ${object.type} and object_id = ${String(object.id)} and ${whose}`.execute(tx)
    },
    /** Who may no longer make tokens has none. Source: "Manage personal access token permissions" (Azure Databricks). */
    async revokeTokens(tx: Within): Promise<void> {
      await sql`delete from workspace.tokens t where t.workspace_id = ${workspaceId} and not exists (
        select 1 from workspace.groups_of(t.workspace_id, t.user_id) h
        join workspace.groups g on g.workspace_id = t.workspace_id and g.id = h.group_id
        where g.builtin = 'admins' or exists (${tokenGrant} and group_id = g.id)) and not exists (${tokenGrant} and user_id = t.user_id)`.execute(tx)
    },
    person: (name: string, kind: 'user' | 'service_principal') =>
      db
        .selectFrom('users')
        .select('id')
        .where('workspace_id', '=', workspaceId)
        .where('kind', '=', kind)
        .where(kind === 'user' ? sql`lower(user_name)` : sql`lower(coalesce(app_id, user_name))`, '=', name.toLowerCase())
        .executeTakeFirst(),
    group: (displayName: string) =>
      db
        .selectFrom('groups')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where(sql`lower(display_name)`, '=', displayName.toLowerCase())
        .executeTakeFirst(),
  }
}
