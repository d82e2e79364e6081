import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { Db } from '../tables.ts'

export type Tenant = { id: string; name: string; domain: string }

/** The one tenant of this installation; its id, name and domain are chosen once and kept. */
export async function openTenant({ db, clock, name, domain }: { db: Db; clock: Clock; name: string; domain: string }): Promise<Tenant> {
  return db.transaction().execute(async (tx) => {
    const lock = tx.selectFrom('tenant').select(['id', 'name', 'domain'])
    const found = await lock.executeTakeFirst()
    if (found) return found
    const made = { id: randomUUID(), name, domain: domain.toLowerCase() }
    await tx.insertInto('tenant').values({ ...made, created_at: clock() }).execute()
    return made
  })
}
