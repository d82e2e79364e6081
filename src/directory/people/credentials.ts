import type { Clock } from '#base/clock.ts'
import { aadsts, type AadError } from '../oidc/aadsts.ts'
import type { Db } from '../tables.ts'
import { checkNothing, checkPassword, hashPassword } from './passwords.ts'
import type { Throttle } from './throttle.ts'

export type CredentialOutcome = { user: { id: string; upn: string; mustChangePassword: boolean } } | { problem: AadError; retryAt?: Date }

/** Checks a user name and password: throttled, and as slow for a name that does not exist. */
export function credentialCheck({ db, clock, throttle }: { db: Db; clock: Clock; throttle: Throttle }) {
  return async (upn: string, password: string, address: string): Promise<CredentialOutcome> => {
    const retryAt = await throttle.attempt(upn, address)
    if (retryAt) return { problem: aadsts.locked(retryAt), retryAt }
    const row = await db.selectFrom('users').selectAll().where((eb) => eb(eb.fn('lower', ['upn']), '=', upn.toLowerCase())).executeTakeFirst()
    const checked = row ? await checkPassword(password, row.password) : (await checkNothing(password), { right: false, stale: false })
    if (!row || !checked.right) {
      const blocked = await throttle.waitUntil(upn)
      return blocked && blocked.getTime() - clock().getTime() > 60_000 ? { problem: aadsts.locked(blocked), retryAt: blocked } : { problem: aadsts.wrongPassword() }
    }
    // Said only to who knows the password: it tells nothing to a guesser.
    if (!row.enabled) return { problem: aadsts.disabledUser() }
    await throttle.succeeded(upn, address)
    if (checked.stale) await db.updateTable('users').set({ password: await hashPassword(password) }).where('id', '=', row.id).execute()
    return { user: { id: row.id, upn: row.upn, mustChangePassword: row.must_change_password } }
  }
}
export type CheckCredentials = ReturnType<typeof credentialCheck>
