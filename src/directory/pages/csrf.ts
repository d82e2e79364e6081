import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Keys } from '#base/keys.ts'

export type Csrf = ReturnType<typeof csrfTokens>

/** Form tokens bound to the sign-in or session they were drawn for. */
export function csrfTokens({ keys }: { keys: Keys }) {
  const key = keys.derive('directory:csrf')
  const tokenFor = (subject: string) => createHmac('sha256', key).update(subject).digest('base64url')
  return {
    tokenFor,
    /** The token fits, and the browser does not say that another site sent the form (Fetch Metadata). */
    holds(subject: string, offered: string, request: FastifyRequest): boolean {
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
      const expected = Buffer.from(tokenFor(subject))
      const given = Buffer.from(offered)
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}
