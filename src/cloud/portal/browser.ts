import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '#base/clock.ts'
import { browserHeader, foreignPlace } from '#base/http/own-page.ts'
import type { SealedCookie } from '#base/http/sealed-cookie.ts'
import type { PortalSession, PortalSessions } from './sessions.ts'
import type { PortalSignIn } from './sign-in.ts'

export type BrowserDeps = { cookie: SealedCookie; sessions: PortalSessions; signIn: PortalSignIn; clock: Clock; origin: string }

/** Who sits behind a call of the portal's pages, and the token that the call is made with. */
export function portalBrowser({ cookie, sessions, signIn, clock, origin }: BrowserDeps) {
  const isOurPage = (headers: IncomingHttpHeaders): boolean => headers[browserHeader] === '1' && foreignPlace(headers, origin, ['same-origin']) === null
  const underWay = new Map<string, Promise<string | null>>()

  const session = async (headers: IncomingHttpHeaders): Promise<PortalSession | null> => {
    const secret = cookie.read(headers.cookie)
    return secret === undefined ? null : sessions.find(secret)
  }

  async function refreshed(found: PortalSession, resource: string): Promise<string | null> {
    const tokens = await signIn.fresh(found.tokens, resource, clock().getTime())
    if (tokens === null) await sessions.end(found.hash)
    else if (tokens !== found.tokens) await sessions.keep(found.hash, tokens)
    return tokens?.access[resource]?.token ?? null
  }

  return {
    session,
    isOurPage,
    /** The person's own token for a resource, for a call that one of our pages made. Null: nobody is signed in, or it was not our page. */
    async token(headers: IncomingHttpHeaders, resource: string): Promise<string | null> {
      if (!isOurPage(headers)) return null
      const found = await session(headers)
      if (!found) return null
      const key = `${found.hash} ${resource}` // many calls of one page wait for one refresh
      const answer = underWay.get(key) ?? refreshed(found, resource).finally(() => underWay.delete(key))
      underWay.set(key, answer)
      return answer
    },
  }
}
export type PortalBrowser = ReturnType<typeof portalBrowser>
