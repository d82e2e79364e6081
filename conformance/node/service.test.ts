import type { Workspace } from '@azure/arm-databricks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { all, clients, fast, location, owner, raw, subscription, subscriptionId, unique } from './arm-clients.ts'

const { resources, storage, network, databricks, authorization } = clients(owner)
const group = unique('service-')
const managed = `${group}-managed`
const managedId = `${subscription}/resourceGroups/${managed}`
const name = 'flights'
const id = `${subscription}/resourceGroups/${group}/providers/Microsoft.Databricks/workspaces/${name}`
const wish = { location, sku: { name: 'premium' }, computeMode: 'Hybrid' as const, managedResourceGroupId: managedId, tags: { team: 'air' } }

beforeAll(() => resources.resourceGroups.createOrUpdate(group, { location }))
afterAll(async () => {
  await databricks.workspaces.delete(group, name, fast)
  await resources.resourceGroups.delete(group, fast)
})

describe('a Databricks service', () => {
  let service: Workspace
  beforeAll(async () => { service = await databricks.workspaces.createOrUpdate(group, name, wish, fast) })

  test('has the fields of its page: state, managed group, address, tier', () => {
    expect(service).toMatchObject({ id, name, location, type: 'Microsoft.Databricks/workspaces', sku: { name: 'premium' }, provisioningState: 'Succeeded', managedResourceGroupId: managedId, computeMode: 'Hybrid' })
    expect(service.workspaceId).toMatch(/^[1-9]\d{14,15}$/)
    expect(service.workspaceUrl).toMatch(/^localhost:\d+$/)
    expect(service.parameters).toMatchObject({ enableNoPublicIp: { value: true }, vnetAddressPrefix: { value: '10.139' }, storageAccountSkuName: { value: 'Standard_GRS' } })
    expect(service.createdBy?.oid).toMatch(/^[0-9a-f-]{36}$/)
    expect(service.createdDateTime).toBeInstanceOf(Date)
  })

  test('answers at its address as a workspace of that number', async () => {
    const response = await fetch(`https://${service.workspaceUrl}/.well-known/databricks-config`)
    expect(await response.json()).toMatchObject({ workspace_id: service.workspaceId })
  })

  test('makes a managed group with its identity, security group, network and storage account, and nothing else', async () => {
    expect((await resources.resourceGroups.get(managed)).managedBy).toBe(id)
    const made = await all(resources.resources.listByResourceGroup(managed))
    expect(made.map(({ type, name: called }) => `${type} ${called?.replace(/^dbstorage[a-z0-9]{13}$/, 'dbstorage*')}`).sort()).toEqual([
      'Microsoft.ManagedIdentity/userAssignedIdentities dbmanagedidentity', 'Microsoft.Network/networkSecurityGroups workers-sg', 'Microsoft.Network/virtualNetworks workers-vnet',
      'Microsoft.Storage/storageAccounts dbstorage*',
    ])
    const vnet = await network.virtualNetworks.get(managed, 'workers-vnet')
    expect(vnet.addressSpace?.addressPrefixes).toEqual(['10.139.0.0/16'])
    expect(vnet.subnets?.map((subnet) => [subnet.name, subnet.addressPrefix])).toEqual([['public-subnet', '10.139.0.0/18'], ['private-subnet', '10.139.64.0/18']])
    const rules = (await network.networkSecurityGroups.get(managed, 'workers-sg')).securityRules ?? []
    expect(rules.map((rule) => rule.name)).toContain('Microsoft.Databricks-workspaces_UseOnly_databricks-worker-to-worker-inbound')
  })

  test('keeps its storage account locked: even the owner of the subscription cannot have its keys', async () => {
    const account = String(service.parameters?.storageAccountName?.value)
    expect(account).toMatch(/^dbstorage[a-z0-9]{13}$/)
    const refusal: unknown = await storage.storageAccounts.listKeys(managed, account).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ statusCode: 403, code: 'DenyAssignmentAuthorizationFailed' })
    expect(String(refusal)).toMatch(new RegExp(`^RestError: The client '.+' with object id '[0-9a-f-]{36}' has permission to perform action 'Microsoft.Storage/storageAccounts/listKeys/action' on scope '${managedId}/providers/Microsoft.Storage/storageAccounts/${account}(/listKeys)?'; however, the access is denied because of the deny assignment with name 'System deny assignment created by Azure Databricks ${id}' and Id '[0-9a-f]{32}' at scope '${managedId}'.`))
    expect((await storage.storageAccounts.getProperties(managed, account)).isHnsEnabled).toBe(true)
  })

  test('lets nobody delete, change or add to the managed group', async () => {
    await expect(resources.resourceGroups.delete(managed, fast)).rejects.toMatchObject({ code: 'DenyAssignmentAuthorizationFailed' })
    await expect(network.virtualNetworks.createOrUpdate(managed, 'another', { location, addressSpace: { addressPrefixes: ['10.0.0.0/16'] } }, fast)).rejects.toMatchObject({ code: 'DenyAssignmentAuthorizationFailed' })
    const locks = await all(authorization.denyAssignments.listForScope(managedId))
    expect(locks).toMatchObject([{ denyAssignmentName: `System deny assignment created by Azure Databricks ${id}`, isSystemProtected: true, permissions: [{ actions: ['*'], dataActions: ['*'] }] }])
  })

  test('takes new tags', async () => {
    expect((await databricks.workspaces.update(group, name, { tags: { team: 'sea' } }, fast)).tags).toEqual({ team: 'sea' })
    expect((await databricks.workspaces.get(group, name)).tags).toEqual({ team: 'sea' })
  })

  test('is listed in its group and in the subscription', async () => {
    expect((await all(databricks.workspaces.listByResourceGroup(group))).map((each) => each.id)).toEqual([id])
    expect((await all(databricks.workspaces.listBySubscription())).map((each) => each.id)).toContain(id)
    expect((await all(resources.resources.listByResourceGroup(group))).map((each) => each.id)).toContain(id)
  })

  test('can be put again as it was answered', async () => {
    const again = await databricks.workspaces.createOrUpdate(group, name, await databricks.workspaces.get(group, name), fast)
    expect(again).toMatchObject({ provisioningState: 'Succeeded', workspaceUrl: service.workspaceUrl, workspaceId: service.workspaceId })
  })

  test('keeps its managed group for life', async () => {
    await expect(databricks.workspaces.createOrUpdate(group, name, { ...wish, managedResourceGroupId: `${managedId}2` }, fast)).rejects.toMatchObject({
      code: 'ApplianceManagedResourceGroupMismatch', message: `The given managed resource group '${managedId}2' did not match that in the existing appliance definition '${managedId}'.`,
    })
  })

  test('leaves nothing when it is deleted, and its own group stays', async () => {
    await databricks.workspaces.delete(group, name, fast)
    await expect(databricks.workspaces.get(group, name)).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' })
    await expect(resources.resourceGroups.get(managed)).rejects.toMatchObject({ code: 'ResourceGroupNotFound' })
    const left = await all(resources.resources.list())
    expect(left.filter((each) => each.id?.toLowerCase().includes(`/${group}`.toLowerCase()))).toEqual([])
    expect((await resources.resourceGroups.get(group)).name).toBe(group)
    await expect(fetch(`https://${service.workspaceUrl}/`)).rejects.toThrow()
  })
})

