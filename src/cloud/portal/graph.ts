import type { FastifyInstance } from 'fastify'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import { Problem } from '#base/problem.ts'
import type { PortalBrowser } from './browser.ts'
import { notSignedIn, refuse } from './routes.ts'
import { graphResource } from './sign-in.ts'

const passed = ['content-type', 'request-id', 'retry-after']

/** The directory's Graph for the portal's pages: the same public API, called with the person's own token, which stays on the server. */
export function graphRoutes(app: FastifyInstance, { browser, fetch, loginUrl }: { browser: PortalBrowser; fetch: Fetch; loginUrl: string }): void {
  app.route({
    method: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    url: '/graph/v1.0/*',
    exposeHeadRoute: false,
    async handler(request, reply) {
      const token = await browser.token(request.headers, graphResource)
      if (token === null) return refuse(reply, notSignedIn())
      const answer = await fetch(new URL(request.url.slice('/graph'.length), loginUrl).href, {
        method: request.method,
        headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(request.headers['content-type'] ? { 'content-type': request.headers['content-type'] } : {}) },
        ...(Buffer.isBuffer(request.body) ? { body: request.body } : {}),
      }).catch((error: unknown) => new Problem('unavailable', 'The directory did not answer. Try again in a moment.', { cause: error, extra: { retryAfterSeconds: 2 } }))
      if (answer instanceof Problem) return refuse(reply, answer)
      const headers = passed.flatMap((name): [string, string][] => { const value = answer.headers.get(name); return value === null ? [] : [[name, value]] })
      reply.status(answer.status).headers({ ...Object.fromEntries(headers), 'x-ms-request-id': answer.headers.get('request-id') ?? request.id, 'cache-control': 'no-store' })
      return reply.send(answer.status === 204 ? undefined : Buffer.from(await answer.arrayBuffer()))
    },
  })
}
