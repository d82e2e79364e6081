import { sql } from 'kysely'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import type { Session } from '../contract.ts'
import type { Artifacts } from '../oidc/adapter.ts'
import type { Db } from '../tables.ts'

export type SessionStore = ReturnType<typeof sessionStore>
const payload = z.looseObject({ uid: z.string(), authorizations: z.record(z.string(), z.unknown()).optional() })

/** Browser sign-ins. A session's id here is its `uid`: it names the session and does not open it. */
export function sessionStore({ db, clock, artifacts }: { db: Db; clock: Clock; artifacts: Artifacts }) {
  const live = () => db.selectFrom('artifacts').selectAll().where('model', '=', 'Session').where('expires_at', '>', clock())
  return {
    async list(userId: string): Promise<Session[]> {
      const rows = await live().where('account_id', '=', userId).orderBy('created_at').execute()
      return rows.map((row) => {
        const { uid, authorizations } = payload.parse(artifacts.opened(row))
        return { id: uid, userId, createdAt: row.created_at, expiresAt: row.expires_at ?? row.created_at, apps: Object.keys(authorizations ?? {}) }
      })
    },
    /** Ends one browser's sign-in. Applications keep what they were allowed. */
    async revoke(sessionId: string): Promise<void> {
      await db.deleteFrom('artifacts').where('model', '=', 'Session').where('uid', '=', sessionId).execute()
    },
    /** Ends all sign-ins and all tokens of a user, at once. */
    async revokeAll(userId: string): Promise<void> {
      await db.updateTable('users').set({ token_epoch: sql`token_epoch + 1` }).where('id', '=', userId).execute()
      await artifacts.endUser(userId)
    },
  }
}
