import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

type Workspace = { id: string; state: string; deletes: number }
const held = new Map<string, Workspace>()
let seen: { method: string; url: string; headers: FastifyRequest['headers'] }[] = []

/** A resource provider that keeps workspaces in memory and takes a moment to delete them. */
const provider: FastifyPluginAsync = async (app) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body === '' ? undefined : JSON.parse(String(body))))
  app.route({ method: ['GET', 'PUT', 'DELETE'], url: '/*', async handler(request, reply) {
    const path = request.url.split('?')[0] ?? ''
    seen.push({ method: request.method, url: request.url, headers: request.headers })
    const body = (workspace: Workspace) => ({ id: workspace.id, name: path.split('/').at(-1), type: 'Microsoft.Databricks/workspaces', location: 'local', sku: { name: 'premium' }, tags: { t: '1' }, properties: { provisioningState: workspace.state } })
    if (path.includes('/operationStatuses/')) return { status: 'Succeeded' }
    const workspace = held.get(path.toLowerCase())
    if (request.method === 'PUT') {
      const made = { id: path, state: 'Succeeded', deletes: 0 }
      held.set(path.toLowerCase(), made)
      return reply.status(201).header('azure-asyncoperation', `${it.urls.service}/subscriptions/x/operationStatuses/1`).send(body(made))
    }
    if (!workspace) return reply.status(404).send({ error: { code: 'ResourceNotFound', message: 'gone' } })
    if (request.method === 'GET') return body(workspace)
    workspace.deletes += 1
    workspace.state = 'Deleting'
    setTimeout(() => held.delete(path.toLowerCase()), 300)
    return reply.status(202).send()
  } })
}

let it: RunningCloud
beforeAll(async () => {
  it = await runningCloud({ provider })
  await it.owner.resources.resourceGroups.createOrUpdate('outer', { location: 'local' })
})
beforeEach(() => { seen = [] })
afterAll(() => it.stop())
const at = (name: string) => `${it.subscription}/resourceGroups/outer/providers/Microsoft.Databricks/workspaces/${name}`
const v = '?api-version=2026-01-01'
const body = { location: 'local', sku: { name: 'premium' }, properties: { computeMode: 'Hybrid' } }

test('a workspace is asked of its provider, with who asks and a proof of who forwards', async () => {
  const answer = await it.owner.raw('PUT', at('w').replace('/workspaces', '//workspaces') + v, body)
  expect(answer.status).toBe(201)
  expect(answer.headers['azure-asyncoperation']).toBe(`${it.urls.arm}/subscriptions/x/operationStatuses/1`)
  const [call] = seen
  expect(call?.url).toBe(`${at('w')}${v}`)
  expect(call?.headers).toMatchObject({
    'x-ms-client-object-id': it.owner.oid, 'x-ms-client-principal-id': it.owner.oid, 'x-ms-client-principal-name': it.owner.appId, 'x-ms-client-tenant-id': it.directory.tenantId,
    'x-ms-resource-manager-secret': it.secret, 'x-ms-correlation-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(call?.headers.authorization).toBeUndefined()
})

test('it is in the lists of resources, with its tags', async () => {
  const found = []
  for await (const each of it.owner.resources.resources.listByResourceGroup('outer', { filter: "resourceType eq 'Microsoft.Databricks/workspaces'" })) found.push(each)
  expect(found).toMatchObject([{ name: 'w', type: 'Microsoft.Databricks/workspaces', sku: { name: 'premium' }, tags: { t: '1' } }])
})

test('who may not, does not reach the provider', async () => {
  const nobody = await it.account('nobody')
  expect((await nobody.raw('PUT', at('x') + v, body)).body.error?.code).toBe('AuthorizationFailed')
  expect((await it.owner.raw('PUT', at('x').replace('outer', 'missing') + v, body)).body.error?.code).toBe('ResourceGroupNotFound')
  expect(seen).toEqual([])
})

test('a deletion is followed until the provider knows it no more', async () => {
  await it.owner.raw('PUT', at('short') + v, body)
  expect((await it.owner.raw('DELETE', at('short') + v)).status).toBe(202)
  const names = async () => { const list = []; for await (const each of it.owner.resources.resources.list()) list.push(each.name); return list }
  await expect.poll(names, { timeout: 5000 }).not.toContain('short')
})

test('a group takes its workspaces with it, asking the provider once', async () => {
  const workspace = held.get(at('w').toLowerCase())
  await it.owner.resources.resourceGroups.delete('outer', { updateIntervalInMs: 50 })
  expect(held.size).toBe(0)
  expect(workspace?.deletes).toBe(1)
})
