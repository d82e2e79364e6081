import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { DirectoryTokens } from '../authentication/directory.ts'
import { accessTokenSeconds, type WorkspaceTokens } from '../authentication/workspace-token.ts'
import type { WorkspaceRecord } from '../contract.ts'
import { noStore } from '../dialect.ts'
import type { Identity } from '../identity/service.ts'
import type { BrowserCaller } from '../login/pages.ts'
import { mayReturnTo } from './clients.ts'
import type { Grant, GrantStore } from './grants.ts'

export type Deps = {
  record: WorkspaceRecord
  grants: GrantStore
  signer: WorkspaceTokens
  directory: DirectoryTokens
  identity: Identity
  browserCaller: BrowserCaller
  clock: Clock
}

/** An error of the token endpoint (RFC 6749 §5.2). */
const refusal = (wireCode: string, message: string) => new Problem('invalid_request', message, { extra: { wireCode } })
const Authorize = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.string().default(''),
  state: z.string().optional(),
  scope: z.string().default('all-apis'),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
})
const Token = z.record(z.string(), z.string())

/** OAuth 2 of a workspace: machines by client credentials of the directory's service principals, people by code and PKCE. */
export const oauthRoutes =
  (deps: Deps) =>
  (app: FastifyInstance): void => {
    const { record, grants, signer, directory, identity, clock } = deps
    const base = `${record.url}/oidc`
    const metadata = {
      issuer: base,
      authorization_endpoint: `${base}/v1/authorize`,
      token_endpoint: `${base}/v1/token`,
      jwks_uri: `${base}/jwks.json`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      scopes_supported: ['all-apis', 'offline_access', 'openid', 'profile', 'email'],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'client_id', 'scope'],
    }
    for (const name of ['oauth-authorization-server', 'openid-configuration']) app.get(`/oidc/.well-known/${name}`, async () => metadata)
    app.get('/oidc/jwks.json', async () => signer.jwks)

    app.get('/oidc/v1/authorize', async (request, reply) => {
      const asked = Authorize.safeParse(request.query)
      if (!asked.success) throw new Problem('invalid', 'client_id and redirect_uri are needed.')
      const { client_id, redirect_uri, state } = asked.data
      // Before the address is known to be right, nothing is sent to it (RFC 6749 §4.1.2.1).
      if (!mayReturnTo(client_id, redirect_uri))
        throw new Problem(
          'invalid',
          `Client ${client_id} may not return to ${redirect_uri}: it must be a registered program on this machine (http://localhost:<port>).`,
        )
      const back = (fields: Record<string, string>) => {
        const url = new URL(redirect_uri)
        for (const [name, value] of Object.entries({ ...fields, ...(state === undefined ? {} : { state }) }))
          url.searchParams.set(name, value)
        return noStore(reply).redirect(url.href)
      }
      if (asked.data.response_type !== 'code') return back({ error: 'unsupported_response_type' })
      const challenge = asked.data.code_challenge
      if (challenge === undefined || asked.data.code_challenge_method !== 'S256')
        return back({ error: 'invalid_request', error_description: 'PKCE with S256 is required.' })
      const who = await deps.browserCaller(request)
      if (!who) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`)
      return back({
        code: await grants.give({
          kind: 'code',
          user_id: who.id,
          client_id,
          scope: asked.data.scope,
          redirect_uri,
          challenge,
          family: crypto.randomUUID(),
        }),
      })
    })

    app.post('/oidc/v1/token', async (request, reply) => {
      noStore(reply)
      try {
        return await token(request)
      } catch (error) {
        if (error instanceof Problem && error.code !== 'internal' && error.code !== 'unavailable')
          return refuse(reply, error.extra.wireCode ?? 'unauthorized_client', error.message)
        throw error
      }
    })
    const refuse = (reply: FastifyReply, code: string, message: string) => {
      if (code === 'invalid_client') reply.header('www-authenticate', 'Basic realm="workspace"')
      return reply.status(code === 'invalid_client' ? 401 : 400).send({ error: code, error_description: message })
    }

    async function token(request: FastifyRequest): Promise<Record<string, unknown>> {
      const form = Token.safeParse(request.body).data ?? {}
      const client = clientOf(request.headers.authorization, form)
      switch (form.grant_type) {
        case 'client_credentials': {
          if (client.id === undefined || client.secret === undefined) throw refusal('invalid_client', 'Client id and secret are needed.')
          const person = await directory.signInApplication(client.id, client.secret)
          if ('refused' in person) throw refusal('invalid_client', person.refused)
          const user = await identity.admit(person)
          return answer(user.id, client.id, form.scope ?? 'all-apis')
        }
        case 'authorization_code': {
          const grant = await taken(form.code, 'code', client.id)
          const right = createHash('sha256')
            .update(form.code_verifier ?? '')
            .digest('base64url')
          if (grant.challenge !== right || grant.redirect_uri !== form.redirect_uri)
            throw refusal('invalid_grant', 'The code was given for another redirect_uri or code_verifier.')
          return withRefresh(grant)
        }
        case 'refresh_token':
          return withRefresh(await taken(form.refresh_token, 'refresh', client.id))
        case undefined:
        default:
          throw refusal('unsupported_grant_type', `Grant type ${form.grant_type ?? '(none)'} is not supported.`)
      }
    }

    async function taken(secret: string | undefined, kind: Grant['kind'], clientId: string | undefined): Promise<Grant> {
      const grant = secret === undefined ? undefined : await grants.take(secret, kind)
      if (!grant || grant.client_id !== clientId)
        throw refusal('invalid_grant', `The ${kind === 'code' ? 'code' : 'refresh token'} is unknown, used or expired.`)
      const user = await identity.store.byId(grant.user_id)
      if (!user?.active) throw refusal('invalid_grant', 'The account was removed from the workspace.')
      return grant
    }
    async function withRefresh(grant: Grant): Promise<Record<string, unknown>> {
      const reply = await answer(grant.user_id, grant.client_id, grant.scope)
      if (!grant.scope.split(' ').includes('offline_access')) return reply
      return { ...reply, refresh_token: await grants.give({ ...grant, kind: 'refresh', redirect_uri: null, challenge: null }) }
    }
    const answer = async (userId: number, clientId: string, scope: string) => ({
      access_token: await signer.sign(userId, clientId, scope, clock()),
      token_type: 'Bearer',
      expires_in: accessTokenSeconds,
      scope,
    })
  }

function clientOf(authorization: string | undefined, form: Record<string, string>): { id: string | undefined; secret: string | undefined } {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return { id: form.client_id, secret: form.client_secret }
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2).map(formDecoded)
  return { id, secret }
}
/** RFC 6749 §2.3.1 wants both halves form-encoded; clients that send them raw have no `%` in them. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
