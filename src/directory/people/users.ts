import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { sql } from 'kysely'
import type { User, UserStore } from '../contract.ts'
import type { Db, Tables } from '../tables.ts'
import { domainOf, isPersonal } from '../well-known.ts'
import { generatePassword, hashPassword, mustBeGoodPassword } from './passwords.ts'

export type UserDeps = {
  db: Db
  clock: Clock
  domain: string
  tenantName: string
  /** Ends everything an account is signed in to. */
  endAll(userId: string): Promise<void>
}

/** The tenant's users. */
export function userStore({ db, clock, domain, tenantName, endAll }: UserDeps): UserStore {
  const find = async (idOrUpn: string) => {
    const row = await db.selectFrom('users').selectAll()
      .where((eb) => eb.or([eb('id', '=', idOrUpn), eb(sql`lower(upn)`, '=', idOrUpn.toLowerCase())])).executeTakeFirst()
    return row ? fromRow(row) : null
  }
  const must = async (idOrUpn: string) => {
    const user = await find(idOrUpn)
    if (!user) throw new Problem('not_found', `There is no user ${idOrUpn} in the directory ${tenantName}.`)
    return user
  }
  const setEnabled = async (idOrUpn: string, enabled: boolean) => {
    const { id } = await must(idOrUpn)
    if (!enabled) await mustNotBeLastAdministrator(db, id)
    await db.updateTable('users').set({ enabled }).where('id', '=', id).execute()
    if (!enabled) await endAll(id)
  }
  return {
    find,
    async createUser({ upn, displayName, password, mustChangePassword = false }) {
      mustBeOurName(upn, domain, tenantName)
      const chosen = password ?? generatePassword()
      mustBeGoodPassword(chosen, upn)
      const row = { id: randomUUID(), upn, display_name: displayName.trim() || upn, password: await hashPassword(chosen), enabled: true, must_change_password: mustChangePassword, created_at: clock() }
      const made = await db.insertInto('users').values(row).onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst()
      if (!made) throw new Problem('already_exists', `There is already a user ${upn}.`, { extra: { field: 'userPrincipalName' } })
      return { ...fromRow(row), ...(password === undefined ? { password: chosen } : {}) }
    },
    async list() {
      return (await db.selectFrom('users').selectAll().orderBy('upn').execute()).map(fromRow)
    },
    async update(idOrUpn, { displayName, enabled }) {
      const { id } = await must(idOrUpn)
      if (displayName !== undefined) await db.updateTable('users').set({ display_name: displayName }).where('id', '=', id).execute()
      if (enabled !== undefined) await setEnabled(id, enabled)
      return must(id)
    },
    disable: (idOrUpn) => setEnabled(idOrUpn, false),
    enable: (idOrUpn) => setEnabled(idOrUpn, true),
    async resetPassword(idOrUpn, password = generatePassword(), mustChangePassword = false) {
      const { id, upn } = await must(idOrUpn)
      mustBeGoodPassword(password, upn)
      await db.updateTable('users').set({ password: await hashPassword(password), must_change_password: mustChangePassword }).where('id', '=', id).execute()
      await db.deleteFrom('throttle').where('name', '=', `account:${upn.toLowerCase()}`).execute()
      await endAll(id)
      return password
    },
    async delete(idOrUpn) {
      const { id } = await must(idOrUpn)
      await mustNotBeLastAdministrator(db, id)
      await endAll(id)
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('group_members').where('member_id', '=', id).execute()
        await tx.deleteFrom('role_members').where('member_id', '=', id).execute()
        await tx.deleteFrom('users').where('id', '=', id).execute()
      })
    },
  }
}

/** A tenant that nobody administers could not be repaired. */
async function mustNotBeLastAdministrator(db: Db, userId: string): Promise<void> {
  const rows = await db.selectFrom('role_members').innerJoin('users', 'users.id', 'member_id').select('users.id as id')
    .where('role', '=', 'Global Administrator').where('enabled', '=', true).execute()
  if (rows.length === 1 && rows[0]?.id === userId) throw new Problem('wrong_state', 'This is the last Global Administrator: name another one first.')
}

function mustBeOurName(upn: string, domain: string, tenantName: string): void {
  const field = { extra: { field: 'userPrincipalName' } }
  if (isPersonal(upn)) {
    throw new Problem('invalid', `${upn} is a personal account. Choose a name in the organisation's domain, such as ${upn.split('@')[0]}@${domain}.`, field)
  }
  if (!/^[a-z0-9][a-z0-9._'-]{0,62}@[a-z0-9.-]+$/i.test(upn)) throw new Problem('invalid', `${upn} is not a user name: it should look like name@${domain}.`, field)
  if (domainOf(upn) !== domain) throw new Problem('invalid', `The domain of ${upn} does not belong to ${tenantName}: user names end in @${domain}.`, field)
}

export const fromRow = (row: Pick<Tables['users'], 'id' | 'upn' | 'display_name' | 'enabled' | 'must_change_password' | 'created_at'>): User => ({
  id: row.id,
  upn: row.upn,
  displayName: row.display_name,
  enabled: row.enabled,
  createdAt: row.created_at,
  mustChangePassword: row.must_change_password,
})
