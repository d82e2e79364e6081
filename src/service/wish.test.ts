import { describe, expect, test } from 'vitest'
import { Problem } from '#base/problem.ts'
import { readWish } from './wish.ts'

const place = { subscriptionId: '11111111-1111-1111-1111-111111111111', resourceGroup: 'mine', name: 'flights' }
const managedResourceGroupId = `/subscriptions/${place.subscriptionId}/resourceGroups/flights-managed`
const body = (change: { [field: string]: unknown; properties?: object } = {}) => ({ location: 'local', sku: { name: 'premium' }, ...change, properties: { managedResourceGroupId, ...change.properties } })
const read = (change: Parameters<typeof body>[0] = {}, name = place.name) => readWish({ ...place, name }, body(change), ['local'])
const parameters = (given: Record<string, unknown>) => ({ properties: { parameters: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }])) } })

function refusal(act: () => unknown): { code: string; message: string } {
  try {
    act()
  } catch (error) {
    if (error instanceof Problem) return { code: error.extra.wireCode ?? error.code, message: error.message }
    throw error
  }
  throw new Error('It was accepted.')
}

test('a wish gets its defaults: Hybrid compute, standard tier, no public addresses', () => {
  const wish = readWish(place, { location: 'Local', properties: { managedResourceGroupId } }, ['local'])
  expect(wish).toMatchObject({ location: 'local', sku: 'standard', tags: {}, managedResourceGroupId, properties: { computeMode: 'Hybrid', parameters: {} } })
})

test('parameters may be sent back as they were answered', () => {
  const { properties } = read(parameters({ enableNoPublicIp: true, storageAccountName: 'dbstorageabc', vnetAddressPrefix: '10.140', resourceTags: {} }))
  expect(properties.parameters).toEqual({
    enableNoPublicIp: { type: 'Bool', value: true }, storageAccountName: { type: 'String', value: 'dbstorageabc' }, vnetAddressPrefix: { type: 'String', value: '10.140' },
  })
})

describe('what Azure would refuse is refused, and says why', () => {
  test.each([
    ['a short name', () => read({}, 'ab'), 'InvalidWorkspaceName', /3 to 64/],
    ['a name with a dot', () => read({}, 'a.b.c'), 'InvalidWorkspaceName', /'a\.b\.c'/],
    ['no region', () => read({ location: undefined }), 'LocationRequired', /location property is required/],
    ['an unknown region', () => read({ location: 'moon' }), 'LocationNotAvailableForResourceType', /'moon' is not available for resource type 'Microsoft.Databricks\/workspaces'.*'local'/],
    ['an unknown tier', () => read({ sku: { name: 'gold' } }), 'InvalidSku', /'gold'/],
    ['no managed group', () => read({ properties: { managedResourceGroupId: undefined } }), 'InvalidApplianceManagedResourceGroup', /required/],
    ['a malformed managed group', () => read({ properties: { managedResourceGroupId: 'flights-managed' } }), 'InvalidApplianceManagedResourceGroup', /is not valid/],
    ['a managed group elsewhere', () => read({ properties: { managedResourceGroupId: '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/x' } }), 'InvalidApplianceManagedResourceGroup', /in the subscription/],
    ['its own group as the managed one', () => read({ properties: { managedResourceGroupId: `/subscriptions/${place.subscriptionId}/resourceGroups/MINE` } }), 'InvalidApplianceManagedResourceGroup', /must not be the resource group/],
    ['an unknown parameter', () => read(parameters({ colour: 'red' })), 'InvalidParameterValue', /'colour'/],
    ['a wrong type', () => read(parameters({ enableNoPublicIp: 'perhaps' })), 'InvalidParameterValue', /must not|machines have no public addresses/],
    ['a wrong prefix', () => read(parameters({ vnetAddressPrefix: '8.8' })), 'InvalidParameterValue', /private \/16/],
    ['a wrong storage name', () => read(parameters({ storageAccountName: 'No_Way' })), 'InvalidParameterValue', /lower-case letters/],
    ['too many tags', () => read({ tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, ''])) }), 'InvalidTagCount', /51/],
  ])('%s', (_what, act, code, message) => {
    const refused = refusal(act)
    expect(refused.code).toBe(code)
    expect(refused.message).toMatch(message)
  })
})

describe('what is not there yet is refused by name', () => {
  test.each([
    ['serverless compute', () => read({ properties: { computeMode: 'Serverless' } }), /'Serverless' are not supported yet/],
    ['a network of one\u2019s own', () => read(parameters({ customVirtualNetworkId: '/x' })), /customVirtualNetworkId/],
    ['private access only', () => read({ properties: { publicNetworkAccess: 'Disabled' } }), /publicNetworkAccess/],
    ['keys of one\u2019s own', () => read({ properties: { encryption: { entities: {} } } }), /properties\.encryption/],
  ])('%s', (_what, act, message) => {
    const refused = refusal(act)
    expect(refused.code).toBe('not_implemented')
    expect(refused.message).toMatch(message)
  })
})
