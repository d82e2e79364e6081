import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { ApplicationStore, Claims } from '../contract.ts'
import { document, pageHeaders } from '../pages/layout.ts'
import { errorPage } from '../pages/messages.ts'
import type { Tenant } from '../people/tenant.ts'
import { consumersTenant } from '../well-known.ts'
import { aadsts, describe, errorBody, newTrace, type AadError } from './aadsts.ts'
import type { CurrentProvider } from './current-provider.ts'
import { instanceDiscovery, openIdConfiguration } from './discovery.ts'
import type { Facts } from './facts.ts'
import { handOver } from './hand-over.ts'
import { graphResource, type FindResource } from './resources.ts'
import type { SigningKeys } from './signing-keys.ts'
import { translateAuthorize, translateToken, type Translated } from './translate.ts'

export type RouterDeps = {
  baseUrl: string
  tenant: Tenant
  clock: Clock
  current: CurrentProvider
  signingKeys: SigningKeys
  applications: ApplicationStore
  findResource: FindResource
  verify(token: string, audience: readonly string[]): Promise<Claims>
}

type Incoming = { request: FastifyRequest; reply: FastifyReply; facts: Facts }
type Params = { tenant: string; '*': string }
const templates = new Set(['common', 'organizations'])

/** Entra ID's addresses below a tenant's segment. Paths without `/v2.0` are its older ones and lead to the same place. */
const places: Record<string, 'authorize' | 'token' | 'devicecode' | 'logout'> = {
  'oauth2/v2.0/authorize': 'authorize', 'oauth2/authorize': 'authorize',
  'oauth2/v2.0/token': 'token', 'oauth2/token': 'token',
  'oauth2/v2.0/devicecode': 'devicecode', 'oauth2/devicecode': 'devicecode',
  'oauth2/v2.0/logout': 'logout', 'oauth2/logout': 'logout',
}

export const factsFor = (request: FastifyRequest, tenant: string, clock: Clock): Facts => ({
  tenant,
  trace: newTrace(clock(), text(request.headers['client-request-id'])),
  address: request.socket.remoteAddress ?? request.ip,
  userAgent: request.headers['user-agent'],
})
const text = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined)

/** Registers OpenID Connect in Entra ID's layout. */
export function oidcRoutes(app: FastifyInstance, deps: RouterDeps): void {
  const { baseUrl, tenant, clock, signingKeys } = deps
  const open = (reply: FastifyReply) => reply.header('access-control-allow-origin', '*').header('cache-control', 'max-age=300, public')
  app.get('/common/discovery/instance', (_request, reply) => open(reply).send(instanceDiscovery(baseUrl, tenant.id)))
  app.get('/devicelogin', (request, reply) => reply.redirect(`/common/oauth2/deviceauth${new URL(request.url, baseUrl).search}`, 302))
  app.route({ method: ['GET', 'POST'], url: '/oidc/userinfo', handler: (request, reply) => userInfo(request, reply, deps) })
  app.route<{ Params: Params }>({
    method: ['GET', 'POST'],
    url: '/:tenant/*',
    async handler(request, reply) {
      const { tenant: segment, '*': path } = request.params
      const incoming = { request, reply, facts: factsFor(request, segment, clock) }
      if (segment === 'consumers' || segment.toLowerCase() === consumersTenant) return refuse(incoming, aadsts.consumers(...(await named(request, deps))), deps)
      if (!isOurs(segment, tenant)) return refuse(incoming, aadsts.unknownTenant(segment), deps)
      if (path === 'v2.0/.well-known/openid-configuration' || path === '.well-known/openid-configuration') {
        return open(reply).send(openIdConfiguration(baseUrl, segment, tenant.id, templates.has(segment), !path.startsWith('v2.0')))
      }
      if (path === 'discovery/v2.0/keys' || path === 'discovery/keys') return open(reply).send({ keys: await signingKeys.published() })
      return toProvider(incoming, path, deps)
    },
  })
}

