import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '#base/db.ts'
import { keysFrom } from '#base/keys.ts'
import { silentLog } from '#base/log.ts'
import { openWork, type Work } from '#base/work.ts'
import { testDatabase } from '#base/testing/database.ts'
import { openService, secretHeader, type WorkspaceRecord } from './service.ts'
import { stubCloud } from './testing/stub-cloud.ts'

const subscription = '11111111-1111-1111-1111-111111111111'
const id = `/subscriptions/${subscription}/resourceGroups/mine/providers/Microsoft.Databricks/workspaces/flights`
const managed = `/subscriptions/${subscription}/resourceGroups/flights-managed`
const body = { location: 'local', sku: { name: 'premium' }, tags: { team: 'air' }, properties: { computeMode: 'Hybrid', managedResourceGroupId: managed } }
const caller = { 'x-ms-client-object-id': 'olga', 'x-ms-client-principal-name': 'olga@brickyard.local' }

let cloud: Awaited<ReturnType<typeof stubCloud>>
let open: { database: Database; close(): Promise<void> }
let work: Work
let app: FastifyInstance
let registered: Map<string, WorkspaceRecord>
let redirectUris: Set<string>

beforeEach(async () => {
  cloud = await stubCloud()
  open = await testDatabase()
  registered = new Map()
  redirectUris = new Set()
  await start()
})

/** A process: its loops, and the service on the tables that the last one left. */
async function start(): Promise<void> {
  work = await openWork(open.database, silentLog(), { pollMs: 50 })
  const service = await openService({
    database: open.database, keys: keysFrom(Buffer.alloc(32)), log: silentLog(), clock: () => new Date(), work,
    armUrl: cloud.url, loginUrl: cloud.url, tenantId: 'tenant', clientId: 'databricks', clientSecret: 'secret', caPem: cloud.caPem, secretOfResourceManager: 'only-the-manager',
    workspaces: { register: async (record) => void registered.set(record.workspaceId, record), unregister: async (workspaceId) => void registered.delete(workspaceId) },
    directory: { addRedirectUri: async (_app, uri) => void redirectUris.add(uri), removeRedirectUri: async (_app, uri) => void redirectUris.delete(uri) },
    workspacePorts: { from: 28010, to: 28011 },
  })
  app = Fastify()
  await app.register(service.plugin)
  await work.start()
  await service.resume()
}
afterEach(async () => {
  await work.stop()
  await app.close()
  await open.close()
  await cloud.close()
})

const ask = async (method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
  const reply = await app.inject({ method, url: `${url}?api-version=2026-01-01`, headers: { [secretHeader]: 'only-the-manager', ...caller }, ...(payload && { payload }) })
  return { status: reply.statusCode, headers: reply.headers, body: reply.body === '' ? undefined : reply.json() }
}
const settled = async (url: unknown) => {
  const path = new URL(String(url)).pathname
  await expect.poll(async () => (await ask('GET', path)).body.status, { timeout: 15_000 }).toMatch(/Succeeded|Failed/)
  return (await ask('GET', path)).body
}
const create = async (payload: object = body, at = id) => {
  const accepted = await ask('PUT', at, payload)
  expect(accepted.status).toBe(201)
  return { accepted, outcome: await settled(accepted.headers['azure-asyncoperation']) }
}

test('a service is accepted, then made of a managed group with storage, network, security group and a lock', async () => {
  const { accepted, outcome } = await create()
  expect(accepted.body.properties).toMatchObject({ provisioningState: 'Accepted' })
  expect(accepted.body.properties).not.toHaveProperty('workspaceUrl')
  expect(outcome.status).toBe('Succeeded')
  const { body: made } = await ask('GET', id)
  expect(made).toMatchObject({ sku: { name: 'premium' }, tags: { team: 'air' }, properties: { provisioningState: 'Succeeded', workspaceUrl: 'localhost:28010', managedResourceGroupId: managed } })
  expect(made.properties.workspaceId).toMatch(/^[1-9]\d{15}$/)
  const kinds = cloud.ids().filter((each) => each.startsWith(`${managed}/`)).map((each) => each.split('/').slice(6, -1).join('/'))
  expect(new Set(kinds)).toEqual(new Set([
    'Microsoft.Authorization/denyAssignments', 'Microsoft.ManagedIdentity/userAssignedIdentities', 'Microsoft.Network/networkSecurityGroups', 'Microsoft.Network/virtualNetworks',
    'Microsoft.Storage/storageAccounts', `Microsoft.Storage/storageAccounts/${made.properties.parameters.storageAccountName.value}/blobServices/default/containers`,
  ]))
  expect(cloud.get(managed)).toMatchObject({ managedBy: id })
  expect([...registered.values()]).toMatchObject([{ url: 'https://localhost:28010', createdBy: 'olga', tier: 'premium' }])
  expect([...redirectUris]).toEqual(['https://localhost:28010/login/callback'])
})

test('the lock names the workspace, denies everybody but the identity and the provider, and lets them read', async () => {
  await create()
  const lock = cloud.get(cloud.ids().find((each) => each.includes('denyAssignments')) ?? '')
  expect(lock?.properties).toMatchObject({
    denyAssignmentName: `System deny assignment created by Azure Databricks ${id}`, isSystemProtected: true,
    principals: [{ id: '00000000-0000-0000-0000-000000000000' }], excludePrincipals: [{ id: 'the-identity' }, { id: 'the-resource-provider' }],
    permissions: [{ actions: ['*'], dataActions: ['*'], notActions: ['*/read', 'Microsoft.Authorization/roleAssignments/write'] }],
  })
})

