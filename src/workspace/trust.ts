import { request } from 'node:https'
import { rootCertificates } from 'node:tls'

/** The public authorities and our own: what the PaaS trusts when it calls the directory and the resource manager. */
export const trusted = (caPem: string): string[] => [...rootCertificates, caPem]

type Call = { method?: string; headers?: ConstructorParameters<typeof Headers>[0]; body?: unknown; signal?: AbortSignal | null }

/** `fetch` for HTTPS that also trusts our own authority (Node's own takes it only process-wide). */
export function trustingFetch(caPem: string): (url: string, init?: Call) => Promise<Response> {
  const ca = trusted(caPem)
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      const headers = Object.fromEntries(new Headers(init.headers))
      const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body
      if (init.body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8'
      const options = { method: init.method ?? 'GET', headers, ca, ...(init.signal ? { signal: init.signal } : {}), timeout: 30_000 }
      const call = request(url, options, (reply) => {
        const parts: Buffer[] = []
        reply.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
        reply.on('end', () => {
          const status = reply.statusCode ?? 502
          const text = status === 204 || status === 304 ? null : Buffer.concat(parts)
          const fields = Object.entries(reply.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)] satisfies [string, string]],
          )
          resolve(new Response(text, { status, headers: fields }))
        })
      })
      call.on('timeout', () => call.destroy(new Error(`No answer from ${new URL(url).host} within 30 s`))).on('error', reject)
      call.end(typeof body === 'string' || body instanceof Uint8Array ? body : undefined)
    })
}
