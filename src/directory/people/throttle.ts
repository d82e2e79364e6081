import type { Clock } from '#base/clock.ts'
import type { Db } from '../tables.ts'

/** Failures that cost nothing, the first delay after them, and the longest one. An address is shared by many people, so it may fail more. */
const limits = {
  account: { free: 5, firstMs: 2_000, longestMs: 15 * 60_000 },
  address: { free: 30, firstMs: 1_000, longestMs: 60_000 },
}
/** Failures are forgotten when nothing happened for this long. */
const memoryMs = 60 * 60_000

export type Throttle = ReturnType<typeof signInThrottle>

/**
 * Slows down guessing, per account and per address; the state is in the database and survives a restart.
 * An attempt counts before its password is looked at, so many at once do not slip through together.
 */
export function signInThrottle({ db, clock }: { db: Db; clock: Clock }) {
  /** Counts an attempt under the row's lock; the delay doubles with each failure beyond the free ones. */
  const count = (name: string) =>
    db.transaction().execute(async (tx) => {
      const now = clock()
      await tx.insertInto('throttle').values({ name, failures: 0, last_at: now, blocked_until: null }).onConflict((conflict) => conflict.doNothing()).execute()
      const row = await tx.selectFrom('throttle').selectAll().where('name', '=', name).forUpdate().executeTakeFirstOrThrow()
      if (row.blocked_until && row.blocked_until > now) return row.blocked_until
      const { free, firstMs, longestMs } = limitsOf(name)
      const failures = row.last_at.getTime() < now.getTime() - memoryMs ? 1 : row.failures + 1
      const delay = failures < free ? null : Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - free))
      await tx.updateTable('throttle').set({ failures, last_at: now, blocked_until: delay === null ? null : new Date(now.getTime() + delay) }).where('name', '=', name).execute()
      return null
    })
  const accountName = (account: string) => `account:${account.toLowerCase()}`
  return {
    /** Counts an attempt. Answers when another one may be made, if not now. */
    async attempt(account: string, address: string): Promise<Date | null> {
      return (await count(`address:${address}`)) ?? (await count(accountName(account)))
    },
    /** When the account may be tried again, after a failure. */
    async waitUntil(account: string): Promise<Date | null> {
      const row = await db.selectFrom('throttle').select('blocked_until').where('name', '=', accountName(account)).executeTakeFirst()
      return row?.blocked_until && row.blocked_until > clock() ? row.blocked_until : null
    },
    /** A right password clears the account; from the address it only takes back the attempt. */
    async succeeded(account: string, address: string): Promise<void> {
      await db.deleteFrom('throttle').where('name', '=', accountName(account)).execute()
      await db.updateTable('throttle').set((eb) => ({ failures: eb('failures', '-', 1), blocked_until: null })).where('name', '=', `address:${address}`).where('failures', '>', 0).execute()
    },
    async forgetOld(): Promise<void> {
      await db.deleteFrom('throttle').where('last_at', '<', new Date(clock().getTime() - memoryMs)).execute()
    },
  }
}

const limitsOf = (name: string) => (name.startsWith('account:') ? limits.account : limits.address)
