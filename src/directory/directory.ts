import type { Clock } from '#base/clock.ts'
import type { Database } from '#base/db.ts'
import type { Keys } from '#base/keys.ts'
import type { Log } from '#base/log.ts'
import { applicationStore } from './apps/applications.ts'
import { consentStore } from './apps/consents.ts'
import { secretStore } from './apps/secrets.ts'
import { servicePrincipalStore } from './apps/service-principals.ts'
import { bootstrap } from './bootstrap.ts'
import type { Directory } from './contract.ts'
import { housekeeping } from './housekeeping.ts'
import { artifactStore } from './oidc/adapter.ts'
import { signingKeys as openSigningKeys } from './oidc/signing-keys.ts'
import { currentProvider } from './oidc/current-provider.ts'
import { openProvider } from './oidc/provider.ts'
import { resourceFinder } from './oidc/resources.ts'
import { shapeAnswers } from './oidc/shape.ts'
import { tokenVerifier } from './oidc/verify.ts'
import { csrfTokens } from './pages/csrf.ts'
import { providerPages } from './pages/provider-pages.ts'
import { credentialCheck } from './people/credentials.ts'
import { groupStore, roleStore } from './people/groups.ts'
import { principalReader } from './people/principals.ts'
import { sessionStore } from './people/sessions.ts'
import { signInLog, tokenLog } from './people/sign-ins.ts'
import { openTenant } from './people/tenant.ts'
import { signInThrottle } from './people/throttle.ts'
import { userStore } from './people/users.ts'
import { directoryPlugin } from './plugin.ts'
import { directoryTables } from './tables.ts'

export type * from './contract.ts'
export { azureCli, brickyardCli, databricksApp, graphApp, portalApp } from './well-known.ts'

export type DirectoryDeps = {
  database: Database
  keys: Keys
  log: Log
  clock: Clock
  /** `https://localhost:P+1`, without a slash at the end. */
  baseUrl: string
  portalUrl: string
  /** Domain of a new tenant's user names. Default `brickyard.local`. */
  domain?: string
  /** Name of a new tenant. Default `Brickyard`. */
  tenantName?: string
}

/** Opens the directory on its tables (schema `directory`); makes the tenant and its first signing keys if there are none. */
export async function openDirectory(deps: DirectoryDeps): Promise<Directory> {
  const { database, keys, log, clock, portalUrl } = deps
  const baseUrl = deps.baseUrl.replace(/\/$/, '')
  const db = await directoryTables(database)
  const tenant = await openTenant({ db, clock, name: deps.tenantName ?? 'Brickyard', domain: deps.domain ?? 'brickyard.local' })
  const issuer = `${baseUrl}/${tenant.id}/v2.0`
  const signingKeys = await openSigningKeys({ db, keys, clock })
  const artifacts = artifactStore({ db, keys, clock })
  const throttle = signInThrottle({ db, clock })
  const signIns = signInLog({ db, clock, log })
  const sessions = sessionStore({ db, clock, artifacts })
  const consents = consentStore({ db, clock, endFor: artifacts.endFor })
  const users = userStore({ db, clock, domain: tenant.domain, tenantName: tenant.name, endAll: sessions.revokeAll })
  const secrets = secretStore({ db, keys, clock })
  const applications = applicationStore({ db, clock, secrets, endAll: artifacts.endApp })
  const servicePrincipals = servicePrincipalStore({ db, clock })
  const groups = groupStore({ db, clock })
  const roles = roleStore({ db })
  const principals = principalReader({ db })
  const verify = tokenVerifier({ db, clock, signingKeys, issuer })
  let overPrivileged = async (_oid: string): Promise<string | null> => null
  const findResource = resourceFinder({ db, baseUrl })
  const csrf = csrfTokens({ keys })
  const checkCredentials = credentialCheck({ db, clock, throttle })
  const pages = providerPages({ tenant, db })
  const shared = { db, keys, clock, log, issuer, tenant, baseUrl, portalUrl, artifacts, applications, servicePrincipals, users, roles, consents, sessions, secrets, signIns, findResource, csrf, checkCredentials, pages, signingKeys, verify }
  const current = currentProvider({
    signingKeys,
    build(signing) {
      const provider = openProvider(shared, signing)
      shapeAnswers(provider, { tenant, baseUrl, log, onToken: tokenLog({ signIns }) })
      return provider
    },
  })
  const rotate = async () => {
    const made = await signingKeys.rotate()
    current.refresh()
    return made
  }
  const keeper = housekeeping({ log, tasks: [signingKeys.keepFresh, artifacts.forgetOld, throttle.forgetOld, signIns.forgetOld] })
  return {
    plugin: directoryPlugin({ ...shared, current, groups, principals, overPrivileged: (oid) => overPrivileged(oid) }),
    tenantId: tenant.id,
    tenantName: tenant.name,
    domain: tenant.domain,
    issuer,
    bootstrap: () => bootstrap({ db, tenant, baseUrl, users, applications, servicePrincipals, roles }),
    verify,
    principals,
    users,
    applications,
    servicePrincipals,
    groups,
    roles,
    memberOf: groups.memberOf,
    sessions,
    consents: { list: consents.list, revoke: consents.revoke },
    signIns: { list: signIns.list },
    signingKeys: { rotate, list: signingKeys.list },
    warnWhen(hook) { overPrivileged = hook },
    start: keeper.start,
    stop: keeper.stop,
  }
}