test('a failure half-way undoes what was made, says why, and the same PUT tries again', async () => {
  cloud.refuse(/^PUT .*virtualNetworks/, 409, 'OperationNotAllowed', 'No more networks in this region.')
  const { outcome } = await create()
  expect(outcome).toMatchObject({ status: 'Failed', error: { code: 'ApplianceProvisioningFailed', message: 'Creating the virtual network failed: No more networks in this region. (OperationNotAllowed)' } })
  expect(cloud.ids()).toEqual([])
  expect((await ask('GET', id)).body.properties.provisioningState).toBe('Failed')
  cloud.allowAll()
  expect((await create()).outcome.status).toBe('Succeeded')
})

test('a group that somebody else made is neither used nor deleted', async () => {
  cloud.put(managed, { location: 'local' })
  const refused = await ask('PUT', id, body)
  expect(refused).toMatchObject({ status: 400, body: { error: { message: `Managed Resource group for the workspace: '${managed}' doesn't have managed by property referring to Databricks workspace resource` } } })
  expect(cloud.ids()).toEqual([managed])
})

test('deleting takes away the workspace, its group and its address, frees the port, and can be repeated', async () => {
  await create()
  cloud.put(`/subscriptions/${subscription}/resourceGroups/other`, {})
  const accepted = await ask('DELETE', id)
  expect(accepted.status).toBe(202)
  expect((await settled(accepted.headers['azure-asyncoperation'])).status).toBe('Succeeded')
  expect(cloud.ids()).toEqual([`/subscriptions/${subscription}/resourceGroups/other`])
  expect([registered.size, redirectUris.size]).toEqual([0, 0])
  expect((await ask('GET', id)).status).toBe(404)
  expect((await ask('DELETE', id)).status).toBe(204)
  expect((await create()).accepted.status).toBe(201)
})

test('tags can be changed, and the workspace hears of it; what a workspace keeps for life cannot', async () => {
  await create()
  expect((await ask('PATCH', id, { tags: { team: 'sea' } })).body.tags).toEqual({ team: 'sea' })
  await expect.poll(() => [...registered.values()][0]?.tags).toEqual({ team: 'sea' })
  const other = await ask('PUT', id, { ...body, properties: { managedResourceGroupId: `${managed}2` } })
  expect(other.body.error).toMatchObject({ code: 'ApplianceManagedResourceGroupMismatch' })
  const prefix = await ask('PUT', id, { ...body, properties: { ...body.properties, parameters: { vnetAddressPrefix: { value: '10.1' } } } })
  expect(prefix.body.error).toMatchObject({ code: 'PropertyChangeNotAllowed' })
  const again = await ask('PUT', id, (await ask('GET', id)).body)
  expect(again).toMatchObject({ status: 200, body: { properties: { provisioningState: 'Updating' } } })
  expect((await settled(again.headers['azure-asyncoperation'])).status).toBe('Succeeded')
})

test('when the ports are used up, the next service is refused before anything is made', async () => {
  for (const name of ['one', 'two']) await create({ ...body, properties: { managedResourceGroupId: `${managed}-${name}` } }, id.replace('flights', name))
  const refused = await ask('PUT', id.replace('flights', 'three'), { ...body, properties: { managedResourceGroupId: `${managed}-three` } })
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'WorkspaceQuotaExceeded' } } })
  expect((await ask('GET', `/subscriptions/${subscription}/providers/Microsoft.Databricks/workspaces`)).body.value).toHaveLength(2)
})

test('nobody but the resource manager is answered', async () => {
  expect((await app.inject({ method: 'GET', url: id })).statusCode).toBe(401)
  expect((await app.inject({ method: 'GET', url: id, headers: { [secretHeader]: 'guess' } })).statusCode).toBe(401)
})

test.each(['/flights-managed$', 'workers-sg$', 'workers-vnet$', 'storageAccounts/dbstorage[a-z0-9]+$', 'containers/jobs$', 'denyAssignments'])(
  'a process that ends while it waits for %s is followed by one that finishes, once', async (path) => {
    const release = cloud.hold(new RegExp(`^PUT .*${path}`))
    const accepted = await ask('PUT', id, body)
    await expect.poll(() => cloud.calls.some((call) => new RegExp(`^PUT .*${path}`).test(call)), { timeout: 10_000 }).toBe(true)
    await Promise.all([work.stop(0), app.close()])
    release()
    await start()
    expect((await settled(accepted.headers['azure-asyncoperation'])).status).toBe('Succeeded')
    expect(cloud.ids().filter((each) => each.includes('/storageAccounts/') && !each.includes('/containers/'))).toHaveLength(1)
    expect([...registered.keys()]).toEqual([(await ask('GET', id)).body.properties.workspaceId])
  })

test('a process that ends while it deletes is followed by one that deletes the rest', async () => {
  await create()
  const release = cloud.hold(/^DELETE /)
  const accepted = await ask('DELETE', id)
  await expect.poll(() => cloud.calls.some((call) => call.startsWith('DELETE')), { timeout: 10_000 }).toBe(true)
  await Promise.all([work.stop(0), app.close()])
  release()
  await start()
  expect((await settled(accepted.headers['azure-asyncoperation'])).status).toBe('Succeeded')
  expect(cloud.ids()).toEqual([])
  expect((await ask('GET', id)).status).toBe(404)
})

test('a delete stops a creation that is under way', async () => {
  const release = cloud.hold(/^PUT .*workers-vnet$/)
  await ask('PUT', id, body)
  await expect.poll(() => cloud.calls.some((call) => call.endsWith('workers-vnet')), { timeout: 10_000 }).toBe(true)
  const accepted = await ask('DELETE', id)
  release()
  expect((await settled(accepted.headers['azure-asyncoperation'])).status).toBe('Succeeded')
  expect(cloud.ids()).toEqual([])
})
