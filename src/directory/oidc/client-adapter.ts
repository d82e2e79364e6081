import type { Adapter } from 'oidc-provider'
import type { Application, ApplicationStore } from '../contract.ts'

/** oidc-provider reads clients through an adapter; ours are the registered applications. */
export function clientAdapter({ applications }: { applications: ApplicationStore }): Adapter {
  const readOnly = async () => { throw new Error('Clients are made through the application store') }
  return {
    async find(appId) {
      const app = await applications.find(appId)
      return app ? metadata(app) : undefined
    },
    upsert: readOnly,
    destroy: readOnly,
    consume: readOnly,
    findByUid: readOnly,
    findByUserCode: readOnly,
    revokeByGrantId: readOnly,
  }
}

const device = 'urn:ietf:params:oauth:grant-type:device_code'
const metadata = (app: Application) => {
  const browser = app.redirectUris.length > 0
  return {
    client_id: app.appId,
    client_name: app.displayName,
    application_type: 'web' as const, // redirect URIs are ours to check (`redirectUriAllowed`)
    token_endpoint_auth_method: app.publicClient ? ('none' as const) : ('client_secret_basic' as const),
    // Secrets are checked against their hashes; oidc-provider only wants to see that there is one.
    ...(app.publicClient ? {} : { client_secret: 'kept-as-a-hash' }),
    redirect_uris: app.redirectUris,
    post_logout_redirect_uris: [...new Set([...app.logoutUris, ...app.redirectUris])],
    response_types: browser ? ['code' as const] : [],
    grant_types: [...(browser ? ['authorization_code'] : []), 'refresh_token', device, ...(app.publicClient ? [] : ['client_credentials'])],
  }
}
