import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { json } from '#base/db.ts'
import type { Selectable } from 'kysely'
import type { Consent, RequiredScopes } from '../contract.ts'
import type { Db, Tables } from '../tables.ts'

export type ConsentStore = ReturnType<typeof consentStore>

/** What users allowed applications to do as them; the truth that every delegated token is checked against. */
export function consentStore({ db, clock, endFor }: { db: Db; clock: Clock; endFor(userId: string, appId: string): Promise<void> }) {
  return {
    async list({ userId, appId }: { userId?: string; appId?: string } = {}): Promise<Consent[]> {
      let query = db.selectFrom('consents').selectAll()
      if (userId !== undefined) query = query.where('user_id', '=', userId)
      if (appId !== undefined) query = query.where('app_id', '=', appId)
      return (await query.orderBy('created_at').execute()).map(fromRow)
    },
    async scopes(userId: string, appId: string, resource: string): Promise<string[]> {
      const row = await db.selectFrom('consents').select('scopes').where('user_id', '=', userId).where('app_id', '=', appId).where('resource', '=', resource).executeTakeFirst()
      return row?.scopes ?? []
    },
    /** Adds to what was allowed before. */
    async grant(userId: string, appId: string, wanted: readonly RequiredScopes[]): Promise<void> {
      const now = clock()
      await db.transaction().execute(async (tx) => {
        for (const { resource, scopes } of wanted) {
          const row = { id: randomUUID(), user_id: userId, app_id: appId, resource, scopes: json<string[]>([]), created_at: now, updated_at: now }
          await tx.insertInto('consents').values(row).onConflict((conflict) => conflict.columns(['user_id', 'app_id', 'resource']).doNothing()).execute()
          const key = tx.selectFrom('consents').select(['id', 'scopes']).where('user_id', '=', userId).where('app_id', '=', appId).where('resource', '=', resource)
          const before = await key.forUpdate().executeTakeFirstOrThrow()
          const after = [...new Set([...before.scopes, ...scopes])].toSorted()
          await tx.updateTable('consents').set({ scopes: json(after), updated_at: now }).where('id', '=', before.id).execute()
        }
      })
    },
    /** Takes everything back: refresh tokens die now, access tokens are refused from now on. */
    async revoke(userId: string, appId: string): Promise<void> {
      await db.deleteFrom('consents').where('user_id', '=', userId).where('app_id', '=', appId).execute()
      await endFor(userId, appId)
    },
  }
}

const fromRow = (row: Selectable<Tables['consents']>): Consent => ({
  id: row.id,
  userId: row.user_id,
  appId: row.app_id,
  resource: row.resource,
  scopes: row.scopes,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
