import { Agent, request } from 'node:https'
import { rootCertificates } from 'node:tls'

type Call = { method?: string | undefined; headers?: ConstructorParameters<typeof Headers>[0]; body?: unknown; signal?: AbortSignal | null | undefined }
export type Outbound = { fetch(url: string | URL, init?: Call): Promise<Response>; close(): void }

/** Calls from the portal's server to the directory, over TLS by our own authority (Node's own `fetch` takes one only process-wide). */
export function outbound(caPem: string): Outbound {
  const agent = new Agent({ ca: [...rootCertificates, caPem], keepAlive: true, maxSockets: 16 })
  return {
    fetch: (url, { method = 'GET', headers, body, signal } = {}) =>
      new Promise((resolve, reject) => {
        const sent = Object.fromEntries(new Headers(headers))
        const text = body instanceof URLSearchParams ? body.toString() : body
        if (body instanceof URLSearchParams) sent['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8'
        const call = request(url, { method, headers: sent, agent, timeout: 30_000, ...(signal ? { signal } : {}) }, (reply) => {
          const parts: Buffer[] = []
          reply.on('data', (part: Buffer) => parts.push(part)).once('error', reject).once('end', () => {
            const status = reply.statusCode ?? 502
            const fields = Object.entries(reply.headers).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]))
            resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(parts), { status, headers: fields }))
          })
        })
        call.once('timeout', () => call.destroy(new Error(`No answer from ${new URL(url).host} within 30 s`))).once('error', reject)
        call.end(typeof text === 'string' || text instanceof Uint8Array ? text : undefined)
      }),
    close: () => agent.destroy(),
  }
}
