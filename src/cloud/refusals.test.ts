import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

let it: RunningCloud
const rg = () => `${it.subscription}/resourceGroups/refusals`
beforeAll(async () => {
  it = await runningCloud()
  await it.owner.resources.resourceGroups.createOrUpdate('refusals', { location: 'local' })
})
afterAll(() => it.stop())

const network = { location: 'local', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } }
const subnets = (...prefixes: string[]) => ({ ...network, properties: { ...network.properties, subnets: prefixes.map((addressPrefix, index) => ({ name: `s${index}`, properties: { addressPrefix } })) } })
const rule = (name: string, change: object) => ({
  name, properties: { protocol: 'Tcp', access: 'Allow', direction: 'Inbound', priority: 100, sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '22', ...change },
})
const rules = (...securityRules: object[]) => ({ location: 'local', properties: { securityRules } })
const vnet = 'providers/Microsoft.Network/virtualNetworks/v'
const nsg = 'providers/Microsoft.Network/networkSecurityGroups/n'
const v = '?api-version=2025-07-01'

describe('Azure refuses in its own words', () => {
  test.each<[string, string, string, unknown, number, string, RegExp?]>([
    ['no api-version', 'GET', '', undefined, 400, 'MissingApiVersionParameter'],
    ['an unknown api-version of a type', 'PUT', `${vnet}?api-version=1999-01-01`, network, 400, 'NoRegisteredProviderFound', /supported api-versions are '2026-01-01, .*The supported locations are 'local'/],
    ['an unknown type', 'GET', 'providers/Microsoft.Network/nonsense/x?api-version=2025-07-01', undefined, 404, 'InvalidResourceType'],
    ['an unknown namespace', 'GET', 'providers/Contoso.Own/things/x?api-version=2025-07-01', undefined, 404, 'InvalidResourceNamespace'],
    ['a type that is not built', 'PUT', 'providers/Microsoft.Network/loadBalancers/x?api-version=2025-07-01', {}, 501, 'NotImplemented', /Microsoft.Network\/loadBalancers/],
    ['deployments', 'PUT', 'providers/Microsoft.Resources/deployments/x?api-version=2025-04-01', {}, 501, 'NotImplemented'],
    ['another method', 'POST', `${vnet}${v}`, {}, 405, 'MethodNotAllowed'],
    ['a missing resource', 'GET', `${vnet}${v}`, undefined, 404, 'ResourceNotFound', /The Resource 'Microsoft.Network\/virtualNetworks\/v' under resource group 'refusals' was not found/],
    ['no location', 'PUT', `${vnet}${v}`, { properties: network.properties }, 400, 'LocationRequired'],
    ['another region', 'PUT', `${vnet}${v}`, { ...network, location: 'westeurope' }, 400, 'LocationNotAvailableForResourceType', /List of available regions for the resource type is 'local'/],
    ['broken JSON', 'PUT', `${vnet}${v}`, 'not json', 400, 'InvalidRequestContent'],
    ['a network without addresses', 'PUT', `${vnet}${v}`, { location: 'local', properties: {} }, 400, 'InvalidRequestFormat', /properties.addressSpace/],
    ['a bad prefix', 'PUT', `${vnet}${v}`, { location: 'local', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/33'] } } }, 400, 'InvalidAddressPrefixFormat'],
    ['a subnet outside', 'PUT', `${vnet}${v}`, subnets('10.1.0.0/24'), 400, 'NetcfgSubnetRangeOutsideVnet'],
    ['subnets that overlap', 'PUT', `${vnet}${v}`, subnets('10.0.0.0/24', '10.0.0.128/25'), 400, 'NetcfgSubnetRangesOverlap'],
    ['a subnet off its boundary', 'PUT', `${vnet}${v}`, subnets('10.0.0.1/24'), 400, 'InvalidCIDRNotation'],
    ['a rule below 100', 'PUT', `${nsg}${v}`, rules(rule('r', { priority: 99 })), 400, 'SecurityRuleInvalidPriority'],
    ['a rule above 4096', 'PUT', `${nsg}${v}`, rules(rule('r', { priority: 4097 })), 400, 'SecurityRuleInvalidPriority'],
    ['two rules of one priority', 'PUT', `${nsg}${v}`, rules(rule('a', {}), rule('b', {})), 400, 'SecurityRuleConflict'],
    ['a port that is none', 'PUT', `${nsg}${v}`, rules(rule('r', { destinationPortRange: '70000' })), 400, 'SecurityRuleInvalidPortRange'],
    ['an unknown tag', 'PUT', `${nsg}${v}`, rules(rule('r', { sourceAddressPrefix: 'Nowhere' })), 400, 'SecurityRuleInvalidAddressPrefix'],
    ['an unknown protocol', 'PUT', `${nsg}${v}`, rules(rule('r', { protocol: 'Sctp' })), 400, 'InvalidRequestFormat', /protocol/],
    ['a card without its subnet', 'PUT', `providers/Microsoft.Network/networkInterfaces/c${v}`, { location: 'local', properties: { ipConfigurations: [{ name: 'ip', properties: { subnet: { id: '/subscriptions/x' } } }] } }, 400, 'InvalidResourceReference'],
    ['an account name with capitals', 'PUT', 'providers/Microsoft.Storage/storageAccounts/Bad?api-version=2025-08-01', { location: 'local', sku: { name: 'Standard_LRS' } }, 400, 'AccountNameInvalid'],
    ['an unknown machine size', 'PUT', 'providers/Microsoft.Compute/virtualMachines/m?api-version=2026-04-01', machine({ hardwareProfile: { vmSize: 'Standard_ND96' } }), 400, 'InvalidParameter', /Standard_B2s/],
    ['an unknown image', 'PUT', 'providers/Microsoft.Compute/virtualMachines/m?api-version=2026-04-01', machine({ storageProfile: { imageReference: { publisher: 'Canonical', offer: 'UbuntuServer', sku: '18.04-LTS', version: 'latest' } } }), 400, 'ImageNotFound'],
    ['too much user data', 'PUT', 'providers/Microsoft.Compute/virtualMachines/m?api-version=2026-04-01', machine({ osProfile: { computerName: 'm', adminUsername: 'brickyard', customData: Buffer.alloc(65_537).toString('base64') } }), 400, 'InvalidParameter', /65536/],
    ['user data that is not Base64', 'PUT', 'providers/Microsoft.Compute/virtualMachines/m?api-version=2026-04-01', machine({ osProfile: { computerName: 'm', adminUsername: 'brickyard', customData: '#!/bin/sh' } }), 400, 'InvalidParameter', /Base64/],
    ['a card of another subscription', 'PUT', 'providers/Microsoft.Compute/virtualMachines/m?api-version=2026-04-01', machine({}), 403, 'LinkedAuthorizationFailed', /join\/action/],
  ])('%s', async (_what, method, path, body, status, code, message) => {
    const answer = await it.owner.raw(method, path.startsWith('?') || path === '' ? `${rg()}${path}` : `${rg()}/${path}`, body)
    expect([answer.status, answer.body.error?.code]).toEqual([status, code])
    if (message) expect(answer.body.error?.message).toMatch(message)
  })

  test('another subscription, a missing group, a malformed subscription', async () => {
    const ask = async (path: string) => (await it.owner.raw('GET', path)).body.error?.code
    expect(await ask('/subscriptions/11111111-1111-1111-1111-111111111111?api-version=2022-12-01')).toBe('SubscriptionNotFound')
    expect(await ask('/subscriptions/none?api-version=2022-12-01')).toBe('InvalidSubscriptionId')
    expect(await ask(`${it.subscription}/resourceGroups/none?api-version=2025-04-01`)).toBe('ResourceGroupNotFound')
    expect(await ask(`${it.subscription}/resourceGroups/none/${vnet}${v}`)).toBe('ResourceGroupNotFound')
  })

  test('without a token, or with one for somebody else, the way to sign in is shown', async () => {
    for (const authorization of ['', 'Bearer not.a.token']) {
      const answer = await it.owner.raw('GET', `${it.subscription}?api-version=2022-12-01`, undefined, { authorization })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toContain(`authorization_uri="${it.urls.login}/`)
    }
  })
})

test('every answer carries ids, and a given correlation id is kept', async () => {
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
  const { headers } = await it.owner.raw('GET', `${it.subscription}/resourceGroups?api-version=2025-04-01`, undefined, { 'x-ms-correlation-request-id': id, 'x-ms-client-request-id': 'mine' })
  expect(headers).toMatchObject({ 'x-ms-correlation-request-id': id, 'x-ms-client-request-id': 'mine', 'x-ms-ratelimit-remaining-subscription-reads': '11999' })
  expect(headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(headers['x-ms-routing-request-id']).toContain('LOCAL:')
})

test('ids compare without case, doubled slashes do not count, and the first-written case stays', async () => {
  await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network//virtualNetworks/CamelCase${v}`, network)
  const answer = await it.owner.raw('GET', `${rg().toLowerCase()}/providers/microsoft.network/virtualnetworks/camelcase${v}`)
  expect(answer.body).toMatchObject({ name: 'CamelCase', id: `${rg()}/providers/Microsoft.Network/virtualNetworks/CamelCase` })
})

test('an etag that has gone by is refused', async () => {
  const made = await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network/virtualNetworks/tagged${v}`, network)
  const etag = String(Reflect.get(made.body, 'etag'))
  const again = await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network/virtualNetworks/tagged${v}`, network, { 'if-match': etag })
  expect(again.status).toBe(200)
  const late = await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network/virtualNetworks/tagged${v}`, network, { 'if-match': etag })
  expect([late.status, late.body.error?.code]).toEqual([412, 'PreconditionFailed'])
  const taken = await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network/virtualNetworks/tagged${v}`, network, { 'if-none-match': '*' })
  expect(taken.status).toBe(412)
})

test('what a client put there comes back, fields unknown to us too', async () => {
  const body = { ...network, tags: { a: '1' }, extendedLocation: { name: 'edge', type: 'EdgeZone' }, properties: { ...network.properties, dhcpOptions: { dnsServers: ['10.0.0.4'] }, flowTimeoutInMinutes: 4 } }
  await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network/virtualNetworks/whole${v}`, body)
  const patched = await it.owner.raw('PATCH', `${rg()}/providers/Microsoft.Network/virtualNetworks/whole${v}`, { tags: { b: '2' } })
  expect(patched.body).toMatchObject({ ...body, tags: { b: '2' } })
  expect(Reflect.get(patched.body, 'tags')).toEqual({ b: '2' })
})

test('lists come in pages that lead to each other', async () => {
  for (const name of ['p1', 'p2', 'p3']) await it.owner.resources.resourceGroups.createOrUpdate(`page-${name}`, { location: 'local' })
  const seen: string[] = []
  for await (const group of it.owner.resources.resourceGroups.list({ top: 1 })) seen.push(group.name ?? '')
  expect(seen.filter((name) => name.startsWith('page-'))).toEqual(['page-p1', 'page-p2', 'page-p3'])
})

test('endpoints are told to everyone', async () => {
  const answer = await it.owner.raw('GET', '/metadata/endpoints?api-version=2022-09-01', undefined, { authorization: '' })
  expect(answer.body).toMatchObject({ name: 'Brickyard', resourceManager: `${it.urls.arm}/`, authentication: { loginEndpoint: `${it.urls.login}/`, audiences: ['https://management.azure.com/', 'https://management.core.windows.net/'] } })
})

function machine(change: object) {
  return {
    location: 'local',
    properties: {
      hardwareProfile: { vmSize: 'Standard_B1ms' }, storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: 'latest' } },
      osProfile: { computerName: 'm', adminUsername: 'brickyard' }, networkProfile: { networkInterfaces: [{ id: '/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/networkInterfaces/z' }] }, ...change,
    },
  }
}
