import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from '../authorization/access.ts'

export type Method = 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
export type Caller = Principal & { kind: 'user' | 'app'; appId: string; displayName: string; tenantId: string }

/** One request after the door: signed in, its path taken apart, its api-version known. */
export type Call = {
  method: Method
  /** Path without query, as it came, doubled slashes collapsed. */
  path: string
  /** Path and query as they came, for forwarding. */
  url: string
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  apiVersion: string
  body: unknown
  rawBody: Buffer | undefined
  headers: IncomingHttpHeaders
  caller: Caller
  requestId: string
  correlationId: string
  signal: AbortSignal
}
export type Reply = { status: number; headers?: Record<string, string>; body?: unknown; /** Asynchronous work that the answer speaks of, for the activity log. */ operationId?: string }

/** One line of the resource manager's table. */
export type Operation = {
  method: Method
  /** `/subscriptions/{subscriptionId}/…`; a leading `{scope}` stands for any scope, none included. */
  path: string
  versions: readonly string[]
  /** The permission asked for; null when every signed-in caller may (the handler then shows only what they may see). */
  needs: string | null
  /** Where the permission is asked for, when it is not the path itself. */
  scope?: (call: Call) => string
  handle: (call: Call) => Promise<Reply>
}

type Compiled = { operation: Operation; anyScope: boolean; parts: { literal?: string; name?: string }[] }
export type Match = { operation: Operation; params: Record<string, string> }

/** Finds the line for a path. Literals compare without case. */
export function openTable(operations: readonly Operation[]) {
  const compiled: Compiled[] = operations.map((operation) => {
    const parts = operation.path.split('/').filter((part) => part !== '')
    const anyScope = parts[0] === '{scope}'
    return { operation, anyScope, parts: (anyScope ? parts.slice(1) : parts).map(partOf) }
  })
  return {
    /** All lines whose path fits, whatever their method; a literal beats a name. */
    match(segments: readonly string[]): Match[] {
      const found: { match: Match; literals: number }[] = []
      for (const { operation, anyScope, parts } of compiled) {
        const start = segments.length - parts.length
        if (anyScope ? start < 0 : start !== 0) continue
        const params: Record<string, string> = anyScope ? { scope: `/${segments.slice(0, start).join('/')}` } : {}
        const fits = parts.every((part, index) => {
          const segment = segments[start + index] ?? ''
          if (part.name !== undefined) params[part.name] = segment
          return part.literal === undefined || part.literal === segment.toLowerCase()
        })
        if (fits) found.push({ match: { operation, params }, literals: parts.filter((part) => part.literal !== undefined).length })
      }
      const best = Math.max(0, ...found.map((each) => each.literals))
      return found.filter((each) => each.literals === best).map((each) => each.match)
    },
    operations,
  }
}

const partOf = (part: string): { literal?: string; name?: string } => (part.startsWith('{') ? { name: part.slice(1, -1) } : { literal: part.toLowerCase() })

/** A path parameter that the line's own path promises. */
export function param(call: Pick<Call, 'params'>, name: string): string {
  const value = call.params[name]
  if (value === undefined) throw new Error(`The path has no {${name}}`)
  return value
}
export const ok = (body: unknown, headers: Record<string, string> = {}): Reply => ({ status: 200, body, headers })
