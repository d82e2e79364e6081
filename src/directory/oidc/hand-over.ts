import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type Provider from 'oidc-provider'
import { remember, type Facts } from './facts.ts'

type Hand = { request: IncomingMessage; response: ServerResponse; facts: Facts; /** Path and query below the tenant. */ url: string; form?: Record<string, string> | undefined }

/**
 * Hands a request to oidc-provider under another URL and, where there is a form, another body. The tenant's segment is
 * kept in `originalUrl`, out of which oidc-provider makes the addresses of its own pages.
 */
export async function handOver(provider: Provider, { request, response, facts, url, form }: Hand): Promise<void> {
  const body = form === undefined ? undefined : Buffer.from(new URLSearchParams(form).toString())
  const changed = {
    url,
    originalUrl: `/${facts.tenant}${url}`,
    ...(body
      ? {
          headers: { ...request.headers, 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) },
          readable: true,
          iterator: () => Readable.from([body]),
        }
      : {}),
  }
  const seen: IncomingMessage = Object.create(request, Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, { value, writable: true, enumerable: true }])))
  remember(seen, facts)
  await provider.callback()(seen, response)
}
