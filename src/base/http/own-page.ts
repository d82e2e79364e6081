import type { IncomingHttpHeaders } from 'node:http'

/** What our own pages send with every call; a page of another origin cannot add it without asking us first (CORS), and we answer no CORS. */
export const browserHeader = 'x-brickyard-browser'

/**
 * Where a browser's request comes from, when that is not a page of `origin`; null when it is. SameSite does not help here: whatever answers on a
 * port of `localhost` is one site (RFC 6265bis §8.8.2), and cookies know no ports. `Sec-Fetch-Site` is the browser's own word (Fetch Metadata
 * §2.4), one of `sites` is taken; scripts set neither it nor `Origin`.
 */
export function foreignPlace({ origin: from, 'sec-fetch-site': site }: IncomingHttpHeaders, origin: string, sites: readonly string[]): string | null {
  if (from !== undefined && from !== origin) return from
  if (site !== undefined && !sites.includes(site)) return `elsewhere (${site})`
  return from === undefined && site === undefined ? 'a place that does not say which page it is' : null
}
