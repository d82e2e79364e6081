import { Agent, request } from 'node:https'
import { rootCertificates } from 'node:tls'

/** The public authorities and our own: what the PaaS trusts when it calls the directory and the resource manager. */
export const trusted = (caPem: string): string[] => [...rootCertificates, caPem]

type Call = { method?: string | undefined; headers?: ConstructorParameters<typeof Headers>[0]; body?: unknown; signal?: AbortSignal | null | undefined }
export type Fetch = (url: string, init?: Call) => Promise<Response>

/** `fetch` for HTTPS that also trusts our own authority (Node's own takes it only process-wide). */
export const trustingFetch = (caPem: string): Fetch => fetchWith({ ca: trusted(caPem) })

/** The same on kept connections of its own, which `close` ends. */
export function trustingConnections(caPem: string, maxSockets: number): { fetch: Fetch; close(): void } {
  const agent = new Agent({ ca: trusted(caPem), keepAlive: true, maxSockets })
  return { fetch: fetchWith({ agent }), close: () => agent.destroy() }
}

const fetchWith = (trust: { ca: string[] } | { agent: Agent }): Fetch => (url, { method = 'GET', headers, body, signal } = {}) =>
  new Promise((resolve, reject) => {
    const sent = Object.fromEntries(new Headers(headers))
    const text = body instanceof URLSearchParams ? body.toString() : body
    if (body instanceof URLSearchParams) sent['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8'
    const call = request(url, { method, headers: sent, ...trust, ...(signal ? { signal } : {}), timeout: 30_000 }, (reply) => {
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
      reply.on('end', () => {
        const status = reply.statusCode ?? 502
        const fields = Object.entries(reply.headers).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]))
        resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(parts), { status, headers: fields }))
      })
    })
    call.on('timeout', () => call.destroy(new Error(`No answer from ${new URL(url).host} within 30 s`))).on('error', reject)
    call.end(typeof text === 'string' || text instanceof Uint8Array ? text : undefined)
  })
