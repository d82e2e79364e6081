import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Room } from '#base/http/api.ts'
import { mountApi, renderProblems } from '#base/http/mount.ts'
import { readForms } from '#base/http/multipart.ts'
import type { Log } from '#base/log.ts'
import type { Problem } from '#base/problem.ts'
import type { Authenticate } from './authentication/authenticate.ts'
import type { WorkspaceRecord } from './contract.ts'
import { render } from './dialect.ts'
import { isScim, renderScim, scimMediaType } from './identity/scim/dialect.ts'

const largestBody = 32 * 1024 * 1024

export type ServerDeps = {
  record: WorkspaceRecord
  log: Log
  rooms: readonly Room[]
  authenticate: Authenticate
  unknownPath: (request: FastifyRequest) => Problem
  /** Routes that speak HTML or OAuth. */
  pages: (app: FastifyInstance) => void
}

/** The HTTP face of one workspace: every room's operations, errors in Databricks' shape, 501 by name for the rest. */
export function workspaceServer({ record, log, rooms, authenticate, unknownPath, pages }: ServerDeps): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log
  const app = fastify({
    loggerInstance,
    disableRequestLogging: true,
    bodyLimit: largestBody,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 4096 },
  })
  readBodies(app)
  readForms(app, largestBody)
  // Every client remembers the workspace by this header. Source: databricks-sdk-py WorkspaceClient.get_workspace_id.
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-databricks-org-id', record.workspaceId).header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff').header('strict-transport-security', 'max-age=31536000')
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (payload && isScim(request.url)) reply.header('content-type', scimMediaType)
  })
  renderProblems(app, (problem, id, url) => (isScim(url) ? renderScim(problem) : render(problem, id)), unknownPath)
  mountApi(app, rooms, { authenticate: (request) => authenticate(request.headers) })
  pages(app)
  // Nobody learns what exists without saying who they are.
  app.all('/api/*', async (request) => {
    await authenticate(request.headers)
    throw unknownPath(request)
  })
  return app
}

function readBodies(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain'])
  // Some clients send JSON without a content type, or a content type without JSON (an empty body).
  app.addContentTypeParser(
    ['application/json', 'application/scim+json', 'text/plain', '*'],
    { parseAs: 'string' },
    (_request, text, done) => {
      if (text.length === 0) return done(null, undefined)
      try {
        done(null, JSON.parse(text.toString()))
      } catch (error) {
        done(Object.assign(new Error('the body is not JSON', { cause: error }), { statusCode: 400 }))
      }
    },
  )
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) => {
    done(null, Object.fromEntries(new URLSearchParams(text.toString())))
  })
}
