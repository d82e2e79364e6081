import type { Kysely, Selectable } from 'kysely'
import { standing, type Tables as Identity } from '../identity/store.ts'

type Tokens = {
  workspace_id: string
  token_id: string
  user_id: number
  /** The token itself is shown once and kept nowhere. */
  hash: string
  comment: string
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
}
export type Tables = Identity & { tokens: Tokens }
export type TokenRow = Selectable<Tokens>
export type TokenStore = ReturnType<typeof tokenStore>

/** Personal access tokens of one workspace. */
export const tokenStore = (db: Kysely<Tables>, workspaceId: string) => {
  const tokens = () => db.selectFrom('tokens').selectAll().where('workspace_id', '=', workspaceId)
  return {
    async insert(token: Omit<TokenRow, 'workspace_id'>): Promise<void> {
      await db
        .insertInto('tokens')
        .values({ ...token, workspace_id: workspaceId })
        .execute()
    },
    ofUser: (userId: number) => tokens().where('user_id', '=', userId).orderBy('created_at', 'desc').execute(),
    all: () =>
      db
        .selectFrom('tokens')
        .innerJoin('users', (j) => j.onRef('users.workspace_id', '=', 'tokens.workspace_id').onRef('users.id', '=', 'tokens.user_id'))
        .selectAll('tokens')
        .select('users.user_name')
        .where('tokens.workspace_id', '=', workspaceId)
        .orderBy('tokens.created_at', 'desc')
        .execute(),
    /** The token's owner, when it is valid now and the owner active. Notes the use, at most once a minute. */
    async use(hash: string, now: Date) {
      const row = await db
        .selectFrom('tokens')
        .innerJoin('users', (j) => j.onRef('users.workspace_id', '=', 'tokens.workspace_id').onRef('users.id', '=', 'tokens.user_id'))
        .selectAll('users')
        .select(standing)
        .select(['tokens.token_id', 'tokens.last_used_at'])
        .where('tokens.workspace_id', '=', workspaceId)
        .where('hash', '=', hash)
        .where('users.active', '=', true)
        .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
        .executeTakeFirst()
      if (row && (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > 60_000)) {
        await db
          .updateTable('tokens')
          .set({ last_used_at: now })
          .where('workspace_id', '=', workspaceId)
          .where('token_id', '=', row.token_id)
          .execute()
      }
      return row
    },
    /** False when there was none. With a user: only theirs. */
    async remove(tokenId: string, userId?: number): Promise<boolean> {
      const gone = await db
        .deleteFrom('tokens')
        .where('workspace_id', '=', workspaceId)
        .where('token_id', '=', tokenId)
        .$if(userId !== undefined, (q) => q.where('user_id', '=', userId ?? -1))
        .executeTakeFirst()
      return gone.numDeletedRows > 0n
    },
    removeExpired: (before: Date) =>
      db.deleteFrom('tokens').where('workspace_id', '=', workspaceId).where('expires_at', '<', before).execute(),
  }
}
