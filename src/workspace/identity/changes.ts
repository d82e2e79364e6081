import { sql, type Kysely, type Transaction } from 'kysely'
import { json } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import { directoryOf, type Directory } from './people.ts'
import { refused } from './scim/resource.ts'
import type { GroupWish, UserWish } from './scim/wishes.ts'
import { ensureBuiltinGroups, type GroupRow, type Tables, type UserRow } from './store.ts'

type Tx = Transaction<Tables>
type Wish = UserWish & { applicationId?: string | undefined }
export type PeopleChanges = ReturnType<typeof peopleChanges>

/** Changes of people and groups, one at a time in a workspace, each in a transaction that keeps an administrator. */
export const peopleChanges = (db: Kysely<Tables>, workspaceId: string) => {
  async function read(within: Kysely<Tables>): Promise<Directory> {
    const [users, groups, memberships] = [
      await within.selectFrom('users').selectAll().where('workspace_id', '=', workspaceId).orderBy('id').execute(),
      await within.selectFrom('groups').selectAll().where('workspace_id', '=', workspaceId).orderBy('id').execute(),
      await within.selectFrom('group_members').selectAll().where('workspace_id', '=', workspaceId).orderBy('id').execute(),
    ]
    return directoryOf({ users, groups, memberships })
  }

  const change = <T>(edit: (tx: Tx, before: Directory) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`people ${workspaceId}`}, 0))`.execute(tx)
      await ensureBuiltinGroups(tx, workspaceId)
      const before = await read(tx)
      const done = await edit(tx, before)
      const was = (await hasAdministrator(tx)) ? [] : administrators(before)
      if (was.length > 0)
        throw new Problem('invalid', `${was.join(', ')} is the last administrator who can sign in. Make somebody else an administrator first.`)
      return done
    })

  /** Mostly the first half answers; only administrators by nested groups need the second. */
  async function hasAdministrator(tx: Tx): Promise<boolean> {
    const { rows } = await sql<{ found: boolean }>`
      select exists (select 1 from workspace.users where workspace_id = ${workspaceId} and active and admin)
        or exists (select 1 from workspace.users u cross join lateral workspace.groups_of(u.workspace_id, u.id) h
          join workspace.groups g on g.workspace_id = u.workspace_id and g.id = h.group_id
          where u.workspace_id = ${workspaceId} and u.active and g.builtin = 'admins') as found`.execute(tx)
    return rows[0]?.found === true
  }

  const updateUser = (tx: Tx, id: number, values: Partial<Pick<UserRow, 'admin' | 'active' | 'display_name' | 'external_id'>>) =>
    tx.updateTable('users').set(values).where('workspace_id', '=', workspaceId).where('id', '=', id).execute()
  const join = (tx: Tx, groupId: number, member: { user_id: number | null; member_group_id: number | null }) =>
    tx
      .insertInto('group_members')
      .values({ ...member, workspace_id: workspaceId, group_id: groupId })
      .onConflict((c) => c.doNothing())
      .execute()
  const groupOf = (before: Directory, id: string): GroupRow => {
    const found = before.group(Number(id))
    if (!found) throw refused('invalidValue', `Invalid value for field groups: there is no group with id ${id}`, 'groups')
    return found
  }
  async function enter(tx: Tx, group: GroupRow, userId: number): Promise<void> {
    if (group.builtin === 'admins') await updateUser(tx, userId, { admin: true })
    else if (group.builtin === null) await join(tx, group.id, { user_id: userId, member_group_id: null })
  }

  /** Sessions and refresh tokens end; personal access tokens do not count while their owner is inactive. */
  async function signOut(tx: Tx, id: number): Promise<void> {
    await sql`delete from workspace.sessions where workspace_id = ${workspaceId} and user_id = ${id}`.execute(tx)
    await sql`delete from workspace.oauth_grants where workspace_id = ${workspaceId} and user_id = ${id}`.execute(tx)
  }

  async function saveUser(tx: Tx, id: number, wish: Wish, before?: UserRow): Promise<void> {
    await tx
      .updateTable('users')
      .set({
        ...(wish.displayName === undefined ? {} : { display_name: wish.displayName }),
        ...(wish.active === undefined ? {} : { active: wish.active }),
        ...(wish.externalId === undefined || wish.externalId === before?.oid ? {} : { external_id: wish.externalId }),
        ...(wish.name === undefined ? {} : { name: json(wish.name) }),
        // "This attribute cannot be updated; any supplied change is ignored." Source: iam.User.emails
        ...(wish.emails === undefined || before ? {} : { emails: json(wish.emails) }),
        entitlements: json([...(wish.entitlements ?? [])]),
        roles: json(wish.roles ?? []),
      })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .execute()
    if (before?.active && wish.active === false) await signOut(tx, id)
  }

  async function saveGroup(tx: Tx, group: GroupRow, wish: GroupWish, before: Directory): Promise<void> {
    const name = wish.displayName ?? group.display_name
    if (group.builtin && name !== group.display_name) throw refused('mutability', `The group ${group.display_name} keeps its name`, 'displayName')
    mustBeFree(name, before, group)
    await tx
      .updateTable('groups')
      .set({
        display_name: name,
        external_id: wish.externalId ?? null,
        entitlements: json([...(wish.entitlements ?? [])]),
        roles: json(wish.roles ?? []),
      })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', group.id)
      .execute()
    await saveMembers(tx, group, wish.members, before)
  }

  async function saveMembers(tx: Tx, group: GroupRow, wanted: readonly string[] | undefined, before: Directory): Promise<void> {
    const held = before.membersOf(group)
    const [heldSet, ids] = [new Set([...held.users, ...held.groups].map((each) => String(each.id))), wanted ?? []]
    if (group.builtin === 'users') {
      const same = wanted === undefined || (heldSet.size === ids.length && ids.every((id) => heldSet.has(id)))
      if (!same) throw refused('mutability', 'Everybody in the workspace is a member of the group users, and nobody else', 'members')
      return
    }
    for (const id of ids.filter((each) => !heldSet.has(each))) {
      const [user, nested] = [before.user(Number(id)), before.group(Number(id))]
      if (user) await enter(tx, group, user.id)
      else if (nested) await nest(tx, group, nested, before)
      else throw refused('invalidValue', `Invalid value for field members: there is no user, service principal or group with id ${id}`, 'members')
    }
    const stay = new Set(ids)
    for (const user of held.users.filter((each) => !stay.has(String(each.id)))) {
      if (group.builtin === 'admins') await updateUser(tx, user.id, { admin: false })
      else await leave(tx, group.id, 'user_id', user.id)
    }
    for (const nested of held.groups.filter((each) => !stay.has(String(each.id)))) await leave(tx, group.id, 'member_group_id', nested.id)
  }
  const leave = (tx: Tx, groupId: number, column: 'user_id' | 'member_group_id', id: number) =>
    tx.deleteFrom('group_members').where('workspace_id', '=', workspaceId).where('group_id', '=', groupId).where(column, '=', id).execute()

  async function nest(tx: Tx, group: GroupRow, nested: GroupRow, before: Directory): Promise<void> {
    if (nested.id === group.id || before.above(group).has(nested))
      throw refused('invalidValue', `The group ${nested.display_name} would be a member of itself`, 'members')
    if (group.builtin === 'users') throw refused('mutability', 'The group users has people only', 'members')
    await join(tx, group.id, { user_id: null, member_group_id: nested.id })
  }

  return {
    read: () => read(db),

    addUser: (user: Pick<UserRow, 'kind' | 'app_id' | 'user_name' | 'display_name'>, wish: Wish): Promise<number> =>
      change(async (tx, before) => {
        const made = await tx
          .insertInto('users')
          .values({ ...user, workspace_id: workspaceId, oid: null, admin: false, active: wish.active ?? true, entitlements: json([]) })
          .onConflict((c) => c.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!made) throw refused('uniqueness', `${user.user_name} is in this workspace already`, 'userName')
        await saveUser(tx, made.id, wish)
        for (const id of wish.groups ?? []) await enter(tx, groupOf(before, id), made.id)
        return made.id
      }),

    /** `wish` is worked out from what is there now. */
    changeUser: (id: number, kind: UserRow['kind'], wishOf: (user: UserRow, before: Directory) => Wish): Promise<void> =>
      change(async (tx, before) => {
        const user = mustBe(kind, id, before)
        await saveUser(tx, id, wishOf(user, before), user)
      }),

    removeUser: (id: number, kind: UserRow['kind']): Promise<void> =>
      change(async (tx, before) => {
        mustBe(kind, id, before)
        await tx.deleteFrom('users').where('workspace_id', '=', workspaceId).where('id', '=', id).execute()
      }),

    addGroup: (displayName: string, wish: GroupWish): Promise<number> =>
      change(async (tx, before) => {
        mustBeFree(displayName, before)
        const made = await tx
          .insertInto('groups')
          .values({ workspace_id: workspaceId, builtin: null, display_name: displayName, external_id: null, entitlements: json([]), roles: json([]) })
          .returningAll()
          .executeTakeFirstOrThrow()
        await saveGroup(tx, made, wish, before)
        for (const id of wish.groups ?? []) await nest(tx, groupOf(before, id), made, before)
        return made.id
      }),

    changeGroup: (id: number, wishOf: (group: GroupRow, before: Directory) => GroupWish): Promise<void> =>
      change(async (tx, before) => {
        const group = mustBeGroup(id, before)
        await saveGroup(tx, group, wishOf(group, before), before)
      }),

    removeGroup: (id: number): Promise<void> =>
      change(async (tx, before) => {
        const group = mustBeGroup(id, before)
        if (group.builtin) throw refused('mutability', `The group ${group.display_name} belongs to every workspace and cannot be deleted`)
        await tx.deleteFrom('groups').where('workspace_id', '=', workspaceId).where('id', '=', id).execute()
      }),
  }
}

function administrators(directory: Directory): string[] {
  return directory.users
    .filter((user) => user.active && directory.groupsOf(user).some(({ group }) => group.builtin === 'admins'))
    .map((user) => user.user_name)
}
function mustBeFree(name: string, before: Directory, group?: GroupRow): void {
  const other = before.groups.find((each) => each.display_name.toLowerCase() === name.toLowerCase())
  if (other && other.id !== group?.id) throw refused('uniqueness', `A group with the name ${name} already exists`, 'displayName')
}
/** The member with this id; of another kind is none. */
export function mustBe(kind: UserRow['kind'], id: number, directory: Directory): UserRow {
  const user = directory.user(id)
  if (user?.kind !== kind) throw new Problem('not_found', `${kind === 'user' ? 'User' : 'Service principal'} with id ${id} not found.`)
  return user
}
export function mustBeGroup(id: number, directory: Directory): GroupRow {
  const group = directory.group(id)
  if (!group) throw new Problem('not_found', `Group with id ${id} not found.`)
  return group
}
