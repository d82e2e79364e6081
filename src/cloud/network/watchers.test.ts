import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from '../testing/running-cloud.ts'

let it: RunningCloud
const fast = { updateIntervalInMs: 50 }
const local = { location: 'local' }
let vm: { id: string; address: string }
beforeAll(async () => {
  it = await runningCloud()
  const { resources, network, compute } = it.owner
  await resources.resourceGroups.createOrUpdate('w', local)
  const rule = { protocol: 'Tcp', direction: 'Inbound', sourcePortRange: '*', destinationAddressPrefix: '*' } as const
  const group = await network.networkSecurityGroups.createOrUpdate('w', 'nsg', { ...local, securityRules: [
    { ...rule, name: 'no-ssh', access: 'Deny', priority: 100, sourceAddressPrefix: '*', destinationPortRange: '22' },
    { ...rule, name: 'web', access: 'Allow', priority: 200, sourceAddressPrefix: 'Internet', destinationPortRanges: ['80', '8000-8080'] },
  ] }, fast)
  const vnet = await network.virtualNetworks.createOrUpdate('w', 'v', { ...local, addressSpace: { addressPrefixes: ['10.139.0.0/16'] }, subnets: [{ name: 's', addressPrefix: '10.139.0.0/18', networkSecurityGroup: { id: group.id ?? '' } }] }, fast)
  const nic = await network.networkInterfaces.createOrUpdate('w', 'c', { ...local, ipConfigurations: [{ name: 'ip', subnet: { id: vnet.subnets?.[0]?.id ?? '' } }] }, fast)
  const made = await compute.virtualMachines.createOrUpdate('w', 'vm', {
    ...local, hardwareProfile: { vmSize: 'Standard_B1ms' }, storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: 'latest' }, osDisk: { createOption: 'FromImage' } },
    osProfile: { computerName: 'vm', adminUsername: 'brickyard', customData: Buffer.from('#!/bin/sh\n').toString('base64') }, networkProfile: { networkInterfaces: [{ id: nic.id ?? '', primary: true }] },
  }, fast)
  vm = { id: made.id ?? '', address: nic.ipConfigurations?.[0]?.privateIPAddress ?? '' }
})
afterAll(() => it.stop())

const verify = (client: RunningCloud['owner'], flow: { direction?: 'Inbound' | 'Outbound'; localPort?: string; remotePort?: string; remoteIPAddress: string; localIPAddress?: string }) =>
  client.network.networkWatchers.verifyIPFlow('NetworkWatcherRG', 'NetworkWatcher_local', { targetResourceId: vm.id, direction: 'Inbound', protocol: 'TCP', localPort: '22', remotePort: '50000', localIPAddress: vm.address, ...flow }, fast)

test.each([
  [{ remoteIPAddress: '10.139.0.9' }, 'Deny', 'securityRules/no-ssh'],
  [{ remoteIPAddress: '10.139.0.9', localPort: '7077' }, 'Allow', 'defaultSecurityRules/AllowVnetInBound'],
  [{ remoteIPAddress: '203.0.113.7', localPort: '8055' }, 'Allow', 'securityRules/web'],
  [{ remoteIPAddress: '203.0.113.7', localPort: '9000' }, 'Deny', 'defaultSecurityRules/DenyAllInBound'],
  [{ remoteIPAddress: '203.0.113.7', remotePort: '443', direction: 'Outbound' }, 'Allow', 'defaultSecurityRules/AllowInternetOutBound'],
] as const)('a flow %j: %s, because of %s', async (flow, access, ruleName) => {
  expect(await verify(it.owner, flow)).toMatchObject({ access, ruleName })
})

test('the answer says that rules are only recorded here; other addresses and people without rights are refused', async () => {
  const path = `${it.subscription}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_local/ipFlowVerify?api-version=2025-05-01`
  const answer = await it.owner.raw('POST', path, { targetResourceId: vm.id, direction: 'Inbound', protocol: 'TCP', localPort: '22', remotePort: '1', localIPAddress: vm.address, remoteIPAddress: '10.139.0.9' })
  expect(answer.body).toEqual({ access: 'Deny', ruleName: 'securityRules/no-ssh', brickyardEnforcement: 'recorded, not enforced' })
  await expect(verify(it.owner, { remoteIPAddress: '10.0.0.1', localIPAddress: '10.0.0.2' })).rejects.toMatchObject({ code: 'LocalIPAddressNotFound' })
  expect((await it.owner.raw('POST', path, { direction: 'Sideways' })).body.error?.code).toBe('InvalidRequestFormat')
  const nobody = await it.account('nobody')
  await expect(verify(nobody, { remoteIPAddress: '10.139.0.9' })).rejects.toMatchObject({ code: 'AuthorizationFailed' })
})