const isOurs = (segment: string, tenant: Tenant) => templates.has(segment) || segment.toLowerCase() === tenant.id || segment.toLowerCase() === tenant.domain

async function toProvider(incoming: Incoming, path: string, deps: RouterDeps): Promise<unknown> {
  const { request, facts } = incoming
  const place = places[path]
  const query = new URL(request.url, deps.baseUrl).search
  const sent = new URLSearchParams(request.method === 'POST' && typeof request.body === 'string' ? request.body : query)
  if (place === undefined) {
    if (!/^oauth2\/(v2\.0\/(authorize\/|logout\/)|deviceauth)/.test(path)) throw new Problem('path_not_found', 'There is no such page.')
    return handedOver(incoming, deps, `/${path}${query}`, request.method === 'POST' ? Object.fromEntries(sent) : undefined)
  }
  if (place === 'logout') return handedOver(incoming, deps, `/oauth2/v2.0/logout${query}`, request.method === 'POST' ? Object.fromEntries(sent) : undefined)
  const translated: Translated = place === 'token'
    ? await translateToken(sent, basicUser(request), facts, deps)
    : await translateAuthorize(sent, deps)
  if ('problem' in translated) return refuse(incoming, translated.problem, deps)
  facts.clientId ??= sent.get('client_id') ?? ''
  const url = `/oauth2/v2.0/${place}`
  if (request.method === 'POST') return handedOver(incoming, deps, url, translated.params)
  return handedOver(incoming, deps, `${url}?${new URLSearchParams(translated.params).toString()}`, undefined)
}

async function handedOver({ request, reply, facts }: Incoming, deps: RouterDeps, url: string, form: Record<string, string> | undefined): Promise<void> {
  reply.hijack()
  const [raw, response]: [IncomingMessage, ServerResponse] = [request.raw, reply.raw]
  await handOver(await deps.current.get(), { request: raw, response, facts, url, form })
}

/** A person gets a page, a program gets JSON. */
function refuse({ request, reply, facts }: Incoming, problem: AadError, { tenant, baseUrl }: RouterDeps): FastifyReply {
  const isPage = request.method === 'GET' && !request.url.includes('.well-known') && (request.headers.accept ?? '').includes('text/html')
  if (!isPage) return reply.status(problem.status).headers({ 'cache-control': 'no-store', 'x-ms-request-id': facts.trace.traceId }).send(errorBody(problem, facts.trace, baseUrl))
  const advice = problem.number === 9002331 ? 'Personal Microsoft accounts cannot sign in here. Use an account of this organisation; if you have none, ask your administrator for a dedicated one.' : ''
  const page = errorPage({ message: describe(problem, facts.trace), trace: facts.trace, advice, status: problem.status })
  return reply.status(problem.status).headers(pageHeaders()).send(document(page, tenant.name))
}

async function named(request: FastifyRequest, { applications }: RouterDeps): Promise<[string, string]> {
  const sent = new URLSearchParams(typeof request.body === 'string' ? request.body : request.url.split('?')[1])
  const appId = sent.get('client_id') ?? ''
  const app = appId ? await applications.find(appId) : null
  return [appId, app?.displayName ?? appId]
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basicUser(request: FastifyRequest): string | undefined {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || !value) return undefined
  const user = Buffer.from(value, 'base64').toString().split(':')[0] ?? ''
  return new URLSearchParams(`user=${user}`).get('user') ?? undefined
}

async function userInfo(request: FastifyRequest, reply: FastifyReply, { verify }: RouterDeps): Promise<unknown> {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  try {
    const claims = await verify(token, graphResource.names)
    return { sub: claims.oid, name: claims.name, preferred_username: claims.upn, email: claims.upn, oid: claims.oid, tid: claims.tid }
  } catch {
    return reply.status(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'invalid_token' })
  }
}
