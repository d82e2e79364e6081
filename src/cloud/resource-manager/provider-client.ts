import { Agent, request } from 'node:https'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { Problem } from '#base/problem.ts'

export type ServiceProvider = { url: string; secret: string; caPem: string }
export type ProviderAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer }
export type ProviderClient = ReturnType<typeof providerClient>

const timeoutMs = 60_000

/** Calls a registered resource provider as ARM does: over TLS, with proof that it is the resource manager that calls. */
export function providerClient({ url, secret, caPem }: ServiceProvider) {
  const agent = new Agent({ ca: caPem, keepAlive: true, maxSockets: 32 })
  return {
    url,
    send(method: string, path: string, headers: OutgoingHttpHeaders, body: Buffer | undefined, signal: AbortSignal): Promise<ProviderAnswer> {
      return new Promise((resolve, reject) => {
        const fail = (cause: unknown) => reject(new Problem('unavailable', 'The resource provider did not answer. Try again.', { cause, detail: String(cause), extra: { retryAfterSeconds: 1 } }))
        const sent = request(new URL(path, url), {
          method, agent, signal, timeout: timeoutMs, headers: { ...headers, 'x-ms-resource-manager-secret': secret, ...(body ? { 'content-length': body.length } : {}) },
        }, (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part)).once('end', () => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(parts) })).once('error', fail)
        })
        sent.once('error', fail).once('timeout', () => sent.destroy(new Error('timed out')))
        sent.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}
