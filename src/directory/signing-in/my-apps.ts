import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#base/clock.ts'
import { z } from 'zod'
import type { ConsentStore } from '../apps/consents.ts'
import type { ApplicationStore, User, UserStore } from '../contract.ts'
import type { CurrentProvider } from '../oidc/current-provider.ts'
import type { FindResource } from '../oidc/resources.ts'
import type { Csrf } from '../pages/csrf.ts'
import { document, pageHeaders, type Page } from '../pages/layout.ts'
import { errorPage, signedOutPage } from '../pages/messages.ts'
import { myAppsPage } from '../pages/my-apps.ts'
import { newTrace } from '../oidc/aadsts.ts'
import type { SessionStore } from '../people/sessions.ts'
import type { Tenant } from '../people/tenant.ts'
import { myApps } from '../well-known.ts'

export type MyAppsDeps = {
  baseUrl: string
  portalUrl: string
  tenant: Tenant
  clock: Clock
  current: CurrentProvider
  applications: ApplicationStore
  users: UserStore
  consents: ConsentStore
  sessions: SessionStore
  findResource: FindResource
  csrf: Csrf
}
type Here = { user: User; sessionUid: string }

/** `/myapps`: what applications may do for the person in this browser, and where else they are signed in. */
export function myAppsRoutes(app: FastifyInstance, deps: MyAppsDeps): void {
  const { tenant, baseUrl, csrf, consents, sessions } = deps
  const show = (reply: FastifyReply, page: Page) => reply.status(page.status ?? 200).headers(pageHeaders(page.formsTo)).send(document(page, tenant.name))
  const page = async (here: Here, said: string | null) => myAppsPage({
    csrf: csrf.tokenFor(`myapps:${here.sessionUid}`),
    user: { upn: here.user.upn, name: here.user.displayName },
    apps: await allowed(here.user, deps),
    sessions: await open(here, deps),
    portalUrl: deps.portalUrl,
    signOutUrl: `/${tenant.id}/oauth2/v2.0/logout`,
    said,
  })
  app.get('/', (_request, reply) => reply.redirect('/myapps', 302))
  app.get('/myapps', async (request, reply) => {
    const here = await whoIsHere(request, reply, deps)
    return here ? show(reply, await page(here, null)) : reply.redirect(signInUrl(baseUrl, tenant), 303)
  })
  app.get('/myapps/signed-out', (_request, reply) => show(reply, signedOutPage()))
  app.post('/myapps', async (request, reply) => {
    const here = await whoIsHere(request, reply, deps)
    if (!here) return reply.redirect(signInUrl(baseUrl, tenant), 303)
    const sent = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    if (!csrf.holds(`myapps:${here.sessionUid}`, sent.get('csrf') ?? '', request)) {
      return show(reply, errorPage({ message: 'The form did not come from this page.', trace: newTrace(deps.clock()) }))
    }
    switch (sent.get('act') ?? '') {
      case 'revoke-consent': {
        const appId = sent.get('app') ?? ''
        await consents.revoke(here.user.id, appId)
        const name = (await deps.applications.find(appId))?.displayName ?? 'The application'
        return show(reply, await page(here, `${name} can no longer act for you. It will ask again when you open it.`))
      }
      case 'end-session': {
        const mine = (await sessions.list(here.user.id)).some((session) => session.id === sent.get('session'))
        if (mine) await sessions.revoke(sent.get('session') ?? '')
        return show(reply, await page(here, 'That browser is signed out.'))
      }
      case 'end-all':
        await sessions.revokeAll(here.user.id)
        return show(reply, signedOutPage())
      default: return show(reply, await page(here, null))
    }
  })
}

/** My Apps is an application like others; only the session in this browser matters, so it ignores the code that comes back. */
function signInUrl(baseUrl: string, tenant: Tenant): string {
  const query = new URLSearchParams({ client_id: myApps, response_type: 'code', scope: 'openid profile', redirect_uri: `${baseUrl}/myapps`, state: 'myapps' })
  return `/${tenant.id}/oauth2/v2.0/authorize?${query.toString()}`
}

const sessionShape = z.looseObject({ uid: z.string(), accountId: z.string() })

async function whoIsHere(request: FastifyRequest, reply: FastifyReply, { current, users }: MyAppsDeps): Promise<Here | null> {
  const provider = await current.get()
  const session = sessionShape.safeParse(await provider.Session.get(provider.createContext(request.raw, reply.raw))).data
  const user = session ? await users.find(session.accountId) : null
  return session && user?.enabled ? { user, sessionUid: session.uid } : null
}

async function allowed(user: User, { consents, applications, findResource }: MyAppsDeps) {
  const given = Object.groupBy(await consents.list({ userId: user.id }), (each) => each.appId)
  const apps = await Promise.all(Object.entries(given).map(async ([appId, list = []]) => {
    const app = await applications.find(appId)
    const permissions = await Promise.all(list.map(async ({ resource: name, scopes }) => {
      const resource = (await findResource(name))?.resource
      return scopes.map((scope) => ({ title: resource?.scopes.find((each) => each.value === scope)?.title ?? scope, resource: resource?.displayName ?? name }))
    }))
    const since = list.reduce((first, each) => (each.createdAt < first ? each.createdAt : first), new Date())
    return { appId, name: app?.displayName ?? appId, publisher: app?.publisher ?? '', since, permissions: permissions.flat() }
  }))
  return apps.toSorted((a, b) => a.name.localeCompare(b.name))
}

async function open(here: Here, { sessions, applications }: MyAppsDeps) {
  const list = await sessions.list(here.user.id)
  return Promise.all(list.map(async (session) => ({
    session,
    isThis: session.id === here.sessionUid,
    apps: (await Promise.all(session.apps.filter((id) => id !== myApps).map((id) => applications.find(id)))).flatMap((app) => (app ? [app.displayName] : [])),
  })))
}
