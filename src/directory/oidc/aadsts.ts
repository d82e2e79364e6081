import { randomUUID } from 'node:crypto'
import { errors } from 'oidc-provider'

/** An error as Entra ID numbers and words it. Source: "Microsoft Entra authentication and authorization error codes". */
export type AadError = { number: number; error: string; text: string; status: number }
const row = (number: number, error: string, text: string, status = 400): AadError => ({ number, error, text, status })

/** The errors this directory answers with; wording as clients and people know it. */
export const aadsts = {
  personalAccount: (upn: string, provider: string, tenant: string, appId: string, app: string) =>
    row(50020, 'invalid_grant', `User account '${upn}' from identity provider '${provider}' does not exist in tenant '${tenant}' and cannot access the application '${appId}'(${app}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`),
  wrongPassword: () => row(50126, 'invalid_grant', 'Error validating credentials due to invalid username or password.'),
  locked: (until: Date) => row(50053, 'invalid_grant', `The account is locked, you've tried to sign in too many times with an incorrect user ID or password. Try again at ${seconds(until)}.`),
  disabledUser: () => row(50057, 'invalid_grant', 'The user account is disabled.'),
  mustChangePassword: () => row(50055, 'invalid_grant', 'The password is expired.'),
  noSession: () => row(50058, 'login_required', 'A silent sign-in request was sent but no user is signed in.'),
  revoked: () => row(50173, 'invalid_grant', 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.'),
  redirectMismatch: (uri: string, appId: string) =>
    row(50011, 'invalid_request', `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${appId}'. Make sure the redirect URI sent in the request matches one added to your application.`),
  notConsented: (appId: string, app: string) =>
    row(65001, 'invalid_grant', `The user or administrator has not consented to use the application with ID '${appId}' named '${app}'. Send an interactive authorization request for this user and resource.`),
  consentRequired: (appId: string, app: string) => ({ ...aadsts.notConsented(appId, app), error: 'consent_required' }),
  declined: () => row(65004, 'access_denied', 'User declined to consent to access the app.'),
  unknownScope: (app: string, scope: string, resource: string) =>
    row(650053, 'invalid_client', `The application '${app}' asked for scope '${scope}' that doesn't exist on the resource '${resource}'. Contact the app vendor.`),
  expiredGrant: () => row(70008, 'invalid_grant', 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.'),
  unknownGrant: () => row(9002313, 'invalid_grant', 'Invalid request. Request is malformed or invalid.'),
  redeemed: () => row(54005, 'invalid_grant', 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.'),
  wrongVerifier: () => row(501481, 'invalid_grant', 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  pending: () => row(70016, 'authorization_pending', 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'),
  deviceExpired: () => row(70020, 'expired_token', "The provided value for the input parameter 'device_code' is not valid. This device code has expired."),
  unsupportedGrant: (grant: string) => row(70003, 'unsupported_grant_type', `The app requested an unsupported grant type '${grant}'.`),
  unsupportedResponse: (type: string) => row(70005, 'unsupported_response_type', `The app requested an unsupported response type '${type}'. Use 'code'.`),
  badScope: (scope: string) =>
    row(70011, 'invalid_scope', `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`),
  appScope: (scope: string) =>
    row(1002012, 'invalid_scope', `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`),
  missing: (field: string) => row(900144, 'invalid_request', `The request body must contain the following parameter: '${field}'.`),
  malformed: (what = 'Request is malformed or invalid.') => row(9002313, 'invalid_request', `Invalid request. ${what}`),
  unknownTenant: (tenant: string) =>
    row(90002, 'invalid_request', `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`),
  consumers: (appId: string, app: string) =>
    row(9002331, 'invalid_request', `Application '${appId}'(${app}) is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.`),
  unknownApp: (appId: string, tenant: string) =>
    row(700016, 'unauthorized_client', `Application with identifier '${appId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`),
  unknownResource: (resource: string, tenant: string) =>
    row(500011, 'invalid_resource', `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`),
  wrongSecret: (appId: string) =>
    row(7000215, 'invalid_client', `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`, 401),
  expiredSecret: (appId: string) => row(7000222, 'invalid_client', `The provided client secret keys for app '${appId}' are expired. Add a new secret to the app.`, 401),
  missingSecret: () => row(7000218, 'invalid_client', "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", 401),
  disabledApp: (appId: string, app: string) => row(7000112, 'unauthorized_client', `Application '${appId}'(${app}) is disabled.`),
  publicSecret: () => row(700025, 'invalid_client', "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", 401),
  internal: () => row(90033, 'temporarily_unavailable', 'A transient error has occurred. Please try again.', 500),
}

/** An AADSTS error that can be thrown anywhere inside oidc-provider. */
export function thrown(problem: AadError): Error {
  const error = new errors.CustomOIDCProviderError(problem.error, `AADSTS${problem.number}: ${problem.text}`)
  return Object.assign(error, { status: problem.status, statusCode: problem.status })
}

/** The numbered error inside a description, if `thrown` made it. */
export function fromDescription(error: string, description: string | undefined, status: number): AadError | undefined {
  const match = /^AADSTS(\d+): (.*)$/s.exec(description ?? '')
  return match?.[1] && match[2] ? row(Number(match[1]), error, match[2], status) : undefined
}

export type Trace = { traceId: string; correlationId: string; at: Date }

/** `description` ends as Entra's do, so that logs can be searched by the ids that people copy. */
export const describe = ({ number, text }: AadError, { traceId, correlationId, at }: Trace) =>
  `AADSTS${number}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${seconds(at)}`

/** The JSON body of a token or device code endpoint's error. */
export const errorBody = (problem: AadError, trace: Trace, baseUrl: string) => ({
  error: problem.error,
  error_description: describe(problem, trace),
  error_codes: [problem.number],
  timestamp: seconds(trace.at),
  trace_id: trace.traceId,
  correlation_id: trace.correlationId,
  error_uri: `${baseUrl}/error?code=${problem.number}`,
})

/** A caller may name its request (`client-request-id`); anything but a GUID is replaced. */
export const newTrace = (at: Date, correlationId?: string): Trace => ({
  traceId: randomUUID(),
  correlationId: correlationId && /^[0-9a-f-]{36}$/i.test(correlationId) ? correlationId.toLowerCase() : randomUUID(),
  at,
})

const seconds = (at: Date) => `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`
