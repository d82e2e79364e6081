import type { FastifyInstance } from 'fastify'
import type { Clock } from '#base/clock.ts'
import { asProblem, Problem } from '#base/problem.ts'
import { aadsts, describe, errorBody, newTrace } from '../oidc/aadsts.ts'
import type { Tenant } from '../people/tenant.ts'
import { document, pageHeaders } from './layout.ts'
import { errorPage } from './messages.ts'

/** Whatever goes wrong while a person signs in ends on a page with the ids to look for in the log; a program gets JSON. */
export function renderPages(app: FastifyInstance, { tenant, clock, baseUrl }: { tenant: Tenant; clock: Clock; baseUrl: string }): void {
  app.setErrorHandler((error, request, reply) => {
    const trace = newTrace(clock())
    const problem = readable(error)
    const isOurs = problem.code === 'internal'
    if (isOurs) request.log.error({ detail: problem.detail, cause: problem.cause, correlationId: trace.correlationId }, problem.message)
    if (!(request.headers.accept ?? '').includes('text/html')) {
      const named = isOurs ? aadsts.internal() : { ...aadsts.malformed(problem.message), status: problem.code === 'too_large' ? 413 : problem.code === 'path_not_found' ? 404 : 400 }
      return reply.status(named.status).header('cache-control', 'no-store').send(errorBody(named, trace, baseUrl))
    }
    const message = isOurs ? describe(aadsts.internal(), trace) : problem.message
    const status = isOurs ? 500 : problem.code === 'too_large' ? 413 : problem.code === 'path_not_found' ? 404 : 400
    return reply.status(status).headers(pageHeaders()).send(document(errorPage({ message, trace, status }), tenant.name))
  })
  app.get('/error', (request, reply) => {
    const code = new URLSearchParams(request.url.split('?')[1]).get('code') ?? ''
    const message = /^\d+$/.test(code) ? `Error AADSTS${code}. The application that sent you here shows the whole message.` : 'An error occurred.'
    return reply.headers(pageHeaders()).send(document(errorPage({ message, trace: newTrace(clock()) }), tenant.name))
  })
}

/** Fastify's own refusals (a body too large, an unknown content type) carry a status; they are the caller's to mend. */
function readable(error: unknown): Problem {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (error instanceof Problem || !(error instanceof Error) || typeof status !== 'number' || status >= 500) return asProblem(error)
  return new Problem(status === 413 ? 'too_large' : 'invalid_request', status === 413 ? 'The request body is too large.' : 'The request could not be read: send a form.', { cause: error })
}
