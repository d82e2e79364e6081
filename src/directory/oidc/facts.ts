import type { IncomingMessage } from 'node:http'
import type { Trace } from './aadsts.ts'

/** What we know of a request that oidc-provider does not: kept beside it, read where answers are shaped. */
export type Facts = {
  /** The tenant as the URL names it: its id, its domain, `common` or `organizations`. */
  tenant: string
  trace: Trace
  address: string
  userAgent: string | undefined
  /** The `scope` of a token request as it came, to be echoed. */
  scope?: string
  grantType?: string
  clientId?: string
  /** Endpoints without `/v2.0` answer in the older shape. */
  v1?: { resource: string }
}

/** A parameter or claim that should be text; anything else counts as absent. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const known = new WeakMap<object, Facts>()
export const remember = (request: object, facts: Facts) => known.set(request, facts)

/** The facts of a request that came through our router; every one did. */
export function factsOf(request: IncomingMessage | object): Facts {
  const facts = known.get(request)
  if (!facts) throw new Error('A request reached the provider around the router')
  return facts
}
