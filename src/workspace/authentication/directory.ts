import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { CloudConfig } from '../contract.ts'
import type { Person } from '../identity/service.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'

/** Audience of access tokens for Azure Databricks, on Azure and here. */
export const databricksResource = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.string(), token_endpoint: z.string() })
/** Source: Microsoft's access token claims reference. `idtyp` and `upn` are optional in v1 tokens. */
const Claims = z.object({
  oid: z.string(),
  tid: z.string(),
  idtyp: z.string().optional(),
  upn: z.string().optional(),
  unique_name: z.string().optional(),
  preferred_username: z.string().optional(),
  name: z.string().optional(),
  appid: z.string().optional(),
  azp: z.string().optional(),
  app_displayname: z.string().optional(),
  scp: z.string().optional(),
})
export type DirectoryTokens = ReturnType<typeof directoryTokens>

/** Tokens of the directory (Entra ID's layout), checked by what its discovery document says. */
export function directoryTokens(cloud: CloudConfig, fetch: Fetch) {
  let known: Promise<{ metadata: z.infer<typeof Metadata>; keys: JWTVerifyGetKey }> | undefined

  async function discover() {
    const reply = await fetch(`${cloud.authorityUrl}/${cloud.tenantId}/v2.0/.well-known/openid-configuration`)
    if (!reply.ok) throw new Error(`The directory's discovery document answered ${reply.status}`)
    const metadata = Metadata.parse(await reply.json())
    return { metadata, keys: createRemoteJWKSet(new URL(metadata.jwks_uri), { [customFetch]: fetch }) }
  }
  const directory = () => {
    known ??= discover().catch((error: unknown) => {
      known = undefined // ask again the next time
      throw new Problem('unavailable', 'The directory cannot be reached, so nobody can be identified by it now.', { cause: error })
    })
    return known
  }

  async function verify(token: string): Promise<Person> {
    const { metadata, keys } = await directory()
    // Version 1 tokens of the real Entra ID carry the older issuer.
    const issuer = [metadata.issuer, `https://sts.windows.net/${cloud.tenantId}/`]
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: [databricksResource, `https://${databricksResource}`],
      clockTolerance: 60,
    }).catch((error: unknown) => {
      if (!(error instanceof errors.JOSEError)) throw error
      throw new Problem('unauthenticated', `The directory's token was refused: ${error.message}.`, { cause: error })
    })
    return personOf(payload, cloud.tenantId)
  }

  return {
    verify,
    /** A service principal's own secret, checked by asking the directory for a token with it. Null: refused, with the directory's words. */
    async signInApplication(clientId: string, secret: string): Promise<Person | { refused: string }> {
      const { metadata } = await directory()
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
        scope: `${databricksResource}/.default`,
      })
      const reply = await fetch(metadata.token_endpoint, { method: 'POST', body })
      const answer: unknown = await reply.json().catch(() => ({}))
      if (reply.status >= 500) throw new Problem('unavailable', 'The directory cannot check the client secret now.')
      const granted = z.object({ access_token: z.string() }).safeParse(answer)
      if (granted.success && reply.ok) return verify(granted.data.access_token)
      const said = z.object({ error_description: z.string() }).safeParse(answer)
      return { refused: said.success ? said.data.error_description : 'The client id or secret is wrong.' }
    },
  }
}

/** Who a verified token or id token speaks of. */
export function personOf(payload: unknown, tenantId: string): Person {
  const claims = Claims.parse(payload)
  if (claims.tid !== tenantId) throw new Problem('unauthenticated', `The account belongs to another directory (tenant ${claims.tid}).`)
  const appId = claims.appid ?? claims.azp ?? null
  const userName = claims.upn ?? claims.preferred_username ?? claims.unique_name
  // A token without delegated scopes and without a user name is an application's own (idtyp is optional in Entra ID).
  if (claims.idtyp === 'app' || (claims.idtyp === undefined && userName === undefined && claims.scp === undefined)) {
    const name = appId ?? claims.oid
    return { oid: claims.oid, kind: 'service_principal', userName: name, displayName: claims.app_displayname ?? claims.name ?? name, appId }
  }
  return {
    oid: claims.oid,
    kind: 'user',
    userName: userName ?? claims.oid,
    displayName: claims.name ?? userName ?? claims.oid,
    appId: null,
  }
}
