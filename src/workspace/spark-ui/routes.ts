import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Keys } from '#base/keys.ts'
import { asProblem, Problem } from '#base/problem.ts'
import type { Authenticate } from '../authentication/authenticate.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { ClusterService } from '../clusters/service.ts'
import { workspaceCookie } from '../login/cookies.ts'
import { sessionSeconds, type SessionStore } from '../login/sessions.ts'
import { pageHeaders } from '../page.ts'
import { noPage, whyNot } from './pages.ts'
import { acts, policy, relocated, withStorage } from './rewrite.ts'
import type { SparkPages } from './upstream.ts'

export type Deps = {
  workspaceId: string
  keys: Keys
  sessions: SessionStore
  authenticate: Authenticate
  /** The caller, if they may use the workspace at all. */
  admitted: (caller: WorkspaceCaller) => WorkspaceCaller
  clusters: ClusterService
  spark: SparkPages
}
/** Who looks, and what stands before every link: in the sandbox no cookie is sent, so the way itself carries the session. */
type Visitor = { caller: WorkspaceCaller; prefix: string; path: string; ticket: boolean }

const Params = z.object({ cluster: z.string() })
const Ticket = z.object({ session: z.string(), cluster: z.string() })
const readOnly = new Problem('forbidden', 'The Spark UI is for looking: nothing can be ended or changed here. Cancel a command in its notebook instead.')

/**
 * Spark's own web pages at `/sparkui/{cluster_id}/…`, read-only, for those who may attach to the cluster.
 * A token is used as it is. A browser with a session is sent on to `/sparkui/{cluster_id}/t/{ticket}/…`.
 */
export function sparkUi({ workspaceId, keys, sessions, authenticate, admitted, clusters, spark }: Deps): (app: FastifyInstance) => void {
  const cookie = workspaceCookie(keys, 'session', workspaceId, '/', sessionSeconds)
  const purpose = `spark ui ${workspaceId}`

  async function visitor(request: FastifyRequest, cluster: string, rest: string): Promise<Visitor | { goTo: string }> {
    const base = `/sparkui/${cluster}`
    if (request.headers.authorization !== undefined) return { caller: await authenticate(request.headers), prefix: base, path: `/${rest}`, ticket: false }
    const [, ticket, path = ''] = /^t\/([\w-]+)(\/.*)?$/.exec(rest) ?? []
    if (ticket !== undefined) {
      const session = opened(ticket, cluster)
      const caller = session === undefined ? null : await sessions.caller(session)
      return caller ? { caller: admitted(caller), prefix: `${base}/t/${ticket}`, path: path || '/', ticket: true } : { goTo: `${base}${path || '/'}` }
    }
    const secret = cookie.read(request.headers.cookie)
    const caller = secret === undefined ? null : await sessions.caller(secret)
    if (secret === undefined || !caller) return { goTo: `/login?next=${encodeURIComponent(`${base}/${rest}`)}` }
    return { goTo: `${base}/t/${keys.seal(purpose, JSON.stringify({ session: secret, cluster }))}/${rest}` }
  }
  function opened(ticket: string, cluster: string): string | undefined {
    try {
      const made = Ticket.parse(JSON.parse(keys.open(purpose, ticket)))
      return made.cluster === cluster ? made.session : undefined
    } catch {
      return undefined
    }
  }

  async function show(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { cluster } = Params.parse(request.params)
    // As it was sent: the router takes a last slash away, and Spark puts it there again.
    const rest = request.url.split('?', 1)[0]?.replace(/^\/+sparkui\/+[^/]+\/*/, '') ?? ''
    const found = await visitor(request, cluster, rest)
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
    if ('goTo' in found) return reply.redirect(found.goTo.startsWith('/login') ? found.goTo : found.goTo + query)
    const row = await clusters.find(cluster, found.caller, 'use')
    if (acts(found.path)) throw readOnly
    const missing = whyNot(row)
    if (missing !== undefined) return absent(reply, found, row, missing)
    const gone = new AbortController()
    reply.raw.once('close', () => { if (!reply.raw.writableFinished) gone.abort() })
    try {
      return await pass(reply, found, await spark.get(cluster, found.path + query, found.prefix, gone.signal), request.headers.host ?? '')
    } catch (error) {
      const problem = asProblem(error)
      if (problem.code !== 'unavailable' && problem.code !== 'timeout') throw error
      return absent(reply, found, row, `${problem.message} It may be busy, or its driver may have just ended.`)
    }
  }

  return (app) => {
    for (const url of ['/sparkui/:cluster', '/sparkui/:cluster/*']) {
      app.get(url, show)
      // jQuery marks its calls by a header, and in the sandbox every call is one to another origin.
      app.options(url, (_request, reply) => reply.status(204).headers({ ...open, 'access-control-allow-headers': 'x-requested-with', 'access-control-max-age': '600' }).send())
      app.route({ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url, handler: () => { throw readOnly } })
    }
  }
}

/** A ticket is the right itself, no cookie is asked for: whoever has the address may read the answer. */
const open = { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET' }

function absent(reply: FastifyReply, { ticket }: Visitor, row: Parameters<typeof noPage>[0], why: string): unknown {
  if (!ticket) throw new Problem('unavailable', why)
  return reply.status(503).headers({ ...pageHeaders, 'content-security-policy': `${pageHeaders['content-security-policy'].replace("frame-ancestors 'none'", "frame-ancestors 'self'")}; sandbox`, 'x-frame-options': 'SAMEORIGIN' }).send(noPage(row, why))
}

async function pass(reply: FastifyReply, { prefix, path, ticket }: Visitor, answer: Awaited<ReturnType<SparkPages['get']>>, host: string): Promise<unknown> {
  const { location, 'content-type': type = 'application/octet-stream', 'content-disposition': disposition } = answer.headers
  reply.status(answer.statusCode ?? 502).headers({ 'content-type': type, 'content-security-policy': policy(host), 'x-frame-options': 'SAMEORIGIN', ...(ticket ? open : {}) })
  if (disposition !== undefined) reply.header('content-disposition', disposition)
  if (location !== undefined) reply.header('location', relocated(location, prefix))
  // Files of a page change with Spark's version only; a ticket's address is a new one for every session.
  if (path.startsWith('/static/')) reply.header('cache-control', 'private, max-age=3600')
  if (!type.startsWith('text/html')) return reply.send(answer)
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(Buffer.from(part))
  return reply.send(withStorage(Buffer.concat(parts).toString('utf8')))
}
