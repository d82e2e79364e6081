import { z } from 'zod'
import { defineApi, del, get, post } from '#base/http/api.ts'

/** Source: settings.PublicTokenInfo and settings.TokenInfo in databricks-sdk-py. Times are epoch milliseconds; -1: never. */
const PublicTokenInfo = z.object({
  token_id: z.string(),
  creation_time: z.int(),
  expiry_time: z.int(),
  comment: z.string(),
  last_accessed_time: z.int().optional(),
})
const TokenInfo = PublicTokenInfo.extend({
  created_by_id: z.int(),
  created_by_username: z.string(),
  owner_id: z.int(),
  last_used_day: z.int().optional(),
  workspace_id: z.int(),
})
const Id = z.object({ token_id: z.string() })
const NewToken = z.object({ comment: z.string().max(1000).default(''), lifetime_seconds: z.int().min(1).max(63_072_000).optional() })

export const tokensApi = defineApi({
  create: post('/api/2.0/token/create', { body: NewToken, reply: z.object({ token_value: z.string(), token_info: PublicTokenInfo }) }),
  list: get('/api/2.0/token/list', { reply: z.object({ token_infos: z.array(PublicTokenInfo) }) }),
  revoke: post('/api/2.0/token/delete', { body: Id }),
  allTokens: get('/api/2.0/token-management/tokens', {
    query: z.object({ created_by_id: z.coerce.number().int().optional(), created_by_username: z.string().optional() }),
    reply: z.object({ token_infos: z.array(TokenInfo) }),
    needs: 'admin',
  }),
  anyToken: get('/api/2.0/token-management/tokens/:token_id', { params: Id, reply: z.object({ token_info: TokenInfo }), needs: 'admin' }),
  revokeAny: del('/api/2.0/token-management/tokens/:token_id', { params: Id, needs: 'admin' }),
})
