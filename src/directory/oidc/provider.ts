import type { Keys } from '#base/keys.ts'
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import type { ConsentStore } from '../apps/consents.ts'
import { isLoopback } from '../apps/redirect-uri.ts'
import type { SecretStore } from '../apps/secrets.ts'
import type { ApplicationStore } from '../contract.ts'
import type { ProviderPages } from '../pages/provider-pages.ts'
import type { Tenant } from '../people/tenant.ts'
import type { Db } from '../tables.ts'
import { aadsts, thrown } from './aadsts.ts'
import type { Artifacts } from './adapter.ts'
import { clientAdapter } from './client-adapter.ts'
import { factsOf } from './facts.ts'
import { askingPolicy } from './policy.ts'
import { fromUri, type FindResource } from './resources.ts'
import { tokenClaims } from './token-claims.ts'

export type ProviderDeps = {
  db: Db
  keys: Keys
  issuer: string
  tenant: Tenant
  artifacts: Artifacts
  applications: ApplicationStore
  consents: ConsentStore
  secrets: SecretStore
  findResource: FindResource
  pages: ProviderPages
}

const hour = 3600
const day = 24 * hour
/** Stands for `offline_access`, which oidc-provider drops unless consent is asked for each time. */
export const keepScope = 'keep'

/** oidc-provider, told to be Entra ID. `signing` is the active key first, then the retired ones. */
export function openProvider(deps: ProviderDeps, signing: { kid: string; jwks: readonly JsonWebKey[] }): Provider {
  const provider = new Provider(deps.issuer, configuration(deps, signing))
  provider.proxy = false
  const { secrets } = deps
  provider.Client.prototype.compareClientSecret = async function compareClientSecret(offered) {
    const outcome = await secrets.check(this.clientId, offered)
    if (outcome === 'expired') throw thrown(aadsts.expiredSecret(this.clientId))
    return outcome === 'right'
  }
  provider.Client.prototype.redirectUriAllowed = function redirectUriAllowed(uri) {
    return redirectAllowed(uri, this.redirectUris ?? [], this.clientAuthMethod === 'none')
  }
  // A refresh token serves every resource that its user allowed; which ones is decided when it is used (`token-claims`).
  for (const model of [provider.RefreshToken, provider.AuthorizationCode, provider.DeviceCode]) {
    Object.defineProperty(model.prototype, 'resourceIndicators', { get: () => ({ has: () => true }) })
  }
  return provider
}

/** Exact, or, for programs without a secret, any port of a registered loopback address (RFC 8252 §7.3). */
export function redirectAllowed(uri: string, registered: readonly string[], anyPort: boolean): boolean {
  if (registered.includes(uri)) return true
  const asked = URL.parse(uri)
  if (!anyPort || asked?.protocol !== 'http:' || !isLoopback(asked.hostname)) return false
  return registered.some((each) => {
    const known = URL.parse(each)
    return known?.protocol === 'http:' && known.hostname === asked.hostname && known.pathname === asked.pathname && known.search === asked.search
  })
}

export const cookieNames = (tenant: Tenant) => {
  const mark = `brickyard-${tenant.id.slice(0, 8)}` // cookies are not separated by port: two installations share localhost
  return { session: `__Host-${mark}`, interaction: `__Secure-${mark}-ask`, resume: `__Secure-${mark}-resume` }
}

function configuration(deps: ProviderDeps, signing: { kid: string; jwks: readonly JsonWebKey[] }): Configuration {
  const { artifacts, applications, tenant, keys, pages } = deps
  const clients = clientAdapter({ applications })
  const claims = tokenClaims(deps)
  return {
    adapter: (model: string) => (model === 'Client' ? clients : artifacts.adapter(model)),
    jwks: { keys: signing.jwks.map((key) => ({ ...key, kty: 'RSA' as const })) },
    cookies: {
      keys: [keys.derive('directory:cookies').toString('base64url')],
      names: cookieNames(tenant),
      long: { signed: true, httpOnly: true, sameSite: 'lax', secure: true, path: '/' },
      short: { signed: true, httpOnly: true, sameSite: 'lax', secure: true },
    },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      device_authorization: '/oauth2/v2.0/devicecode',
      code_verification: '/oauth2/deviceauth',
      end_session: '/oauth2/v2.0/logout',
      jwks: '/internal/keys', // not reachable: the router publishes keys itself
    },
    scopes: ['openid', 'profile', 'email', keepScope],
    claims: {
      openid: ['sub', 'oid', 'tid', 'ver'],
      profile: ['name', 'preferred_username', 'upn'],
      email: ['email'],
    },
    conformIdTokenClaims: false,
    extraParams: { asked_scope: null },
    pkce: { required: () => false },
    responseTypes: ['code'],
    subjectTypes: ['public'],
    rotateRefreshToken: false,
    issueRefreshToken: async (_ctx, client, source) => client.grantTypeAllowed('refresh_token') && source.scopes.has(keepScope),
    expiresWithSession: async () => false,
    ttl: { AccessToken: hour, ClientCredentials: hour, IdToken: hour, AuthorizationCode: 300, DeviceCode: 900, Interaction: 1800, Session: 14 * day, Grant: 90 * day, RefreshToken: 90 * day },
    interactions: {
      policy: askingPolicy({ applications, consents: deps.consents, findResource: deps.findResource, tenantName: tenant.name }),
      url: (ctx, interaction) => `/${factsOf(ctx.req).tenant}/signin/${interaction.uid}`,
    },
    findAccount: async (_ctx, id) => {
      const user = await deps.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
      if (!user?.enabled) return undefined
      return {
        accountId: user.id,
        claims: () => ({ sub: user.id, oid: user.id, tid: tenant.id, ver: '2.0', name: user.display_name, preferred_username: user.upn, upn: user.upn, email: user.upn }),
      }
    },
    loadExistingGrant,
    extraTokenClaims: claims,
    formats: {
      customizers: {
        jwt: (_ctx, _token, jwt) => {
          const { client_id: _, oid, ...payload } = jwt.payload
          jwt.payload = { ...payload, oid, sub: oid, aud: fromUri(String(payload.aud)), nbf: payload.iat }
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: false }, // /oidc/userinfo is answered by the router
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '*********',
        userCodeInputSource: pages.deviceInput,
        userCodeConfirmSource: pages.deviceConfirm,
        successSource: pages.deviceDone,
      },
      rpInitiatedLogout: { enabled: true, logoutSource: pages.logout, postLogoutSuccessSource: pages.signedOut },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: async (_ctx, uri) => {
          const name = fromUri(uri)
          if (!(await deps.findResource(name))) throw thrown(aadsts.unknownResource(name, tenant.name))
          return { audience: name, scope: '', accessTokenTTL: hour, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256', kid: signing.kid } } }
        },
      },
    },
    renderError: pages.error,
  }
}

/** What a user allowed is in our consents; oidc-provider's grant only ties one sign-in's tokens together. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { account, client, provider } = ctx.oidc
  if (!account || !client) return undefined
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.addOIDCScope(`openid profile email ${keepScope}`)
  await grant.save()
  return grant
}
