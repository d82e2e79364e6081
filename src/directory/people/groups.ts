import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Group, GroupStore, Role, RoleStore } from '../contract.ts'
import type { Db, Tables } from '../tables.ts'

/** Security groups: users, service principals and groups in groups. */
export function groupStore({ db, clock }: { db: Db; clock: Clock }): GroupStore {
  const find = async (id: string) => {
    const row = await db.selectFrom('groups').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? fromRow(row) : null
  }
  const must = async (id: string) => {
    const group = await find(id)
    if (!group) throw new Problem('not_found', `There is no group ${id}.`)
    return group
  }
  const memberOf = async (oid: string) => {
    // `union` (not `union all`) ends on circles of groups.
    const rows = await db
      .withRecursive('up', (qc) => qc.selectFrom('group_members').select('group_id').where('member_id', '=', oid)
        .union(qc.selectFrom('group_members').innerJoin('up', 'up.group_id', 'group_members.member_id').select('group_members.group_id')))
      .selectFrom('up').select('group_id').execute()
    return rows.map((row) => row.group_id)
  }
  return {
    find,
    memberOf,
    async createGroup({ displayName, description }) {
      if (!displayName.trim()) throw new Problem('invalid', 'A group needs a name.', { extra: { field: 'displayName' } })
      const row = { id: randomUUID(), display_name: displayName.trim(), description: description ?? null, created_at: clock() }
      await db.insertInto('groups').values(row).execute()
      return fromRow(row)
    },
    async list() {
      return (await db.selectFrom('groups').selectAll().orderBy('display_name').execute()).map(fromRow)
    },
    async members(id) {
      await must(id)
      return (await db.selectFrom('group_members').select('member_id').where('group_id', '=', id).execute()).map((row) => row.member_id)
    },
    async addMember(id, memberId) {
      await must(id)
      if (id === memberId || (await memberOf(id)).includes(memberId)) throw new Problem('invalid', 'A group cannot be a member of itself.')
      await db.insertInto('group_members').values({ group_id: id, member_id: memberId }).onConflict((conflict) => conflict.doNothing()).execute()
    },
    async removeMember(id, memberId) {
      await must(id)
      await db.deleteFrom('group_members').where('group_id', '=', id).where('member_id', '=', memberId).execute()
    },
    async delete(id) {
      await must(id)
      await db.deleteFrom('group_members').where('member_id', '=', id).execute()
      await db.deleteFrom('groups').where('id', '=', id).execute()
    },
  }
}

const fromRow = (row: Tables['groups']): Group => ({ id: row.id, displayName: row.display_name, description: row.description, createdAt: row.created_at })

/** Directory roles with their template ids. Source: "Microsoft Entra built-in roles". */
export const roleTemplates = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'Application Administrator': '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
} as const satisfies Record<Role, string>

const isRole = (name: string): name is Role => name in roleTemplates

/** Who administers the directory itself; roles over cloud resources live with the resource manager. */
export function roleStore({ db }: { db: Db }): RoleStore {
  const members = async (role: Role) => (await db.selectFrom('role_members').select('member_id').where('role', '=', role).execute()).map((row) => row.member_id)
  return {
    members,
    async of(oid) {
      const rows = await db.selectFrom('role_members').select('role').where('member_id', '=', oid).orderBy('role').execute()
      return rows.map((row) => row.role).filter(isRole)
    },
    async assign(oid, role) {
      await db.insertInto('role_members').values({ role, member_id: oid }).onConflict((conflict) => conflict.doNothing()).execute()
    },
    async remove(oid, role) {
      if (role === 'Global Administrator' && (await members(role)).every((member) => member === oid)) {
        throw new Problem('wrong_state', 'This is the last Global Administrator: name another one first.')
      }
      await db.deleteFrom('role_members').where('role', '=', role).where('member_id', '=', oid).execute()
    },
  }
}
