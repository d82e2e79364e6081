import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { asCaller, standing, type Tables as Identity } from '../identity/store.ts'
import { hashOf, randomSecret } from '../secret.ts'

type Sessions = { workspace_id: string; hash: string; user_id: number; created_at: Date; expires_at: Date }
export type Tables = Identity & { sessions: Sessions }
export type SessionStore = ReturnType<typeof sessionStore>
export const sessionSeconds = 12 * 3600

/** Browser sessions of one workspace: kept here, so that signing out and removing a user end them at once. */
export const sessionStore = (db: Kysely<Tables>, workspaceId: string, clock: Clock) => ({
  async begin(userId: number): Promise<string> {
    const secret = randomSecret()
    const now = clock()
    await db.deleteFrom('sessions').where('workspace_id', '=', workspaceId).where('expires_at', '<', now).execute()
    await db
      .insertInto('sessions')
      .values({
        workspace_id: workspaceId,
        hash: hashOf(secret),
        user_id: userId,
        created_at: now,
        expires_at: new Date(now.getTime() + sessionSeconds * 1000),
      })
      .execute()
    return secret
  },
  async caller(secret: string) {
    const user = await db
      .selectFrom('sessions')
      .innerJoin('users', (j) => j.onRef('users.workspace_id', '=', 'sessions.workspace_id').onRef('users.id', '=', 'sessions.user_id'))
      .selectAll('users')
      .select(standing)
      .where('sessions.workspace_id', '=', workspaceId)
      .where('hash', '=', hashOf(secret))
      .where('expires_at', '>', clock())
      .where('users.active', '=', true)
      .executeTakeFirst()
    return user ? asCaller(user, 'session') : null
  },
  end: (secret: string) => db.deleteFrom('sessions').where('workspace_id', '=', workspaceId).where('hash', '=', hashOf(secret)).execute(),
})
