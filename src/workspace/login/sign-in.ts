import * as openid from 'openid-client'
import { Problem } from '#base/problem.ts'
import { personOf } from '../authentication/directory.ts'
import { defaultArmAudience } from '../arm.ts'
import type { CloudConfig } from '../contract.ts'
import type { Person } from '../identity/service.ts'
import type { trustingFetch } from '../trust.ts'

/** What a browser has to bring back from the directory. */
export type Pending = { state: string; nonce: string; verifier: string; next: string; expires: number }
export type SignIn = ReturnType<typeof directorySignIn>

/** Sign-in at the directory: OpenID Connect code flow with PKCE, and the delegated consent to act on the cloud. */
export function directorySignIn(cloud: CloudConfig, redirectUri: string, fetch: ReturnType<typeof trustingFetch>) {
  const scope = `openid profile offline_access ${cloud.armAudience ?? defaultArmAudience}user_impersonation`
  let known: Promise<openid.Configuration> | undefined

  function configuration(): Promise<openid.Configuration> {
    known ??= openid
      .discovery(new URL(`${cloud.authorityUrl}/${cloud.tenantId}/v2.0`), cloud.clientId, cloud.clientSecret, undefined, {
        [openid.customFetch]: (url, options) =>
          fetch(url, {
            method: options.method,
            headers: options.headers,
            body: options.body,
            ...(options.signal ? { signal: options.signal } : {}),
          }),
      })
      .catch((error: unknown) => {
        known = undefined
        throw new Problem('unavailable', 'The directory cannot be reached, so nobody can sign in now. Try again in a moment.', {
          cause: error,
        })
      })
    return known
  }

  return {
    async begin(next: string, now: number): Promise<{ url: URL; pending: Pending }> {
      const pending = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
        next,
        expires: now + 600_000,
      }
      const challenge = await openid.calculatePKCECodeChallenge(pending.verifier)
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        response_mode: 'query',
      })
      return { url, pending }
    },

    /** Who came back, and the delegated token for the resource manager. */
    async finish(query: string, pending: Pending): Promise<{ person: Person; armToken: string }> {
      const current = new URL(`${redirectUri}?${query}`)
      try {
        const tokens = await openid.authorizationCodeGrant(await configuration(), current, {
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.verifier,
          idTokenExpected: true,
        })
        // An id token of ours to read: it was asked for by a person, whatever it says of its kind.
        const person = personOf({ ...tokens.claims(), idtyp: 'user' }, cloud.tenantId)
        return { person, armToken: tokens.access_token }
      } catch (error) {
        if (error instanceof openid.AuthorizationResponseError)
          throw new Problem('forbidden', error.error_description ?? error.error, { cause: error, extra: { wireCode: error.error } })
        if (error instanceof Problem) throw error
        throw new Problem('unauthenticated', 'The directory did not confirm the sign-in. Start it again.', { cause: error })
      }
    },
  }
}
