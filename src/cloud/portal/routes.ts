import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import { Pending } from '#base/code-flow.ts'
import { asProblem, Problem } from '#base/problem.ts'
import { html, type Html } from '#directory/pages/html.ts'
import { document, pageHeaders } from '#directory/pages/layout.ts'
import { renderArm } from '../resource-manager/problems.ts'
import type { PortalBrowser } from './browser.ts'
import type { SealedCookie } from '#base/http/sealed-cookie.ts'
import { sessionSeconds, type PortalSessions } from './sessions.ts'
import type { PortalSignIn } from './sign-in.ts'

export type PortalRoutesDeps = {
  browser: PortalBrowser
  sessions: PortalSessions
  signIn: PortalSignIn
  sessionCookie: SealedCookie
  signInCookie: SealedCookie
  clock: Clock
  tenant: { id: string; name: string; domain: string }
  urls: { portal: string; login: string; storage: string }
  subscriptionId: string
  /** Whether rules between machines hold here, in the words that the resource manager uses. */
  networkRules: string
}
export const sessionLife = sessionSeconds
const Hints = z.object({ next: z.string().max(2000).catch('/'), account: z.enum(['pick']).optional().catch(undefined) })

/** Sign-in, sign-out and what a page of the portal must know first. */
export function portalRoutes(app: FastifyInstance, deps: PortalRoutesDeps): void {
  const { browser, sessions, signIn, sessionCookie, signInCookie, clock, tenant, urls } = deps
  const page = (reply: FastifyReply, status: number, title: string, body: Html) => reply.status(status).headers(pageHeaders()).send(document({ title, body }, tenant.name))
  const trouble = (request: FastifyRequest, reply: FastifyReply, problem: Problem) => {
    request.log.info({ code: problem.code, cause: problem.cause, detail: problem.detail }, 'a sign-in to the portal was refused')
    return page(reply, problem.code === 'unavailable' ? 503 : 403, 'You cannot sign in', html`<h1>You are not signed in</h1>
<div class="note bad" role="alert"><p>${problem.message}</p></div>
<p>Start the sign-in again. If it stays, give your administrator the request id <code>${request.id}</code>.</p>
<div class="row"><a class="button" href="/portal/sign-in">Sign in</a></div>`)
  }

  // Where every page of ours leads when the session is over.
  app.get('/login', (request, reply) => reply.redirect(`/portal/sign-in${new URL(request.url, urls.portal).search}`, 302))
  app.get('/portal/sign-in', async (request, reply) => {
    const { next, account } = Hints.parse(request.query ?? {})
    try {
      const { url, pending } = await signIn.begin(ownPath(next), clock().getTime(), account === 'pick' ? { prompt: 'select_account' } : {})
      return await reply.header('set-cookie', signInCookie.set(JSON.stringify(pending))).header('cache-control', 'no-store').redirect(url.href)
    } catch (error) {
      return trouble(request, reply, asProblem(error))
    }
  })

  app.get('/portal/callback', async (request, reply) => {
    const kept = signInCookie.read(request.headers.cookie)
    const pending = kept === undefined ? undefined : Pending.safeParse(JSON.parse(kept)).data
    reply.header('set-cookie', signInCookie.clear).header('cache-control', 'no-store')
    const now = clock().getTime()
    try {
      if (!pending || pending.expires < now) throw new Problem('forbidden', 'The sign-in took too long, or it was started in another window.')
      const { person, tokens } = await signIn.finish(request.url.split('?', 2)[1] ?? '', pending, now)
      const before = await browser.session(request.headers)
      if (before) await sessions.end(before.hash)
      return await reply.header('set-cookie', sessionCookie.set(await sessions.begin(person, tokens))).redirect(pending.next)
    } catch (error) {
      return trouble(request, reply, asProblem(error))
    }
  })

  app.get('/portal/me', async (request, reply) => {
    const here = browser.isOurPage(request.headers) ? await browser.session(request.headers) : null
    if (!here) return refuse(reply, notSignedIn())
    return reply.header('cache-control', 'no-store').send({
      user: here.person,
      tenant,
      subscription: { id: deps.subscriptionId, name: 'Brickyard' },
      networkRules: deps.networkRules,
      links: { resourceManager: urls.portal, directory: urls.login, storage: urls.storage, account: `${urls.login}/myapps` },
    })
  })

  /** Ends the session here; the address leads on to the directory, whose own session ends there. */
  app.post('/portal/sign-out', async (request, reply) => {
    if (!browser.isOurPage(request.headers)) return refuse(reply, notSignedIn())
    const here = await browser.session(request.headers)
    if (here) await sessions.end(here.hash)
    return reply.header('set-cookie', sessionCookie.clear).header('cache-control', 'no-store').send({ goTo: here ? signIn.signOutUrl(here.tokens.id) : '/portal/signed-out' })
  })

  app.get('/portal/signed-out', (_request, reply) => page(reply, 200, 'Signed out', html`<h1>You signed out of the portal</h1>
<p class="soft">It is a good idea to close all browser windows.</p>
<div class="row"><a class="button" href="/portal/sign-in">Sign in again</a></div>`))
}

/** Only to ourselves, and never to an address that answers with data. */
export const ownPath = (next: string): string => (/^\/(?![/\\])/.test(next) && !/[\r\n]/.test(next) ? next : '/')

export const notSignedIn = (): Problem => new Problem('unauthenticated', 'You are not signed in to the portal, or your session has ended. Sign in again.', { extra: { wireCode: 'AuthenticationFailed' } })

export function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, headers, body } = renderArm(problem)
  return reply.status(status).headers({ ...headers, 'x-ms-request-id': reply.request.id, 'cache-control': 'no-store' }).send(body)
}
