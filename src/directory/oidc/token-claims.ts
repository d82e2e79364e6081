import type { AccessToken, ClientCredentials, KoaContextWithOIDC } from 'oidc-provider'
import type { ConsentStore } from '../apps/consents.ts'
import type { ApplicationStore } from '../contract.ts'
import type { Tenant } from '../people/tenant.ts'
import type { Db } from '../tables.ts'
import { aadsts, thrown } from './aadsts.ts'
import { defaultScopes, fromUri, keyOf, type FindResource } from './resources.ts'

export type TokenClaimsDeps = { db: Db; tenant: Tenant; applications: ApplicationStore; consents: ConsentStore; findResource: FindResource }

/** Turns oidc-provider's access token into one of Entra ID's. Source: "Access token claims reference", v1.0 tokens. */
export function tokenClaims(deps: TokenClaimsDeps) {
  return async (_ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials): Promise<Record<string, unknown>> => {
    const base = { ver: '1.0', tid: deps.tenant.id, appid: token.clientId ?? '', appidacr: 'AccessToken' === token.kind ? '0' : '1' }
    return { ...base, ...('accountId' in token ? await userClaims(deps, token) : await appClaims(deps, base.appid)) }
  }
}

async function userClaims({ db, applications, consents, findResource, tenant }: TokenClaimsDeps, token: AccessToken) {
  const appId = token.clientId ?? ''
  const [user, app] = await Promise.all([
    db.selectFrom('users').selectAll().where('id', '=', token.accountId).executeTakeFirst(),
    applications.find(appId),
  ])
  if (!user?.enabled) throw thrown(aadsts.disabledUser())
  if (!app) throw thrown(aadsts.unknownApp(appId, tenant.name))
  const audience = fromUri(String(token.aud))
  const asked = await findResource(audience)
  if (!asked) throw thrown(aadsts.unknownResource(audience, tenant.name))
  const scopes = app.firstParty ? defaultScopes(asked.resource) : await consents.scopes(user.id, appId, keyOf(asked.resource))
  if (scopes.length === 0) throw thrown(aadsts.notConsented(appId, app.displayName))
  return { idtyp: 'user', oid: user.id, upn: user.upn, unique_name: user.upn, preferred_username: user.upn, name: user.display_name, scp: scopes.join(' '), epoch: user.token_epoch }
}

async function appClaims({ db, tenant }: TokenClaimsDeps, appId: string) {
  const row = await db.selectFrom('service_principals').innerJoin('applications', 'applications.app_id', 'service_principals.app_id')
    .select(['service_principals.id as id', 'enabled', 'token_epoch', 'display_name']).where('service_principals.app_id', '=', appId).executeTakeFirst()
  if (!row) throw thrown(aadsts.unknownApp(appId, tenant.name))
  if (!row.enabled) throw thrown(aadsts.disabledApp(appId, row.display_name))
  return { idtyp: 'app', oid: row.id, app_displayname: row.display_name, epoch: row.token_epoch }
}