describe('a service that cannot be', () => {
  const put = (change: object, called = 'wrong') => databricks.workspaces.createOrUpdate(group, called, { ...wish, ...change }, fast)
  test.each([
    ['with a short name', () => put({}, 'ab'), 'InvalidWorkspaceName', 400],
    ['in an unknown region', () => put({ location: 'moon' }), 'LocationNotAvailableForResourceType', 400],
    ['of an unknown tier', () => put({ sku: { name: 'gold' } }), 'InvalidSku', 400],
    ['in its own group', () => put({ managedResourceGroupId: `${subscription}/resourceGroups/${group}` }), 'InvalidApplianceManagedResourceGroup', 400],
    ['without machines of its own', () => put({ computeMode: 'Serverless' }), 'NotImplemented', 501],
    ['in a network of one\u2019s own', () => put({ parameters: { customVirtualNetworkId: { value: `${managedId}/x` } } }), 'NotImplemented', 501],
  ])('%s is refused with a code', async (_what, act, code, statusCode) => {
    await expect(act()).rejects.toMatchObject({ code, statusCode })
  })

  test('over a group that somebody else made is refused, and the group stays as it was', async () => {
    const taken = `${group}-taken`
    await resources.resourceGroups.createOrUpdate(taken, { location })
    const message = `Managed Resource group for the workspace: '${subscription}/resourceGroups/${taken}' doesn't have managed by property referring to Databricks workspace resource`
    await expect(put({ managedResourceGroupId: `${subscription}/resourceGroups/${taken}` })).rejects.toMatchObject({ message })
    expect((await resources.resourceGroups.get(taken)).managedBy).toBeUndefined()
    await resources.resourceGroups.delete(taken, fast)
  })
})

test('a new service is accepted first, and its address appears when it is ready', async () => {
  const path = `${id.replace(name, 'by-hand')}?api-version=2026-01-01`
  const body = { location, sku: { name: 'standard' }, properties: { computeMode: 'Hybrid', managedResourceGroupId: `${managedId}-2` } }
  const accepted = await raw('PUT', path, body)
  expect(accepted.status).toBe(201)
  expect(accepted.headers.get('retry-after')).toBe('0')
  expect(accepted.headers.get('azure-asyncoperation')).toMatch(new RegExp(`/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Databricks/locations/${location}/operationStatuses/`))
  expect(accepted.json).toMatchObject({ properties: { provisioningState: 'Accepted' } })
  expect(accepted.json).not.toHaveProperty('properties.workspaceUrl')
  const statusUrl = accepted.headers.get('azure-asyncoperation') ?? ''
  await expect.poll(async () => (await raw('GET', statusUrl)).json, { timeout: 60_000 }).toMatchObject({ status: 'Succeeded' })
  expect((await raw('GET', path)).json).toHaveProperty('properties.workspaceUrl')
  const deleted = await raw('DELETE', path)
  expect(deleted.status).toBe(202)
  await expect.poll(async () => (await raw('GET', path)).status, { timeout: 60_000 }).toBe(404)
  expect((await raw('DELETE', path)).status).toBe(204)
})
