import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import { Pending } from '#base/code-flow.ts'
import type { WebApp } from '#base/http/web-app.ts'
import type { Keys } from '#base/keys.ts'
import { asProblem, Problem } from '#base/problem.ts'
import type { BrowserDoor } from '../authentication/browser.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { Identity } from '../identity/service.ts'
import { html, pageHeaders } from '../page.ts'
import { workspaceCookie } from './cookies.ts'
import { signedOutPage, troublePage } from './plain-pages.ts'
import { sessionSeconds, type SessionStore } from './sessions.ts'
import type { SignIn } from './sign-in.ts'

export type Deps = {
  record: WorkspaceRecord
  keys: Keys
  clock: Clock
  sessions: SessionStore
  signIn: SignIn
  identity: Identity
  /** Proves that a call comes from a page of ours. */
  browser: BrowserDoor
  /** The application in the browser. */
  web: WebApp
  unknownPath: (request: FastifyRequest) => Problem
}
/** Who the browser is signed in as; null when nobody. */
export type BrowserCaller = (request: FastifyRequest) => Promise<WorkspaceCaller | null>

/** These answer for themselves, also when what they are asked for is not there. */
const notPages = /^\/(api|oidc|\.well-known|assets|sparkui|driver-proxy|driver-proxy-api)(\/|$)/

/** Sign-in, signing out, and the page that starts the application in the browser. */
export function loginPages(deps: Deps): { caller: BrowserCaller; register: (app: FastifyInstance) => void } {
  const { record, keys, clock, sessions, signIn, identity, web } = deps
  const sessionCookie = workspaceCookie(keys, 'session', record.workspaceId, '/', sessionSeconds)
  const loginCookie = workspaceCookie(keys, 'login', record.workspaceId, '/login', 600)
  const secretOf = (request: FastifyRequest) => sessionCookie.read(request.headers.cookie)
  const send = (reply: FastifyReply, status: number, body: string) => reply.status(status).headers(pageHeaders).send(body)

  const caller: BrowserCaller = async (request) => {
    const secret = secretOf(request)
    return secret === undefined ? null : sessions.caller(secret)
  }
  const trouble = (reply: FastifyReply, problem: Problem) => {
    const declined = problem.extra.wireCode === 'access_denied' || problem.extra.wireCode === 'consent_required'
    const again = html`<p><a class="button primary" href="/login">Sign in</a></p>`
    if (declined) {
      return send(
        reply,
        403,
        troublePage(
          record,
          'You did not give your consent',
          problem.message,
          html`<p>
              Without it the workspace cannot act for you on the cloud, so you are not signed in and nothing was shared. You can start again
              and consent, or use another account.
            </p>
            ${again}`,
        ),
      )
    }
    return send(
      reply,
      problem.code === 'unavailable' ? 503 : 403,
      troublePage(
        record,
        'You cannot sign in',
        problem.message,
        html`<p class="soft">
            Only accounts of the organisation's directory can be members of this workspace. Personal accounts cannot; ask for an account in
            the directory.
          </p>
          ${again}`,
      ),
    )
  }

  return {
    caller,
    register(app) {
      web.register(app)
      // Every other address that a browser opens belongs to the application; its router knows which of them exist.
      app.get('/*', async (request, reply) => {
        const path = request.url.split('?', 1)[0] ?? '/'
        if (notPages.test(path) || !/text\/html|^\*\/\*$|^$/.test(request.headers.accept ?? '')) throw deps.unknownPath(request)
        if (await caller(request)) return web.send(reply)
        return reply.header('cache-control', 'no-store').redirect(path === '/' ? '/login' : `/login?next=${encodeURIComponent(request.url)}`)
      })
      app.get('/login', async (request, reply) => {
        const asked = z.object({ next: z.string() }).safeParse(request.query).data?.next ?? '/'
        const next = /^\/(?![/\\])/.test(asked) ? asked : '/' // only to ourselves
        try {
          const { url, pending } = await signIn.begin(next, clock().getTime())
          return await reply
            .header('set-cookie', loginCookie.set(JSON.stringify(pending)))
            .header('cache-control', 'no-store')
            .redirect(url.href)
        } catch (error) {
          return trouble(reply, asProblem(error))
        }
      })
      app.get('/login/callback', async (request, reply) => {
        const kept = loginCookie.read(request.headers.cookie)
        const pending = kept === undefined ? undefined : Pending.safeParse(JSON.parse(kept)).data
        reply.header('set-cookie', loginCookie.clear)
        try {
          if (!pending || pending.expires < clock().getTime())
            throw new Problem('forbidden', 'The sign-in took too long or was started in another window.')
          const { person, armToken } = await signIn.finish(request.url.split('?', 2)[1] ?? '', pending)
          const user = await identity.admit(person, { ownToken: armToken, refresh: true })
          const cookie = sessionCookie.set(await sessions.begin(user.id))
          return await reply.header('set-cookie', [loginCookie.clear, cookie]).header('cache-control', 'no-store').redirect(pending.next)
        } catch (error) {
          const problem = asProblem(error)
          request.log.info({ code: problem.code, cause: problem.cause, detail: problem.detail }, 'a sign-in was refused')
          return trouble(reply, problem)
        }
      })
      app.post('/logout', async (request, reply) => {
        const secret = secretOf(request)
        await deps.browser.call(request.headers)
        if (secret !== undefined) await sessions.end(secret)
        return reply.header('set-cookie', sessionCookie.clear).status(204).send()
      })
      app.get('/signed-out', async (_request, reply) => send(reply, 200, signedOutPage(record)))
    },
  }
}
