import * as openid from 'openid-client'
import { z } from 'zod'
import type { Fetch } from './http/trusting-fetch.ts'
import { Problem } from './problem.ts'

/** What a browser has to bring back from the directory. */
export const Pending = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), next: z.string(), expires: z.number() })
export type Pending = z.infer<typeof Pending>

export type CodeFlowDeps = {
  /** e.g. `https://localhost:8444/<tenant>/v2.0` */
  issuer: string
  clientId: string
  clientSecret: string
  redirectUri: string
  scope: string
  /** How long somebody may take at the directory's pages. */
  patienceMs: number
  fetch: Fetch
}
export type CodeFlow = ReturnType<typeof codeFlow>

/** Sign-in at a directory: OpenID Connect authorization code flow with PKCE (RFC 7636). */
export function codeFlow({ issuer, clientId, clientSecret, redirectUri, scope, patienceMs, fetch }: CodeFlowDeps) {
  let known: Promise<openid.Configuration> | undefined
  /** Asked for once; a failure is asked again. */
  const configuration = () => (known ??= openid.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    [openid.customFetch]: (url, options) => fetch(url, { method: options.method, headers: options.headers, body: options.body, signal: options.signal }),
  }).catch((error: unknown) => {
    known = undefined
    throw new Problem('unavailable', 'The directory cannot be reached, so nobody can sign in now. Try again in a moment.', { cause: error })
  }))

  return {
    configuration,
    /** Where to send the browser, and what to remember of it until it is back. */
    async begin(next: string, now: number, hints: Record<string, string> = {}): Promise<{ url: URL; pending: Pending }> {
      const pending = { state: openid.randomState(), nonce: openid.randomNonce(), verifier: openid.randomPKCECodeVerifier(), next, expires: now + patienceMs }
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri, scope, state: pending.state, nonce: pending.nonce, response_mode: 'query',
        code_challenge: await openid.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: 'S256', ...hints,
      })
      return { url, pending }
    },
    /** What `read` makes of the directory's tokens. A refusal of the directory is `forbidden` with its own words, everything else that is wrong `unauthenticated`. */
    async finish<T>(query: string, pending: Pending, read: (tokens: Awaited<ReturnType<typeof openid.authorizationCodeGrant>>) => T): Promise<T> {
      try {
        return read(await openid.authorizationCodeGrant(await configuration(), new URL(`${redirectUri}?${query}`), {
          expectedState: pending.state, expectedNonce: pending.nonce, pkceCodeVerifier: pending.verifier, idTokenExpected: true,
        }))
      } catch (error) {
        if (error instanceof openid.AuthorizationResponseError) throw new Problem('forbidden', error.error_description ?? error.error, { cause: error, extra: { wireCode: error.error } })
        if (error instanceof Problem) throw error
        throw new Problem('unauthenticated', 'The directory did not confirm the sign-in. Start it again.', { cause: error, detail: String(error) })
      }
    },
  }
}
