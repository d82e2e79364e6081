import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { asCaller } from '../identity/store.ts'
import { hashOf } from '../secret.ts'
import type { TokenRow, TokenStore } from './store.ts'

export type TokenService = ReturnType<typeof tokenService>

/** Personal access tokens: shown once, kept as a hash, dead the moment they are revoked. */
export const tokenService = ({ store, clock, workspaceId }: { store: TokenStore; clock: Clock; workspaceId: string }) => ({
  async create(userId: number, wish: { comment: string; lifetime_seconds?: number | undefined }) {
    const now = clock()
    const token = `dapi${randomBytes(16).toString('hex')}`
    const row: Omit<TokenRow, 'workspace_id'> = {
      token_id: randomBytes(32).toString('hex'),
      user_id: userId,
      hash: hashOf(token),
      comment: wish.comment,
      created_at: now,
      expires_at: wish.lifetime_seconds === undefined ? null : new Date(now.getTime() + wish.lifetime_seconds * 1000),
      last_used_at: null,
    }
    await store.insert(row)
    return { token_value: token, token_info: publicInfo(row) }
  },

  list: async (userId: number) => ({ token_infos: (await store.ofUser(userId)).map(publicInfo) }),

  async revoke(tokenId: string, userId?: number): Promise<void> {
    if (!(await store.remove(tokenId, userId))) throw new Problem('not_found', `Token with id ${tokenId} does not exist.`)
  },

  /** Tokens of everyone, for administrators. */
  async all(filter: { created_by_id?: number | undefined; created_by_username?: string | undefined } = {}) {
    const rows = (await store.all())
      .filter((row) => filter.created_by_id === undefined || row.user_id === filter.created_by_id)
      .filter((row) => filter.created_by_username === undefined || row.user_name.toLowerCase() === filter.created_by_username.toLowerCase())
    return rows.map((row) => ({
      ...publicInfo(row),
      created_by_id: row.user_id,
      created_by_username: row.user_name,
      owner_id: row.user_id,
      workspace_id: Number(workspaceId),
      ...(row.last_used_at === null ? {} : { last_used_day: row.last_used_at.setUTCHours(0, 0, 0, 0) }),
    }))
  },

  async authenticate(token: string): Promise<WorkspaceCaller | null> {
    const user = await store.use(hashOf(token), clock())
    return user ? asCaller(user, 'token') : null
  },
})

const publicInfo = (row: Omit<TokenRow, 'workspace_id'>) => ({
  token_id: row.token_id,
  creation_time: row.created_at.getTime(),
  expiry_time: row.expires_at?.getTime() ?? -1,
  comment: row.comment,
  ...(row.last_used_at === null ? {} : { last_accessed_time: row.last_used_at.getTime() }),
})
