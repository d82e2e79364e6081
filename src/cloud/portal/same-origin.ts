import type { IncomingHttpHeaders } from 'node:http'

/** What our own pages send with every call. A page of another origin cannot without being asked for by CORS, and we answer no CORS. */
export const browserHeader = 'x-brickyard-browser'

/**
 * Does the browser itself say that a page of this origin made the call? Another port of localhost is the same *site*, so
 * SameSite cookies arrive from it too: only the origin counts (Fetch Metadata, "Sec-Fetch-Site"; RFC 6454 for Origin).
 */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  if (headers[browserHeader] !== '1') return false
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  if (headers.origin !== undefined && headers.origin !== origin) return false
  return site !== undefined || headers.origin !== undefined
}
