import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { renderProblems } from '#base/http/mount.ts'
import { Problem } from '#base/problem.ts'
import { renderPages } from './pages/problems.ts'
import { renderGraph } from './graph/errors.ts'
import { graphRoutes, type GraphDeps } from './graph/routes.ts'
import { oidcRoutes, type RouterDeps } from './oidc/router.ts'
import { myAppsRoutes, type MyAppsDeps } from './signing-in/my-apps.ts'
import { signingInRoutes, type SigningInDeps } from './signing-in/routes.ts'

export type PluginDeps = RouterDeps & SigningInDeps & MyAppsDeps & GraphDeps

/** Everything on the directory's port. */
export const directoryPlugin = (deps: PluginDeps): FastifyPluginAsync => async (app) => {
  renderProblems(app, renderGraph, unknownSegment)
  await app.register(async (graph) => {
    graphRoutes(graph, deps)
    graph.all('/v1.0/*', (request) => { throw unknownSegment(request) })
  })
  await app.register(async (people) => {
    people.removeAllContentTypeParsers()
    people.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 64 * 1024 }, (_request, body, done) => done(null, body))
    myAppsRoutes(people, deps)
    signingInRoutes(people, deps)
    oidcRoutes(people, deps)
    renderPages(people, deps)
  })
}

const unknownSegment = (request: FastifyRequest) => new Problem('path_not_found', `Resource not found for the segment '${request.url.split('?')[0]?.split('/')[2] ?? ''}'.`)
