import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { serve } from '#base/http/serve.ts'
import { openAuthority } from '#base/tls.ts'

type Stored = { id: string; [field: string]: unknown }

/**
 * Just enough of a directory and a resource manager for the official clients to believe in: it keeps what is PUT and
 * gives it back. `refuse` makes it say no, as the real one does.
 */
export async function stubCloud() {
  const folder = mkdtempSync(join(tmpdir(), 'stub-cloud-'))
  const authority = await openAuthority(folder)
  const stored = new Map<string, Stored>()
  const refusals = new Map<RegExp, { status: number; code: string; message: string }>()
  const calls: string[] = []
  const held = new Map<RegExp, Promise<void>>()
  const app = Fastify({ routerOptions: { ignoreDuplicateSlashes: true } })
  let url = ''

  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) => done(null, text))
  app.get('/:tenant/v2.0/.well-known/openid-configuration', async () => ({
    issuer: `${url}/tenant/v2.0`, token_endpoint: `${url}/tenant/oauth2/v2.0/token`, authorization_endpoint: `${url}/tenant/oauth2/v2.0/authorize`, jwks_uri: `${url}/keys`,
  }))
  app.post('/:tenant/oauth2/v2.0/token', async () => {
    const claims = Buffer.from(JSON.stringify({ oid: 'the-resource-provider' })).toString('base64url')
    return { token_type: 'Bearer', expires_in: 3600, access_token: `e30.${claims}.` }
  })
  app.route({
    method: ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'],
    url: '/subscriptions/*',
    handler: async (request, reply) => {
      const id = request.url.split('?', 1)[0] ?? ''
      const key = id.toLowerCase()
      calls.push(`${request.method} ${id}`)
      for (const [pattern, until] of held) if (pattern.test(`${request.method} ${id}`)) await until
      for (const [pattern, { status, code, message }] of refusals) {
        if (pattern.test(`${request.method} ${id}`)) return reply.status(status).send({ error: { code, message } })
      }
      if (request.method === 'PUT') {
        const body: Record<string, unknown> = typeof request.body === 'object' && request.body ? { ...request.body } : {}
        const properties = { ...(typeof body.properties === 'object' ? body.properties : {}), provisioningState: 'Succeeded', ...extras(key, url) }
        stored.set(key, { ...body, id, name: id.split('/').at(-1), properties })
        return reply.status(200).send(stored.get(key))
      }
      if (request.method === 'DELETE') {
        for (const each of stored.keys()) if (each === key || each.startsWith(`${key}/`)) stored.delete(each)
        return reply.status(200).send()
      }
      const found = stored.get(key)
      if (found) return found
      return reply.status(404).send({ error: { code: key.includes('/providers/') ? 'ResourceNotFound' : 'ResourceGroupNotFound', message: `${id} could not be found.` } })
    },
  })
  await app.ready()
  const served = await serve({ port: 0, onRequest: (request, response) => app.routing(request, response), tls: await authority.issue(['localhost', '127.0.0.1']) })
  url = served.url

  return {
    url,
    caPem: authority.caPem,
    calls,
    ids: () => [...stored.values()].map(({ id }) => id).sort(),
    get: (id: string) => stored.get(id.toLowerCase()),
    put: (id: string, body: object) => void stored.set(id.toLowerCase(), { ...body, id }),
    refuse: (pattern: RegExp, status: number, code: string, message: string) => void refusals.set(pattern, { status, code, message }),
    /** Lets a call wait. The reply lets it go on. */
    hold(pattern: RegExp): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      held.set(pattern, promise)
      return () => { held.delete(pattern); resolve() }
    },
    allowAll: () => refusals.clear(),
    async close() {
      await served.close()
      await app.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function extras(key: string, url: string): object {
  if (key.includes('/userassignedidentities/')) return { principalId: 'the-identity' }
  if (/\/storageaccounts\/[^/]+$/.test(key)) return { primaryEndpoints: { dfs: `${url}/${key.split('/').at(-1)}/` } }
  return {}
}
