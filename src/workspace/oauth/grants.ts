import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { hashOf, randomSecret } from '../secret.ts'

type Grants = {
  workspace_id: string
  hash: string
  kind: 'code' | 'refresh'
  user_id: number
  client_id: string
  scope: string
  redirect_uri: string | null
  challenge: string | null
  /** All that came of one sign-in: ended together. */
  family: string
  used: boolean
  expires_at: Date
}
export type Tables = { oauth_grants: Grants }
export type Grant = Omit<Grants, 'workspace_id' | 'hash' | 'used' | 'expires_at'>
export type GrantStore = ReturnType<typeof grantStore>
const seconds = { code: 60, refresh: 90 * 86_400 } as const

/** Codes and refresh tokens of one workspace: kept as hashes, good for one use. */
export const grantStore = (db: Kysely<Tables>, workspaceId: string, clock: Clock) => ({
  async give(grant: Grant): Promise<string> {
    const secret = randomSecret()
    const now = clock()
    await db.deleteFrom('oauth_grants').where('workspace_id', '=', workspaceId).where('expires_at', '<', now).execute()
    await db
      .insertInto('oauth_grants')
      .values({
        ...grant,
        workspace_id: workspaceId,
        hash: hashOf(secret),
        used: false,
        expires_at: new Date(now.getTime() + seconds[grant.kind] * 1000),
      })
      .execute()
    return secret
  },
  /** The grant, when it is used for the first time. A second use means that it leaked: the whole family ends (RFC 9700 §4.14). */
  async take(secret: string, kind: Grant['kind']): Promise<Grant | undefined> {
    const hash = hashOf(secret)
    const taken = await db
      .updateTable('oauth_grants')
      .set({ used: true })
      .where('workspace_id', '=', workspaceId)
      .where('hash', '=', hash)
      .where('kind', '=', kind)
      .where('used', '=', false)
      .where('expires_at', '>', clock())
      .returningAll()
      .executeTakeFirst()
    if (taken) return taken
    const again = await db
      .selectFrom('oauth_grants')
      .select('family')
      .where('workspace_id', '=', workspaceId)
      .where('hash', '=', hash)
      .where('used', '=', true)
      .executeTakeFirst()
    if (again)
      await db
        .deleteFrom('oauth_grants')
        .where('workspace_id', '=', workspaceId)
        .where('family', '=', again.family)
        .where('used', '=', false)
        .execute()
    return undefined
  },
})
