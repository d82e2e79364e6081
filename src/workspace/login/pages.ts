import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import type { Keys } from '#base/keys.ts'
import { asProblem, Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { ClusterService } from '../clusters/service.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { Identity } from '../identity/service.ts'
import { html, pageHeaders } from '../page.ts'
import type { TokenService } from '../tokens/service.ts'
import { sealedCookie } from './cookies.ts'
import { homePage, signedOutPage, troublePage } from './home-page.ts'
import { sessionSeconds, type SessionStore } from './sessions.ts'
import type { SignIn } from './sign-in.ts'

export type Deps = {
  record: WorkspaceRecord
  portalUrl: string
  keys: Keys
  clock: Clock
  sessions: SessionStore
  signIn: SignIn
  identity: Identity
  tokens: TokenService
  clusters: ClusterService
}
/** Who the browser is signed in as; null when nobody. */
export type BrowserCaller = (request: FastifyRequest) => Promise<WorkspaceCaller | null>

const Pending = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), next: z.string(), expires: z.number() })

/** Sign-in, the home page and its forms. */
export function loginPages(deps: Deps): { caller: BrowserCaller; register: (app: FastifyInstance) => void } {
  const { record, keys, clock, sessions, signIn, identity, tokens, clusters } = deps
  const sessionCookie = sealedCookie(keys, 'session', record.workspaceId, '/', sessionSeconds)
  const loginCookie = sealedCookie(keys, 'login', record.workspaceId, '/login', 600)
  const csrfKey = keys.derive(`csrf:${record.workspaceId}`)
  const csrfOf = (secret: string) => createHmac('sha256', csrfKey).update(secret).digest('base64url')
  const secretOf = (request: FastifyRequest) => sessionCookie.read(request.headers.cookie)
  const send = (reply: FastifyReply, status: number, body: string) => reply.status(status).headers(pageHeaders).send(body)

  const caller: BrowserCaller = async (request) => {
    const secret = secretOf(request)
    return secret === undefined ? null : sessions.caller(secret)
  }
  /** The session behind a form that our own page sent. */
  async function formCaller(request: FastifyRequest): Promise<WorkspaceCaller> {
    const [secret, who] = [secretOf(request), await caller(request)]
    const sent = z.object({ csrf: z.string() }).safeParse(request.body).data?.csrf ?? ''
    const right = Buffer.from(csrfOf(secret ?? ''))
    if (!who || sent.length !== right.length || !timingSafeEqual(right, Buffer.from(sent)))
      throw new Problem('forbidden', 'The form is too old. Open the page again.')
    return who
  }
  async function home(request: FastifyRequest, who: WorkspaceCaller, newToken?: string): Promise<string> {
    const { clusters: shown } = await clusters.listAll(who)
    const { token_infos } = await tokens.list(who.id)
    return homePage({
      record,
      portalUrl: deps.portalUrl,
      caller: who,
      csrf: csrfOf(secretOf(request) ?? ''),
      clusters: shown,
      tokens: token_infos,
      ...(newToken === undefined ? {} : { newToken }),
    })
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
      app.get('/', async (request, reply) => {
        const who = await caller(request)
        return who ? send(reply, 200, await home(request, who)) : reply.redirect('/login')
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
        await formCaller(request)
        if (secret !== undefined) await sessions.end(secret)
        return send(reply.header('set-cookie', sessionCookie.clear), 200, signedOutPage(record))
      })
      app.post('/tokens/create', async (request, reply) => {
        const who = await formCaller(request)
        const wish = z
          .object({ comment: z.string().max(200).default(''), days: z.coerce.number().int().min(1).max(730).default(90) })
          .parse(request.body)
        const made = await tokens.create(who.id, { comment: wish.comment, lifetime_seconds: wish.days * 86_400 })
        return send(reply, 200, await home(request, who, made.token_value))
      })
      app.post('/tokens/revoke', async (request, reply) => {
        const who = await formCaller(request)
        await tokens.revoke(z.object({ token_id: z.string() }).parse(request.body).token_id, who.id)
        return reply.redirect('/', 303)
      })
    },
  }
}
