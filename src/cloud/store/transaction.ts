import { sql, type Kysely, type Transaction } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import type { Tables } from './tables.ts'

/** A transaction that is begun again when PostgreSQL ended it in favour of another one (40001, 40P01). */
export async function inTransaction<T>(db: Kysely<Tables>, body: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(body)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if ((code !== '40001' && code !== '40P01') || attempt === 6) throw error
      await wait(10 * attempt + Math.random() * 20)
    }
  }
}

/** Only one transaction at a time goes on past this line for one name; the rest wait. */
export async function turn(tx: Transaction<Tables>, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`cloud:${name}`}, 0))`.execute(tx)
}
