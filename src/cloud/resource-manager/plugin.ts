import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Log } from '#base/log.ts'
import { asProblem, Problem } from '#base/problem.ts'
import type { Directory } from '#directory/directory.ts'
import type { activityLog } from './activity.ts'
import { permissionScope, type Dispatch } from './dispatch.ts'
import { segmentsOf } from './id.ts'
import type { Caller, Method, Reply } from './operation.ts'
import { bad, renderArm, wireCodeOf } from './problems.ts'

export type DoorDeps = {
  dispatch: Dispatch
  directory: Pick<Directory, 'verify' | 'memberOf' | 'tenantId'>
  loginUrl: string
  activity: ReturnType<typeof activityLog>
  log: Log
  /** The token of the person whose portal page made the call without one of its own; null when it was no such call. */
  browserToken?(request: FastifyRequest): Promise<string | null>
  /** Answers given to everyone, by path. */
  anonymous: Readonly<Record<string, (request: FastifyRequest) => Promise<Reply>>>
}

/** Tokens for the resource manager, in the spellings that clients use. */
export const audiences = ['https://management.azure.com/', 'https://management.azure.com', 'https://management.core.windows.net/', 'https://management.core.windows.net'] as const
const methods: Method[] = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']
const paths = ['/subscriptions', '/subscriptions/*', '/tenants', '/providers', '/providers/*', '//*']

/** The resource manager on HTTP: one door for every path, Azure's headers on every answer. */
export const armPlugin = (deps: DoorDeps): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4 << 20 }, (_request, body, done) => done(null, body))
  for (const [url, answer] of Object.entries(deps.anonymous)) {
    app.get(url, async (request, reply) => {
      const result = await answer(request).catch((error: unknown) => renderArm(asProblem(error)))
      return reply.status(result.status).headers(result.headers ?? {}).send(result.body)
    })
  }
  for (const url of paths) {
    app.route({
      method: methods, url, exposeHeadRoute: false,
      async handler(request, reply) {
        const ids = idsOf(request)
        reply.headers(commonHeaders(request, ids))
        const { status, headers, body } = await answerTo(deps, request, ids)
        reply.status(status).headers(headers ?? {})
        if (body === undefined) return reply.send()
        return reply.send(body)
      },
    })
  }
}

type Ids = { requestId: string; correlationId: string }
async function answerTo(deps: DoorDeps, request: FastifyRequest, ids: Ids): Promise<Reply> {
  const method = methodOf(request.method)
  const [rawPath = '', search = ''] = request.url.split('?', 2)
  const gone = new AbortController()
  request.raw.once('close', () => { if (!request.raw.complete) gone.abort() })
  let written: { caller: Caller; action: string; scope: string } | undefined
  let result: Reply
  try {
    const path = `/${segmentsOf(rawPath).map(decoded).join('/')}`
    const caller = await authenticate(deps, request)
    const rawBody = Buffer.isBuffer(request.body) ? request.body : undefined
    if (method !== 'GET' && method !== 'HEAD') written = { caller, action: `${method} ${path}`, scope: permissionScope(segmentsOf(path)) }
    const found = deps.dispatch({
      method, path, url: `${rawPath}${search ? `?${search}` : ''}`, query: new URLSearchParams(search), body: jsonOf(rawBody), rawBody, headers: request.headers, caller, ...ids, signal: gone.signal,
    })
    if (written) written = { caller, action: found.operation.needs ?? written.action, scope: found.scope }
    result = await found.run()
  } catch (error) {
    result = refusal(deps, request, asProblem(error), ids)
  }
  if (written) await deps.activity.record({ ...written, httpStatus: result.status, correlationId: ids.correlationId, operationId: result.operationId ?? null })
  return result
}

function refusal(deps: DoorDeps, request: FastifyRequest, problem: Problem, ids: Ids): Reply {
  const line = { code: wireCodeOf(problem), detail: problem.detail, method: request.method, path: request.url.split('?', 1)[0], ...ids }
  if (problem.code === 'internal') deps.log.error({ ...line, err: problem.cause }, problem.message)
  else deps.log.debug(line, problem.message)
  const rendered = renderArm(problem)
  if (problem.code !== 'unauthenticated') return rendered
  // Clients find the tenant's sign-in page here (RFC 6750 §3 with Azure's `authorization_uri`).
  const challenge = `Bearer authorization_uri="${deps.loginUrl}/${deps.directory.tenantId}", error="invalid_token", error_description="${problem.message.replaceAll('"', "'")}"`
  return { ...rendered, headers: { ...rendered.headers, 'www-authenticate': challenge } }
}

async function authenticate(deps: DoorDeps, request: FastifyRequest): Promise<Caller> {
  const header = request.headers.authorization
  const token = header === undefined ? await deps.browserToken?.(request) : /^Bearer\s+(\S+)$/i.exec(header)?.[1]
  if (!token) throw new Problem('unauthenticated', "Authentication failed. The 'Authorization' header is missing.", { extra: { wireCode: 'AuthenticationFailed' } })
  const claims = await deps.directory.verify(token, audiences)
  const groups = await deps.directory.memberOf(claims.oid)
  return {
    oid: claims.oid, name: claims.upn ?? claims.appid, displayName: claims.name ?? claims.upn ?? claims.appid, appId: claims.appid, kind: claims.idtyp, groups, tenantId: claims.tid,
  }
}

function jsonOf(body: Buffer | undefined): unknown {
  if (!body || body.length === 0) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw bad('InvalidRequestContent', `The request content was invalid and could not be deserialized: '${error instanceof Error ? error.message : String(error)}'.`)
  }
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment).replaceAll('/', '%2F')
  } catch {
    throw bad('InvalidRequestUri', 'The path is not well encoded.')
  }
}
const methodOf = (method: string): Method => methods.find((each) => each === method) ?? 'GET'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
function idsOf(request: FastifyRequest): Ids {
  const given = request.headers['x-ms-correlation-request-id']
  return { requestId: randomUUID(), correlationId: typeof given === 'string' && guid.test(given) ? given : randomUUID() }
}

function commonHeaders(request: FastifyRequest, ids: Ids): Record<string, string> {
  const client = request.headers['x-ms-client-request-id']
  const kind = request.method === 'GET' || request.method === 'HEAD' ? 'reads' : request.method === 'DELETE' ? 'deletes' : 'writes'
  return {
    'x-ms-request-id': ids.requestId,
    'x-ms-correlation-request-id': ids.correlationId,
    'x-ms-routing-request-id': `LOCAL:${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}:${ids.requestId}`,
    // Nothing is throttled here; clients that slow down by this number see Azure's starting value.
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: kind === 'reads' ? '11999' : '1199',
    ...(typeof client === 'string' && client.length < 200 ? { 'x-ms-client-request-id': client } : {}),
    'cache-control': 'no-cache', pragma: 'no-cache', expires: '-1', 'x-content-type-options': 'nosniff',
  }
}
