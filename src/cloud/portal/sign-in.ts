import * as openid from 'openid-client'
import { z } from 'zod'
import { codeFlow, type Pending } from '#base/code-flow.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import { Problem } from '#base/problem.ts'
import type { PortalApplication } from './application.ts'
import type { Person, Tokens } from './sessions.ts'

export const armResource = 'https://management.azure.com/'
export const graphResource = 'https://graph.microsoft.com/'
const spareMs = 120_000

const IdClaims = z.object({ oid: z.string(), preferred_username: z.string(), name: z.string().optional() })

export type SignInDeps = { loginUrl: string; tenantId: string; application: PortalApplication; fetch: Fetch }

/** Sign-in at the directory, and tokens kept fresh afterwards. */
export function portalSignIn({ loginUrl, tenantId, application, fetch }: SignInDeps) {
  const flow = codeFlow({
    issuer: `${loginUrl}/${tenantId}/v2.0`, clientId: application.clientId, clientSecret: application.clientSecret, redirectUri: application.redirectUri,
    scope: `openid profile offline_access ${armResource}user_impersonation`, patienceMs: 900_000, fetch,
  })
  const lifeOf = (seconds: number | undefined, now: number) => now + (seconds ?? 300) * 1000

  return {
    begin: flow.begin,

    finish: (query: string, pending: Pending, now: number): Promise<{ person: Person; tokens: Tokens }> =>
      flow.finish(query, pending, (answer) => {
        const { oid, preferred_username: upn, name } = IdClaims.parse(answer.claims())
        if (!answer.refresh_token || !answer.id_token) throw new Error('The directory gave no refresh token')
        return {
          person: { oid, upn, name: name ?? upn },
          tokens: { refresh: answer.refresh_token, id: answer.id_token, access: { [armResource]: { token: answer.access_token, until: lifeOf(answer.expires_in, now) } } },
        }
      }),

    /** Null: the directory takes the refresh token no longer (signed out everywhere, disabled, password changed). */
    async fresh(tokens: Tokens, resource: string, now: number): Promise<Tokens | null> {
      const held = tokens.access[resource]
      if (held && held.until > now + spareMs) return tokens
      try {
        const answer = await openid.refreshTokenGrant(await flow.configuration(), tokens.refresh, { scope: `${resource}.default` })
        return { ...tokens, refresh: answer.refresh_token ?? tokens.refresh, access: { ...tokens.access, [resource]: { token: answer.access_token, until: lifeOf(answer.expires_in, now) } } }
      } catch (error) {
        if (error instanceof openid.ResponseBodyError) return null
        if (error instanceof Problem) throw error
        throw new Problem('unavailable', 'The directory did not answer. Try again in a moment.', { cause: error, detail: String(error) })
      }
    },

    signOutUrl: (idToken: string): string =>
      `${loginUrl}/${tenantId}/oauth2/v2.0/logout?${new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: application.signedOutUri }).toString()}`,
  }
}
export type PortalSignIn = ReturnType<typeof portalSignIn>
