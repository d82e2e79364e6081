import { openIdScopes } from '../well-known.ts'

/** The OpenID Connect metadata of one tenant in Entra ID's layout. `issuer` is a template for `common` and `organizations`. */
export function openIdConfiguration(baseUrl: string, segment: string, tenantId: string, isTemplate: boolean, v1: boolean) {
  const at = `${baseUrl}/${segment}`
  const version = v1 ? '' : '/v2.0'
  return {
    token_endpoint: `${at}/oauth2${version}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
    jwks_uri: `${at}/discovery${version}/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: openIdScopes,
    issuer: isTemplate ? `${baseUrl}/{tenantid}/v2.0` : `${baseUrl}/${tenantId}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${baseUrl}/oidc/userinfo`,
    authorization_endpoint: `${at}/oauth2${version}/authorize`,
    device_authorization_endpoint: `${at}/oauth2/v2.0/devicecode`,
    http_logout_supported: false,
    frontchannel_logout_supported: false,
    end_session_endpoint: `${at}/oauth2/v2.0/logout`,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'oid', 'tid', 'ver', 'name', 'preferred_username', 'upn', 'email'],
    tenant_region_scope: null,
    cloud_instance_name: new URL(baseUrl).host,
  }
}

/** MSAL asks an authority which other hosts are the same; we are alone. */
export function instanceDiscovery(baseUrl: string, tenantId: string) {
  const { host } = new URL(baseUrl)
  return {
    tenant_discovery_endpoint: `${baseUrl}/${tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  }
}
