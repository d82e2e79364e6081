import type { Log } from '#base/log.ts'
import { decodeJwt } from 'jose'
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC, errors } from 'oidc-provider'
import { z } from 'zod'
import type { Tenant } from '../people/tenant.ts'
import { aadsts, describe, errorBody, fromDescription, type AadError } from './aadsts.ts'
import { factsOf, textOf, type Facts } from './facts.ts'
import { graphResource, keyOf, scopeWords } from './resources.ts'

type Failure = errors.OIDCProviderError
const failures = new WeakMap<object, Failure>()

export type ShapeDeps = { tenant: Tenant; baseUrl: string; log: Log; onToken(facts: Facts, appId: string, outcome: AadError | null, oid: string | null): Promise<void> }

/** Makes oidc-provider's answers look like Entra ID's: error numbers, client_info, the device code message. */
export function shapeAnswers(provider: Provider, { tenant, baseUrl, log, onToken }: ShapeDeps): void {
  const keep = (ctx: KoaContextWithOIDC, error: Failure) => { failures.set(ctx.req, error) }
  provider.on('grant.error', keep).on('device_authorization.error', keep).on('authorization.error', keep).on('server_error', (ctx, error) => {
    log.error({ err: error, correlationId: factsOf(ctx.req).trace.correlationId }, 'A sign-in failed on our side')
  })
  provider.use(async (context, next) => {
    const ctx = context as KoaContextWithOIDC // Koa's type does not know what oidc-provider adds

    const facts = factsOf(ctx.req)
    ctx.set('x-ms-request-id', facts.trace.traceId)
    await next()
    const route = ctx.oidc?.route
    const failure = failures.get(ctx.req)
    if (failure && route && redirects.has(route)) nameRedirectedError(ctx, failure, facts, tenant)
    if (!route || !endpoints.has(route) || typeof ctx.body !== 'object' || ctx.body === null) return
    const appId = facts.clientId ?? ''
    if (ctx.status >= 400) {
      const problem = failure ? toAad(failure, facts, tenant) : aadsts.internal()
      ctx.status = problem.status
      ctx.body = errorBody(problem, facts.trace, baseUrl)
      if (route === 'token' && problem.error !== 'authorization_pending') await onToken(facts, appId, problem, null)
    } else if (route === 'device_authorization') {
      ctx.body = deviceAnswer(ctx.body, baseUrl)
    } else {
      const { body, oid } = tokenAnswer(ctx.body, facts, tenant)
      ctx.body = body
      await onToken(facts, appId, null, oid)
    }
  })
}

const endpoints = new Set(['token', 'device_authorization'])
const redirects = new Set(['authorization', 'resume'])

/** Puts Entra's number and text into an error that travels to the application in the Location header. */
function nameRedirectedError(ctx: KoaContextWithOIDC, failure: Failure, facts: Facts, tenant: Tenant): void {
  const location = ctx.response.get('location')
  const url = URL.parse(location)
  if (!url) return
  const inFragment = url.hash.includes('error=')
  const params = new URLSearchParams(inFragment ? url.hash.slice(1) : url.search)
  if (!params.has('error')) return
  const problem = toAad(failure, facts, tenant)
  params.set('error', problem.error)
  params.set('error_description', describe(problem, facts.trace))
  if (inFragment) url.hash = params.toString()
  else url.search = params.toString()
  ctx.set('location', url.href)
}

/** oidc-provider's errors by Entra's numbers. What has none of its own is `malformed` with oidc-provider's words. */
export function toAad(failure: Failure, facts: Facts, tenant: Tenant): AadError {
  const detail = failure.error_detail ?? ''
  const named = fromDescription(failure.error ?? failure.message, failure.error_description, failure.statusCode)
  if (named) return named
  const appId = facts.clientId ?? ''
  switch (failure.error) {
    case 'invalid_client':
      return detail === 'client not found' ? aadsts.unknownApp(appId, tenant.name) : aadsts.wrongSecret(appId)
    case 'authorization_pending': return aadsts.pending()
    case 'expired_token': return aadsts.deviceExpired()
    case 'unsupported_grant_type': return aadsts.unsupportedGrant(facts.grantType ?? '')
    case 'unsupported_response_type': return aadsts.unsupportedResponse('')
    case 'login_required': case 'account_selection_required': return aadsts.noSession()
    case 'consent_required': case 'interaction_required': return aadsts.consentRequired(appId, appId)
    case 'access_denied': return aadsts.declined()
    case 'invalid_scope': return aadsts.badScope(facts.scope ?? '')
    case 'invalid_grant':
      if (/consumed/.test(detail)) return aadsts.redeemed()
      if (/expired/.test(detail)) return aadsts.expiredGrant()
      if (/PKCE|verifier/i.test(detail)) return aadsts.wrongVerifier()
      if (/grant not found|refresh token not found|account not found/.test(detail)) return aadsts.revoked()
      return aadsts.unknownGrant()
    case 'server_error': return aadsts.internal()
    default: return { ...aadsts.malformed(failure.error_description ?? undefined), error: failure.error }
  }
}

const tokenBody = z.looseObject({ access_token: z.string(), expires_in: z.number() })

function tokenAnswer(raw: object, facts: Facts, tenant: Tenant): { body: unknown; oid: string | null } {
  const answer = tokenBody.parse(raw)
  const claims = decodeJwt(answer.access_token)
  const oid = typeof claims.oid === 'string' ? claims.oid : null
  const body: Record<string, unknown> = { ...answer, ext_expires_in: answer.expires_in }
  if (claims.idtyp === 'user') body.client_info = Buffer.from(JSON.stringify({ uid: oid, utid: tenant.id })).toString('base64url')
  if (facts.v1) {
    const now = Math.floor(facts.trace.at.getTime() / 1000)
    // The older endpoint answers with text numbers. Source: AADv1 "client credentials" page, read so by Hadoop and the Databricks SDKs.
    return { oid, body: { ...body, scope: undefined, expires_in: String(answer.expires_in), ext_expires_in: String(answer.expires_in), expires_on: String(now + answer.expires_in), not_before: String(now), resource: facts.v1.resource } }
  }
  if (claims.idtyp === 'user') body.scope = echoedScope(facts.scope, textOf(claims.aud), textOf(claims.scp))
  else delete body.scope
  return { oid, body }
}

/** MSAL finds its cached tokens by scope: every word that was asked for must come back. */
function echoedScope(asked: string | undefined, audience: string, scp: string): string {
  const words = scopeWords(asked ?? '')
  const prefix = words.find((word) => word.resource !== null)?.resource ?? audience
  const given = scp.split(' ').filter(Boolean).map((scope) => (audience === keyOf(graphResource) ? scope : `${prefix}/${scope}`))
  // Codes are redeemed without repeating the scope: either way of writing the default may be what the client remembers.
  const asIfAsked = words.length > 0 ? words.map((each) => each.word) : [`${audience}/.default`, `${audience.replace(/\/$/, '')}/.default`]
  return [...new Set([...given, ...asIfAsked])].filter((word) => word !== 'offline_access').join(' ')
}

const deviceBody = z.looseObject({ user_code: z.string(), expires_in: z.number() })

function deviceAnswer(raw: object, baseUrl: string): unknown {
  const { verification_uri_complete: _, ...answer } = deviceBody.parse(raw)
  const where = `${baseUrl}/devicelogin`
  return {
    ...answer,
    verification_uri: where,
    interval: 1,
    message: `To sign in, use a web browser to open the page ${where} and enter the code ${answer.user_code} to authenticate.`,
  }
}
