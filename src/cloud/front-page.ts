import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { WebApp } from '#base/http/web-app.ts'
import { Problem } from '#base/problem.ts'
import type { Portal } from './portal/portal.ts'
import { renderArm } from './resource-manager/problems.ts'

export type FrontPageDeps = { publicUrl: string; portal: Pick<Portal, 'plugin' | 'isSignedIn'>; web: WebApp }

/** Addresses of the portal's pages. The first segment decides: none of them begins like the API's. */
const pages = ['/', '/home', '/create', '/create/*', '/groups', '/resources', '/resource/*', '/network', '/quota', '/activity', '/directory', '/directory/*']

/**
 * What a browser finds at the resource manager's address: the portal. Its pages know nothing by themselves: everything is
 * asked for with the person's session. Every other path that nobody knows is refused in the resource manager's own words.
 */
export const frontPage = ({ publicUrl, portal, web }: FrontPageDeps): FastifyPluginAsync => async (app) => {
  await app.register(portal.plugin)
  web.register(app)
  const home = new URL(publicUrl)
  for (const url of pages) {
    app.get(url, async (request, reply) => {
      // The session belongs to one host name; the directory sends people back to that one too.
      if (isElsewhere(request, home)) return reply.redirect(new URL(request.url, home).href, 302)
      // Nobody waits for pages only to be led to the sign-in.
      if (!(await portal.isSignedIn(request))) return reply.header('cache-control', 'no-store').redirect(`/portal/sign-in?next=${encodeURIComponent(request.url)}`, 302)
      return web.send(reply)
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const { status, headers, body } = renderArm(new Problem('path_not_found', `The resource manager has nothing at '${request.url.split('?', 1)[0]}'. Paths begin with /subscriptions, /tenants, /providers or /metadata.`))
    return reply.status(status).headers(headers).send(body)
  })
}

const isElsewhere = (request: FastifyRequest, home: URL): boolean => {
  const host = request.headers.host ?? request.headers[':authority']
  return host === `127.0.0.1:${home.port}`
}
