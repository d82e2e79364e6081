import { Problem } from '#base/problem.ts'
import { implementFor, mustBeAdmin } from '../caller.ts'
import { tokensApi } from './api.ts'
import type { Permissions } from '../permissions/service.ts'
import type { TokenService } from './service.ts'

export const tokenRoutes = (tokens: TokenService, permissions: Permissions) =>
  implementFor(tokensApi, {
    async create({ caller, body }) {
      await permissions.must(caller, { type: 'authorization', id: 'tokens' }, 'CAN_USE', 'make')
      return tokens.create(caller.id, body)
    },
    list: ({ caller }) => tokens.list(caller.id),
    revoke: ({ caller, body }) => tokens.revoke(body.token_id, caller.id),
    async allTokens({ caller, query }) {
      mustBeAdmin(caller, "see everyone's tokens")
      return { token_infos: await tokens.all(query) }
    },
    async anyToken({ caller, params }) {
      mustBeAdmin(caller, "see everyone's tokens")
      const token_info = (await tokens.all()).find((each) => each.token_id === params.token_id)
      if (!token_info) throw new Problem('not_found', `Token with id ${params.token_id} does not exist.`)
      return { token_info }
    },
    async revokeAny({ caller, params }) {
      mustBeAdmin(caller, "revoke everyone's tokens")
      await tokens.revoke(params.token_id)
    },
  })
