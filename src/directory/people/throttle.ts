import type { Clock } from '#base/clock.ts'
import { sql } from 'kysely'
import type { Db } from '../tables.ts'

/** Failures that cost nothing, the first delay after them, and the longest one. An address is shared by many people, so it may fail more. */
const limits = {
  account: { free: 5, firstMs: 2_000, longestMs: 15 * 60_000 },
  address: { free: 30, firstMs: 1_000, longestMs: 60_000 },
}
/** Failures are forgotten when nothing happened for this long. */
const memoryMs = 60 * 60_000

export type Throttle = ReturnType<typeof signInThrottle>

/** Slows down guessing, per account and per address; the state is in the database and survives a restart. */
export function signInThrottle({ db, clock }: { db: Db; clock: Clock }) {
  return {
    /** When another attempt may be made, if not now. */
    async blockedUntil(account: string, address: string): Promise<Date | null> {
      const rows = await db.selectFrom('throttle').select('blocked_until').where('name', 'in', namesOf(account, address)).where('blocked_until', '>', clock()).execute()
      return rows.reduce<Date | null>((latest, { blocked_until: at }) => (at && (!latest || at > latest) ? at : latest), null)
    },
    /** Records a failure; the delay doubles with each one beyond the free ones. */
    async failed(account: string, address: string): Promise<void> {
      const now = clock()
      for (const name of namesOf(account, address)) {
        const { free, firstMs, longestMs } = name.startsWith('account:') ? limits.account : limits.address
        await db.transaction().execute(async (tx) => {
          const { failures } = await tx
            .insertInto('throttle')
            .values({ name, failures: 1, last_at: now, blocked_until: null })
            .onConflict((conflict) => conflict.column('name').doUpdateSet({
              failures: sql<number>`case when throttle.last_at < ${new Date(now.getTime() - memoryMs)} then 1 else throttle.failures + 1 end`,
              last_at: now,
            }))
            .returning('failures')
            .executeTakeFirstOrThrow()
          if (failures < free) return
          const delay = Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - free))
          await tx.updateTable('throttle').set({ blocked_until: new Date(now.getTime() + delay) }).where('name', '=', name).execute()
        })
      }
    },
    /** A right password clears the account, not the address. */
    async succeeded(account: string): Promise<void> {
      await db.deleteFrom('throttle').where('name', '=', `account:${account.toLowerCase()}`).execute()
    },
    async forgetOld(): Promise<void> {
      await db.deleteFrom('throttle').where('last_at', '<', new Date(clock().getTime() - memoryMs)).execute()
    },
  }
}

const namesOf = (account: string, address: string) => [`account:${account.toLowerCase()}`, `address:${address}`]
