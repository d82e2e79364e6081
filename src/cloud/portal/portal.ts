import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { trustingConnections } from '#base/http/trusting-fetch.ts'
import type { Keys } from '#base/keys.ts'
import type { Directory } from '#directory/directory.ts'
import type { Tables } from '../store/tables.ts'
import { portalApplication, registerPortal } from './application.ts'
import { portalBrowser } from './browser.ts'
import { portalCookie } from './cookies.ts'
import { graphRoutes } from './graph.ts'
import { portalRoutes, sessionLife } from './routes.ts'
import { portalSessions } from './sessions.ts'
import { armResource, portalSignIn } from './sign-in.ts'

export type PortalDeps = {
  db: Kysely<Tables>
  keys: Keys
  clock: Clock
  directory: Pick<Directory, 'applications' | 'servicePrincipals' | 'tenantId' | 'tenantName' | 'domain'>
  publicUrl: string
  loginUrl: string
  storageUrl: string
  /** Who signed the directory's certificate. */
  caPem: string
  subscriptionId: string
  networkRules: string
}
export type Portal = {
  plugin: FastifyPluginAsync
  /** Makes the portal an application of the directory. Repeatable. */
  register(): Promise<void>
  /** The resource manager's token of the person whose page of ours made this call; null when it was not one. */
  armToken(request: FastifyRequest): Promise<string | null>
  /** Is somebody signed in in this browser? */
  isSignedIn(request: FastifyRequest): Promise<boolean>
  close(): void
}

/**
 * The server half of the portal: a signed-in person's session on the resource manager's port. The pages hold no token:
 * they call the public API with their cookie, and the call goes through the same door as any client's, as that person.
 */
export function openPortal(deps: PortalDeps): Portal {
  const { db, keys, clock, directory, publicUrl, loginUrl } = deps
  const { fetch, close } = trustingConnections(deps.caPem, 16)
  const application = portalApplication(keys, publicUrl)
  const sessions = portalSessions(db, keys, clock)
  const signIn = portalSignIn({ loginUrl, tenantId: directory.tenantId, application, fetch })
  const sessionCookie = portalCookie(keys, 'session', directory.tenantId, '/', sessionLife)
  const signInCookie = portalCookie(keys, 'sign-in', directory.tenantId, '/portal', 900)
  const browser = portalBrowser({ cookie: sessionCookie, sessions, signIn, clock, origin: new URL(publicUrl).origin })
  return {
    plugin: async (app) => {
      // Bodies go on as they came, to the directory.
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1 << 20 }, (_request, body, done) => done(null, body))
      portalRoutes(app, {
        browser, sessions, signIn, sessionCookie, signInCookie, clock, subscriptionId: deps.subscriptionId, networkRules: deps.networkRules,
        tenant: { id: directory.tenantId, name: directory.tenantName, domain: directory.domain }, urls: { portal: publicUrl, login: loginUrl, storage: deps.storageUrl },
      })
      graphRoutes(app, { browser, fetch, loginUrl })
    },
    register: () => registerPortal(directory, application),
    armToken: (request) => browser.token(request.headers, armResource),
    isSignedIn: async (request) => (await browser.session(request.headers)) !== null,
    close,
  }
}
