import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { sql } from 'kysely'
import type { Db } from '../tables.ts'

export type Tenant = { id: string; name: string; domain: string }

/** The one tenant of this installation; its id, name and domain are chosen once and kept. */
export async function openTenant({ db, clock, name, domain }: { db: Db; clock: Clock; name: string; domain: string }): Promise<Tenant> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('directory.tenant'))`.execute(tx)
    const found = await tx.selectFrom('tenant').select(['id', 'name', 'domain']).executeTakeFirst()
    if (found) return found
    const made = { id: randomUUID(), name, domain: domain.toLowerCase() }
    await tx.insertInto('tenant').values({ ...made, created_at: clock() }).execute()
    return made
  })
}
