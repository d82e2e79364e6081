import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

let it: RunningCloud
beforeAll(async () => { it = await runningCloud() })
afterAll(() => it.stop())
const fast = { updateIntervalInMs: 50 }

test('a group, a network with a security group, a card and a machine come to be, live and go with the group', async () => {
  const { resources, network, compute } = it.owner
  const group = await resources.resourceGroups.createOrUpdate('story', { location: 'local', tags: { a: 'b' } })
  expect(group).toMatchObject({ name: 'story', location: 'local', properties: { provisioningState: 'Succeeded' } })
  const nsg = await network.networkSecurityGroups.createOrUpdate('story', 'nsg', { location: 'local', securityRules: [] })
  expect(nsg.defaultSecurityRules).toHaveLength(6)
  const vnet = await network.virtualNetworks.createOrUpdate('story', 'vnet', {
    location: 'local', addressSpace: { addressPrefixes: ['10.139.0.0/16'] }, subnets: [{ name: 'private', addressPrefix: '10.139.64.0/18', networkSecurityGroup: { id: nsg.id ?? '' } }],
  })
  const subnet = vnet.subnets?.[0]
  const nic = await network.networkInterfaces.createOrUpdate('story', 'vm-nic', { location: 'local', ipConfigurations: [{ name: 'ip', subnet: { id: subnet?.id ?? '' } }] }, fast)
  expect(nic.ipConfigurations?.[0]?.privateIPAddress).toMatch(/^127\.|^10\./)
  const vm = await compute.virtualMachines.createOrUpdate('story', 'vm', machine(nic.id ?? '', '#!/bin/sh\necho hello from the machine\n'), fast)
  expect(vm).toMatchObject({ provisioningState: 'Succeeded' })
  expect(vm.osProfile?.customData).toBeUndefined()
  const codes = async () => (await compute.virtualMachines.instanceView('story', 'vm')).statuses?.map((status) => status.code)
  expect(await codes()).toEqual(['ProvisioningState/succeeded', 'PowerState/running'])
  await expect(network.virtualNetworks.delete('story', 'vnet', fast)).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' })
  await expect(network.networkInterfaces.delete('story', 'vm-nic', fast)).rejects.toMatchObject({ code: 'NicInUse' })
  expect((await compute.disks.get('story', vm.storageProfile?.osDisk?.name ?? ''))).toMatchObject({ diskState: 'Attached', managedBy: vm.id })

  await compute.virtualMachines.deallocate('story', 'vm', { ...fast, hibernate: true })
  expect(await codes()).toEqual(['ProvisioningState/succeeded', 'HibernationState/Hibernated', 'PowerState/deallocated'])
  expect((await it.cloud.quota()).used).toMatchObject({ cores: 0, memoryMb: 2048 })
  await compute.virtualMachines.start('story', 'vm', fast)
  expect(await codes()).toContain('PowerState/running')
  await compute.virtualMachines.restart('story', 'vm', fast)
  await compute.virtualMachines.powerOff('story', 'vm', fast)
  expect(await codes()).toContain('PowerState/stopped')
  await compute.virtualMachines.deallocate('story', 'vm', fast)
  expect((await it.cloud.quota()).used).toMatchObject({ cores: 0, memoryMb: 0, machines: 1 })
  await compute.virtualMachines.start('story', 'vm', fast)
  const { serialConsoleLogBlobUri } = await compute.virtualMachines.retrieveBootDiagnosticsData('story', 'vm')
  expect(serialConsoleLogBlobUri).toContain(it.urls.arm)

  await resources.resourceGroups.delete('story', fast)
  await expect(resources.resourceGroups.get('story')).rejects.toMatchObject({ statusCode: 404, code: 'ResourceGroupNotFound' })
  expect(await it.hosts.list(new AbortController().signal)).toEqual({ vms: [], networks: [] })
})

function machine(nicId: string, script: string, vmSize = 'Standard_B1ms') {
  return {
    location: 'local', hardwareProfile: { vmSize }, additionalCapabilities: { hibernationEnabled: true },
    storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: 'latest' }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
    osProfile: { computerName: 'vm', adminUsername: 'brickyard', customData: Buffer.from(script).toString('base64') },
    networkProfile: { networkInterfaces: [{ id: nicId, primary: true, deleteOption: 'Delete' }] },
  }
}
