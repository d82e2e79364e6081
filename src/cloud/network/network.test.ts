import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runningCloud, type RunningCloud } from '../testing/running-cloud.ts'

let it: RunningCloud
const fast = { updateIntervalInMs: 50 }
const local = { location: 'local' }
beforeAll(async () => {
  it = await runningCloud()
  await it.owner.resources.resourceGroups.createOrUpdate('n', local)
})
afterAll(() => it.stop())

test('a rule changed on a group reaches the machines behind it before the answer says so', async () => {
  const { networkSecurityGroups, securityRules, virtualNetworks, networkInterfaces } = it.owner.network
  const group = await networkSecurityGroups.createOrUpdate('n', 'nsg', { ...local, securityRules: [] }, fast)
  const vnet = await virtualNetworks.createOrUpdate('n', 'v', { ...local, addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets: [{ name: 's', addressPrefix: '10.0.0.0/24', networkSecurityGroup: { id: group.id ?? '' } }] }, fast)
  const nic = await networkInterfaces.createOrUpdate('n', 'c', { ...local, ipConfigurations: [{ name: 'ip', subnet: { id: vnet.subnets?.[0]?.id ?? '' } }] }, fast)
  const set = vi.spyOn(it.hosts, 'setRules')
  const rule = { protocol: 'Tcp', access: 'Deny', direction: 'Inbound', priority: 100, sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '22' } as const
  await securityRules.createOrUpdate('n', 'nsg', 'no-ssh', rule, fast)
  expect(set).toHaveBeenCalledOnce()
  const [card, rules] = set.mock.calls[0] ?? []
  expect(card).toBe(nic.resourceGuid)
  expect(rules?.map((each) => each.name)).toEqual(['no-ssh', 'AllowVnetInBound', 'AllowVnetOutBound', 'AllowAzureLoadBalancerInBound', 'AllowInternetOutBound', 'DenyAllInBound', 'DenyAllOutBound'])
  expect(rules?.[0]).toEqual({ name: 'no-ssh', priority: 100, direction: 'Inbound', access: 'Deny', protocol: 'Tcp', source: ['*'], sourcePorts: ['*'], destination: ['*'], destinationPorts: ['22'] })

  const effective = await networkInterfaces.listEffectiveNetworkSecurityGroups('n', 'c', fast)
  expect(effective.value?.[0]?.effectiveSecurityRules?.map((each) => each.name)).toContain('securityRules/no-ssh')
  await securityRules.delete('n', 'nsg', 'no-ssh', fast)
  expect(set).toHaveBeenCalledTimes(2)
  set.mockRestore()

  const shown = await networkSecurityGroups.get('n', 'nsg')
  expect(shown.subnets?.[0]?.id).toBe(vnet.subnets?.[0]?.id)
  expect((await it.owner.raw('GET', `${group.id}?api-version=2025-07-01`)).body).toMatchObject({ properties: { brickyardEnforcement: 'recorded, not enforced' } })
  await expect(networkSecurityGroups.delete('n', 'nsg', fast)).rejects.toMatchObject({ code: 'InUseNetworkSecurityGroupCannotBeDeleted' })
})

test('a subnet says who is in it, and does not go while somebody is', async () => {
  const { subnets, networkInterfaces, virtualNetworks } = it.owner.network
  const subnet = await subnets.get('n', 'v', 's')
  expect(subnet.ipConfigurations?.[0]?.id).toContain('/networkInterfaces/c/ipConfigurations/ip')
  await expect(subnets.delete('n', 'v', 's', fast)).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' })
  await expect(virtualNetworks.createOrUpdate('n', 'v', { ...local, addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets: [] }, fast)).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' })
  await expect(subnets.createOrUpdate('n', 'v', 's', { addressPrefix: '10.0.5.0/24' }, fast)).rejects.toMatchObject({ code: 'InUsePrefixCannotBeDeleted' })
  const more = await subnets.createOrUpdate('n', 'v', 't', { addressPrefix: '10.0.1.0/24', delegations: [{ name: 'd', serviceName: 'Microsoft.Databricks/workspaces' }] }, fast)
  expect(more.delegations?.[0]?.serviceName).toBe('Microsoft.Databricks/workspaces')
  await subnets.delete('n', 'v', 't', fast)
  await networkInterfaces.delete('n', 'c', fast)
  await subnets.delete('n', 'v', 's', fast)
  expect((await virtualNetworks.get('n', 'v')).subnets).toEqual([])
})

test('what has no effect here says so; what is not built is refused by name', async () => {
  const { natGateways, publicIPAddresses } = it.owner.network
  await natGateways.createOrUpdate('n', 'nat', { ...local, sku: { name: 'Standard' } }, fast)
  await publicIPAddresses.createOrUpdate('n', 'ip', local, fast)
  const answer = await it.owner.raw('GET', `${it.subscription}/resourceGroups/n/providers/Microsoft.Network/natGateways/nat?api-version=2025-07-01`)
  expect(answer.body).toMatchObject({ sku: { name: 'Standard' }, properties: { brickyardEnforcement: 'recorded, without effect' } })
  await expect(it.owner.network.loadBalancers.get('n', 'lb')).rejects.toMatchObject({ statusCode: 501, code: 'NotImplemented' })
})
