import type { GroupRow, UserRow } from './store.ts'

export type Membership = { group_id: number; user_id: number | null; member_group_id: number | null }
/** Everybody in a workspace and all groups, at one time. */
export type People = { users: readonly UserRow[]; groups: readonly GroupRow[]; memberships: readonly Membership[] }
export type Held = { group: Pick<GroupRow, 'id' | 'display_name' | 'entitlements'>; direct: boolean }
export type Directory = ReturnType<typeof directoryOf>

/** Who is in which group: pure questions to what was read in one go. */
export function directoryOf({ users, groups, memberships }: People) {
  const usersById = new Map(users.map((user) => [user.id, user]))
  const groupsById = new Map(groups.map((group) => [group.id, group]))
  const ofUser = Map.groupBy(memberships, (each) => each.user_id)
  const ofGroup = Map.groupBy(memberships, (each) => each.member_group_id)
  const within = Map.groupBy(memberships, (each) => each.group_id)
  const named = (list: readonly Membership[] | undefined) => (list ?? []).flatMap((each) => groupsById.get(each.group_id) ?? [])
  const builtin = (name: 'admins' | 'users') => groups.filter((group) => group.builtin === name)

  /** The groups that hold these groups, and what holds those. A group met twice counts once, so circles end. */
  function above(start: readonly GroupRow[]): Set<GroupRow> {
    const found = new Set<GroupRow>()
    const open = [...start]
    for (let group = open.pop(); group; group = open.pop()) {
      for (const parent of named(ofGroup.get(group.id))) {
        if (!found.has(parent)) open.push(parent)
        found.add(parent)
      }
    }
    return found
  }

  return {
    users,
    groups,
    user: (id: number) => usersById.get(id),
    group: (id: number) => groupsById.get(id),
    above: (group: GroupRow) => above([group]),
    parents: (group: GroupRow): GroupRow[] => named(ofGroup.get(group.id)),
    groupsOf(user: UserRow): (Held & { group: GroupRow })[] {
      const direct = new Set([...(user.admin ? builtin('admins') : []), ...builtin('users'), ...named(ofUser.get(user.id))])
      const indirect = [...above([...direct])].filter((group) => !direct.has(group))
      const held = [...direct].map((group) => ({ group, direct: true })).concat(indirect.map((group) => ({ group, direct: false })))
      return held.toSorted((a, b) => a.group.id - b.group.id)
    },
    /** Direct members. */
    membersOf(group: GroupRow): { users: UserRow[]; groups: GroupRow[] } {
      const list = within.get(group.id) ?? []
      const own = list.flatMap((each) => (each.user_id === null ? [] : (usersById.get(each.user_id) ?? [])))
      const all = group.builtin === 'users' ? users : group.builtin === 'admins' ? users.filter((user) => user.admin) : own
      const nested = list.flatMap((each) => (each.member_group_id === null ? [] : (groupsById.get(each.member_group_id) ?? [])))
      return { users: [...all], groups: nested }
    },
  }
}
