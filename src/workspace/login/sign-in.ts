import { codeFlow, type Pending } from '#base/code-flow.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import { personOf } from '../authentication/directory.ts'
import { defaultArmAudience } from '../arm.ts'
import type { CloudConfig } from '../contract.ts'
import type { Person } from '../identity/service.ts'

export type SignIn = ReturnType<typeof directorySignIn>

/** Sign-in at the directory, and the delegated consent to act on the cloud. */
export function directorySignIn(cloud: CloudConfig, redirectUri: string, fetch: Fetch) {
  const flow = codeFlow({
    issuer: `${cloud.authorityUrl}/${cloud.tenantId}/v2.0`,
    clientId: cloud.clientId,
    clientSecret: cloud.clientSecret,
    redirectUri,
    scope: `openid profile offline_access ${cloud.armAudience ?? defaultArmAudience}user_impersonation`,
    patienceMs: 600_000,
    fetch,
  })
  return {
    begin: (next: string, now: number) => flow.begin(next, now),
    /** Who came back, and the delegated token for the resource manager. */
    finish: (query: string, pending: Pending): Promise<{ person: Person; armToken: string }> =>
      flow.finish(query, pending, (tokens) => ({
        // An id token of ours to read: it was asked for by a person, whatever it says of its kind.
        person: personOf({ ...tokens.claims(), idtyp: 'user' }, cloud.tenantId),
        armToken: tokens.access_token,
      })),
  }
}
