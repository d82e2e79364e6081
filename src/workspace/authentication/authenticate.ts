import { decodeJwt } from 'jose'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { Identity } from '../identity/service.ts'
import { asCaller } from '../identity/store.ts'
import type { TokenService } from '../tokens/service.ts'
import type { BrowserDoor } from './browser.ts'
import type { DirectoryTokens } from './directory.ts'
import type { WorkspaceTokens } from './workspace-token.ts'

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<WorkspaceCaller>
export type Deps = {
  armId: string
  tokens: TokenService
  identity: Identity
  workspaceTokens: WorkspaceTokens
  directory: DirectoryTokens
  browser: BrowserDoor
  clock: Clock
}

/**
 * Who calls: a personal access token, an OAuth token of this workspace, a directory token for Azure Databricks, or a page
 * of this workspace with its session. Source: "Authenticate access to Azure Databricks" and databricks-sdk-py
 * credentials_provider.py (azure-* types).
 */
export const authenticator =
  (deps: Deps): Authenticate =>
  async (headers) =>
    admitted(await identify(deps, headers))

/** Members without this entitlement are known, and have no business here. */
export function admitted(caller: WorkspaceCaller): WorkspaceCaller {
  if (caller.admin || caller.entitlements.includes('workspace-access')) return caller
  throw new Problem(
    'forbidden',
    `${caller.userName} may not use this workspace: the entitlement workspace-access is missing. An administrator of the workspace can give it.`,
  )
}

async function identify(deps: Deps, headers: IncomingHttpHeaders): Promise<WorkspaceCaller> {
  if (headers.authorization === undefined && deps.browser.offers(headers)) return deps.browser.call(headers)
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? basicPassword(headers.authorization)
  if (token === undefined) throw new Problem('unauthenticated', 'Credential was not sent or was of an unsupported type for this API.')
  if (token.startsWith('dapi')) {
    const caller = await deps.tokens.authenticate(token)
    if (!caller) throw new Problem('unauthenticated', 'Invalid access token: it is unknown, expired or revoked.')
    return caller
  }
  const issuer = issuerOf(token)
  if (issuer === undefined) throw new Problem('unauthenticated', 'Invalid access token.')
  if (issuer === deps.workspaceTokens.issuer) {
    const id = await deps.workspaceTokens.verify(token, deps.clock())
    const user = id === null ? undefined : await deps.identity.store.byId(id)
    if (!user?.active) throw new Problem('unauthenticated', 'The access token is expired, or its account was removed.')
    return asCaller(user, 'oauth')
  }
  const person = await deps.directory.verify(token)
  const asked = headers['x-databricks-azure-workspace-resource-id']
  if (typeof asked === 'string' && asked.toLowerCase() !== deps.armId.toLowerCase()) {
    throw new Problem('forbidden', `This address belongs to ${deps.armId}, not to ${asked}.`)
  }
  const management = headers['x-databricks-azure-sp-management-token']
  return asCaller(await deps.identity.admit(person, typeof management === 'string' ? { ownToken: management } : {}), 'directory')
}

/** Old clients send a token as the password of the user `token`. */
function basicPassword(authorization: string | undefined): string | undefined {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  return text.startsWith('token:') ? text.slice('token:'.length) : undefined
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}
