import * as openid from 'openid-client'
import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { PortalApplication } from './application.ts'
import type { Outbound } from './outbound.ts'
import type { Person, Tokens } from './sessions.ts'

/** What the browser has to bring back from the directory. */
export const Pending = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), next: z.string(), expires: z.number() })
export type Pending = z.infer<typeof Pending>

export const armResource = 'https://management.azure.com/'
export const graphResource = 'https://graph.microsoft.com/'
const spareMs = 120_000

const IdClaims = z.object({ oid: z.string(), preferred_username: z.string(), name: z.string().optional() })

export type SignInDeps = { loginUrl: string; tenantId: string; application: PortalApplication; outbound: Outbound }

/** OpenID Connect code flow with PKCE at the directory, and tokens kept fresh afterwards. */
export function portalSignIn({ loginUrl, tenantId, application, outbound }: SignInDeps) {
  let known: Promise<openid.Configuration> | undefined
  /** Asked for once; a failure is asked again. */
  const configuration = () => (known ??= openid.discovery(new URL(`${loginUrl}/${tenantId}/v2.0`), application.clientId, application.clientSecret, undefined, {
    [openid.customFetch]: (url, options) => outbound.fetch(url, { method: options.method, headers: options.headers, body: options.body, signal: options.signal }),
  }).catch((error: unknown) => {
    known = undefined
    throw new Problem('unavailable', 'The directory cannot be reached, so nobody can sign in now. Try again in a moment.', { cause: error })
  }))

  const lifeOf = (seconds: number | undefined, now: number) => now + (seconds ?? 300) * 1000

  return {
    async begin(next: string, now: number, hints: { loginHint?: string | undefined; prompt?: string | undefined } = {}): Promise<{ url: URL; pending: Pending }> {
      const pending = { state: openid.randomState(), nonce: openid.randomNonce(), verifier: openid.randomPKCECodeVerifier(), next, expires: now + 900_000 }
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: application.redirectUri, scope: `openid profile offline_access ${armResource}user_impersonation`,
        state: pending.state, nonce: pending.nonce, code_challenge: await openid.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: 'S256', response_mode: 'query',
        ...(hints.prompt ? { prompt: hints.prompt } : {}), ...(hints.loginHint ? { login_hint: hints.loginHint } : {}),
      })
      return { url, pending }
    },

    async finish(query: string, pending: Pending, now: number): Promise<{ person: Person; tokens: Tokens }> {
      try {
        const answer = await openid.authorizationCodeGrant(await configuration(), new URL(`${application.redirectUri}?${query}`), {
          expectedState: pending.state, expectedNonce: pending.nonce, pkceCodeVerifier: pending.verifier, idTokenExpected: true,
        })
        const { oid, preferred_username: upn, name } = IdClaims.parse(answer.claims())
        if (!answer.refresh_token || !answer.id_token) throw new Error('The directory gave no refresh token')
        return {
          person: { oid, upn, name: name ?? upn },
          tokens: { refresh: answer.refresh_token, id: answer.id_token, access: { [armResource]: { token: answer.access_token, until: lifeOf(answer.expires_in, now) } } },
        }
      } catch (error) {
        if (error instanceof openid.AuthorizationResponseError) throw new Problem('forbidden', error.error_description ?? error.error, { cause: error, extra: { wireCode: error.error } })
        if (error instanceof Problem) throw error
        throw new Problem('unauthenticated', 'The directory did not confirm the sign-in. Start it again.', { cause: error, detail: String(error) })
      }
    },

    /** Null: the directory takes the refresh token no longer (signed out everywhere, disabled, password changed). */
    async fresh(tokens: Tokens, resource: string, now: number): Promise<Tokens | null> {
      const held = tokens.access[resource]
      if (held && held.until > now + spareMs) return tokens
      try {
        const answer = await openid.refreshTokenGrant(await configuration(), tokens.refresh, { scope: `${resource}.default` })
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
