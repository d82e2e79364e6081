import type { FastifyInstance } from 'fastify'
import type { Clock } from '#base/clock.ts'
import { asProblem } from '#base/problem.ts'
import { aadsts, describe, newTrace } from '../oidc/aadsts.ts'
import type { Tenant } from '../people/tenant.ts'
import { document, pageHeaders } from './layout.ts'
import { errorPage } from './messages.ts'

/** Whatever goes wrong while a person signs in ends on a page with the ids to look for in the log. */
export function renderPages(app: FastifyInstance, { tenant, clock }: { tenant: Tenant; clock: Clock }): void {
  app.setErrorHandler((error, request, reply) => {
    const trace = newTrace(clock())
    const problem = asProblem(error)
    const isOurs = problem.code === 'internal'
    if (isOurs) request.log.error({ detail: problem.detail, cause: problem.cause, correlationId: trace.correlationId }, problem.message)
    const message = isOurs ? describe(aadsts.internal(), trace) : problem.message
    const status = isOurs ? 500 : problem.code === 'too_large' ? 413 : 400
    return reply.status(status).headers(pageHeaders()).send(document(errorPage({ message, trace, status }), tenant.name))
  })
  app.get('/error', (request, reply) => {
    const code = new URLSearchParams(request.url.split('?')[1]).get('code') ?? ''
    const message = /^\d+$/.test(code) ? `Error AADSTS${code}. The application that sent you here shows the whole message.` : 'An error occurred.'
    return reply.headers(pageHeaders()).send(document(errorPage({ message, trace: newTrace(clock()) }), tenant.name))
  })
}
