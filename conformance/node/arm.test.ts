import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { all, clients, fast, location, owner, raw, subscription, subscriptionId, tenant, unique } from './arm-clients.ts'

const { resources, network, storage, authorization, compute } = clients(owner)
const group = unique('arm')
beforeAll(async () => { await resources.resourceGroups.createOrUpdate(group, { location, tags: { purpose: 'conformance' } }) })
afterAll(async () => { await resources.resourceGroups.delete(group, fast).catch(() => {}) })

describe('the resource manager', () => {
  test('tells anyone where everything is', async () => {
    const { json } = await raw('GET', '/metadata/endpoints?api-version=2022-09-01')
    expect(json).toMatchObject({ authentication: { audiences: expect.arrayContaining(['https://management.azure.com/']) }, resourceManager: expect.any(String), portal: expect.any(String) })
  })

  test('knows the tenant, the subscription and its region', async () => {
    expect((await raw('GET', '/tenants?api-version=2022-12-01')).json).toMatchObject({ value: [{ tenantId: tenant }] })
    expect((await raw('GET', '/subscriptions?api-version=2022-12-01')).json).toMatchObject({ value: [{ subscriptionId, state: 'Enabled' }] })
    expect((await raw('GET', `${subscription}/locations?api-version=2022-12-01`)).json).toMatchObject({ value: [{ name: location }] })
  })

  test('lists providers with the versions that clients look up', async () => {
    const providers = await all(resources.providers.list())
    expect(providers.map((each) => each.namespace)).toEqual(expect.arrayContaining(['Microsoft.Compute', 'Microsoft.Databricks', 'Microsoft.Network', 'Microsoft.Storage']))
    const databricks = await resources.providers.get('Microsoft.Databricks')
    expect(databricks.resourceTypes?.find((each) => each.resourceType === 'workspaces')?.apiVersions).toContain('2024-05-01')
  })

  test('finds groups by existence, tag and name', async () => {
    expect(await resources.resourceGroups.checkExistence(group)).toMatchObject({ body: true })
    expect((await all(resources.resourceGroups.list({ filter: "tagName eq 'purpose' and tagValue eq 'conformance'" }))).map((each) => each.name)).toContain(group)
    await expect(resources.resourceGroups.get('there-is-none')).rejects.toMatchObject({ statusCode: 404, code: 'ResourceGroupNotFound' })
  })

  test('says 501 with the name of what is not built', async () => {
    await expect(network.loadBalancers.get(group, 'lb')).rejects.toMatchObject({ statusCode: 501, code: 'NotImplemented', message: expect.stringContaining('loadBalancers') })
    await expect(compute.availabilitySets.get(group, 'set')).rejects.toMatchObject({ statusCode: 501, code: 'NotImplemented' })
  })
})

describe('networks', () => {
  test('subnets, security groups and cards hold each other', async () => {
    const nsg = await network.networkSecurityGroups.createOrUpdate(group, 'nsg', {
      location, securityRules: [{ name: 'ssh', priority: 100, direction: 'Inbound', access: 'Deny', protocol: 'Tcp', sourceAddressPrefix: 'Internet', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '22' }],
    }, fast)
    expect(nsg.defaultSecurityRules?.map((rule) => rule.priority)).toEqual([65000, 65001, 65500, 65000, 65001, 65500])
    const vnet = await network.virtualNetworks.createOrUpdate(group, 'vnet', { location, addressSpace: { addressPrefixes: ['10.139.0.0/16'] }, subnets: [{ name: 'private', addressPrefix: '10.139.64.0/18', networkSecurityGroup: { id: nsg.id ?? '' } }] }, fast)
    const subnetId = vnet.subnets?.[0]?.id ?? ''
    const cards = await Promise.all(['a', 'b', 'c', 'd'].map((name) => network.networkInterfaces.createOrUpdate(group, name, { location, ipConfigurations: [{ name: 'ip', subnet: { id: subnetId } }] }, fast)))
    expect(new Set(cards.map((card) => card.ipConfigurations?.[0]?.privateIPAddress)).size).toBe(4)
    await expect(network.virtualNetworks.delete(group, 'vnet', fast)).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' })
    await expect(network.networkSecurityGroups.delete(group, 'nsg', fast)).rejects.toMatchObject({ code: 'InUseNetworkSecurityGroupCannotBeDeleted' })
    const effective = await network.networkInterfaces.listEffectiveNetworkSecurityGroups(group, 'a', fast)
    expect(effective.value?.[0]?.effectiveSecurityRules?.map((rule) => rule.name)).toContain('securityRules/ssh')
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => network.networkInterfaces.delete(group, name, fast)))
    await network.virtualNetworks.delete(group, 'vnet', fast)
    await network.networkSecurityGroups.delete(group, 'nsg', fast)
    expect(await all(network.networkSecurityGroups.list(group))).toEqual([])
  })

  test('a rule that Azure would refuse is refused', async () => {
    const rule = (name: string, priority: number) => ({ name, priority, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '22' }) as const
    await expect(network.networkSecurityGroups.createOrUpdate(group, 'bad', { location, securityRules: [rule('low', 1)] }, fast)).rejects.toMatchObject({ code: 'SecurityRuleInvalidPriority' })
    await expect(network.networkSecurityGroups.createOrUpdate(group, 'bad', { location, securityRules: [rule('a', 100), rule('b', 100)] }, fast)).rejects.toMatchObject({ code: 'SecurityRuleConflict' })
  })
})

describe('storage accounts', () => {
  test('have two keys, containers and addresses, and go', async () => {
    const name = unique('st').slice(0, 24)
    const account = await storage.storageAccounts.create(group, name, { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, isHnsEnabled: true }, fast)
    expect(account.primaryEndpoints?.dfs).toContain(name)
    expect((await storage.storageAccounts.listKeys(group, name)).keys?.map((key) => key.keyName)).toEqual(['key1', 'key2'])
    await storage.blobContainers.create(group, name, 'root', {})
    expect((await all(storage.blobContainers.list(group, name))).map((each) => each.name)).toEqual(['root'])
    await storage.storageAccounts.delete(group, name)
    await expect(storage.storageAccounts.getProperties(group, name)).rejects.toMatchObject({ statusCode: 404 })
  })
})

describe('roles', () => {
  test('are Azure\u2019s, with Azure\u2019s ids, and inherited', async () => {
    const roles = await all(authorization.roleDefinitions.list(subscription, { filter: "roleName eq 'Owner'" }))
    expect(roles.map((role) => role.name)).toEqual(['8e3af657-a8ff-443c-a75c-2fe8c4bcb635'])
    const held = await all(authorization.roleAssignments.listForScope(`${subscription}/resourceGroups/${group}`))
    expect(held.some((each) => each.roleDefinitionId?.endsWith('8e3af657-a8ff-443c-a75c-2fe8c4bcb635') && each.scope === subscription)).toBe(true)
  })

  test('nobody but a resource provider writes a deny assignment', async () => {
    const { status, json } = await raw('PUT', `${subscription}/resourceGroups/${group}/providers/Microsoft.Authorization/denyAssignments/11111111-2222-4333-8444-555555555555?api-version=2022-04-01`, { properties: {} })
    expect([status, json]).toEqual([403, { error: { code: 'AuthorizationFailed', message: expect.stringMatching(/^This operation is only restricted/) } }])
  })
})
