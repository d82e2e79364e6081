import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { browserHeader, foreignPlace } from '#base/http/own-page.ts'
import type { Keys } from '#base/keys.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { workspaceCookie } from '../login/cookies.ts'
import { sessionSeconds, type SessionStore } from '../login/sessions.ts'

export type BrowserDoor = ReturnType<typeof browserDoor>

/** A browser's session counts only for what this workspace's own pages do. */
export function browserDoor({ keys, sessions, workspaceId, url }: { keys: Keys; sessions: SessionStore; workspaceId: string; url: string }) {
  const cookie = workspaceCookie(keys, 'session', workspaceId, '/', sessionSeconds)
  const foreign = (where: string) =>
    new Problem('forbidden', `A browser's session counts only for the pages of ${url}; this request comes from ${where}.`)

  async function session(headers: IncomingHttpHeaders): Promise<WorkspaceCaller> {
    const secret = cookie.read(headers.cookie)
    const caller = secret === undefined ? null : await sessions.caller(secret)
    if (!caller) throw new Problem('unauthenticated', 'The session is over. Sign in again.')
    return caller
  }
  function mustBeOurPage(headers: IncomingHttpHeaders, sites: readonly string[]): void {
    const place = foreignPlace(headers, url, sites)
    if (place !== null) throw foreign(place)
  }

  return {
    /** Whether the request offers a session at all, good or not. */
    offers: (headers: IncomingHttpHeaders): boolean => cookie.read(headers.cookie) !== undefined,
    /** A call of the API by a page of ours. */
    async call(headers: IncomingHttpHeaders): Promise<WorkspaceCaller> {
      mustBeOurPage(headers, ['same-origin'])
      if (headers[browserHeader] !== '1')
        throw new Problem('forbidden', `A browser's session counts only together with the header ${browserHeader}: 1.`)
      return session(headers)
    },
    /** What a browser fetches by itself and only reads: frames, images, downloads, an address that was typed. */
    async read(request: Pick<IncomingMessage, 'method' | 'headers'>): Promise<WorkspaceCaller> {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new Problem('forbidden', 'Only reading is possible here.')
      mustBeOurPage(request.headers, ['same-origin', 'none'])
      return session(request.headers)
    },
    /** A WebSocket: browsers send `Origin` always and ask nobody before (RFC 6455 §10.2). */
    async upgrade(headers: IncomingHttpHeaders): Promise<WorkspaceCaller> {
      if (headers.origin !== url) throw foreign(headers.origin ?? 'a place that does not say which page it is')
      mustBeOurPage(headers, ['same-origin'])
      return session(headers)
    },
  }
}
