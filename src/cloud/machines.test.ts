import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

let it: RunningCloud
const fast = { updateIntervalInMs: 50 }
const never = new AbortController().signal
let subnetId = ''
beforeAll(async () => {
  it = await runningCloud({ capacity: { coreOvercommit: 1000 } })
  await it.owner.resources.resourceGroups.createOrUpdate('m', { location: 'local' })
  const vnet = await it.owner.network.virtualNetworks.createOrUpdate('m', 'vnet', { location: 'local', addressSpace: { addressPrefixes: ['10.139.0.0/16'] }, subnets: [{ name: 'private', addressPrefix: '10.139.64.0/18' }] })
  subnetId = vnet.subnets?.[0]?.id ?? ''
})
afterAll(() => it.stop())

const card = async (name: string) => (await it.owner.network.networkInterfaces.createOrUpdate('m', `${name}-nic`, { location: 'local', ipConfigurations: [{ name: 'ip', subnet: { id: subnetId } }] }, fast)).id ?? ''
const machine = (nicId: string, script = '#!/bin/sh\nexit 0\n', vmSize = 'Standard_B1ms') => ({
  location: 'local', hardwareProfile: { vmSize }, storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: '1' } },
  osProfile: { computerName: 'm', adminUsername: 'brickyard', customData: Buffer.from(script).toString('base64') }, networkProfile: { networkInterfaces: [{ id: nicId, deleteOption: 'Delete' }] },
})
const statuses = async (name: string) => (await it.owner.compute.virtualMachines.instanceView('m', name)).statuses ?? []
const power = async (name: string) => (await statuses(name)).find((status) => status.code?.startsWith('PowerState/'))?.code
const hostOf = async (name: string) => `vm-${(await it.owner.compute.virtualMachines.get('m', name)).vmId ?? ''}`


test('a repeated PUT changes nothing and starts nothing', async () => {
  const nic = await card('same')
  const script = '#!/bin/sh\necho "boot $(date +%s%N)"\n'
  const first = await it.owner.compute.virtualMachines.createOrUpdate('m', 'same', machine(nic, script), fast)
  const again = await it.owner.compute.virtualMachines.createOrUpdate('m', 'same', machine(nic, script), fast)
  expect(again.vmId).toBe(first.vmId)
  await expect.poll(async () => (await it.hosts.consoleLog(await hostOf('same'))).match(/^boot /gm)?.length).toBe(1)
  await expect(it.owner.compute.virtualMachines.createOrUpdate('m', 'same', machine(nic, '#!/bin/sh\necho other\n'), fast)).rejects.toMatchObject({ code: 'PropertyChangeNotAllowed' })
})

test('user data is neither answered, nor stored readable, nor logged', async () => {
  const nic = await card('secret')
  await it.owner.compute.virtualMachines.createOrUpdate('m', 'secret', machine(nic, '#!/bin/sh\n: correct horse battery staple\n'), fast)
  const answer = await it.owner.raw('GET', `${it.subscription}/resourceGroups/m/providers/Microsoft.Compute/virtualMachines/secret?api-version=2026-04-01&$expand=instanceView`)
  expect(JSON.stringify(answer.body)).not.toMatch(/customData/)
  const rows = await it.database.schema<{ resources: { sealed: string; properties: unknown; envelope: unknown } }>('cloud').selectFrom('resources').select(['sealed', 'properties', 'envelope']).execute()
  expect(JSON.stringify(rows)).not.toMatch(/customData|battery|Y29ycmVjdCBob3JzZ/)
})

test('a machine boots with its user data; its console is its boot diagnostics', async () => {
  const nic = await card('console')
  await it.owner.compute.virtualMachines.createOrUpdate('m', 'console', machine(nic, '#!/bin/sh\necho hello from $(hostname 2>/dev/null || echo m)\n'), fast)
  const { serialConsoleLogBlobUri = '' } = await it.owner.compute.virtualMachines.retrieveBootDiagnosticsData('m', 'console')
  const path = serialConsoleLogBlobUri.slice(it.urls.arm.length)
  await expect.poll(async () => it.text(path)).toContain('hello from')
  expect(await it.text(`${path.slice(0, -10)}AAAAAAAAAA`)).toContain('The link is not valid')
})

test('what a machine uses is measured, and asked for as on Azure', async () => {
  await it.owner.compute.virtualMachines.createOrUpdate('m', 'busy', machine(await card('busy'), '#!/bin/sh\nwhile :; do :; done\n'), fast)
  const ask = (query: string) => it.owner.raw('GET', `${it.subscription}/resourceGroups/m/providers/Microsoft.Compute/virtualMachines/busy/providers/microsoft.insights/metrics?api-version=2018-01-01&${query}`)
  const shown = async () => JSON.stringify((await ask('metricnames=Percentage%20CPU,Available%20Memory%20Bytes&interval=PT1M&aggregation=Average')).body)
  await expect.poll(shown, { timeout: 40_000, interval: 1000 }).toMatch(/"Percentage CPU".*"average":[1-9].*"Available Memory Bytes".*"average":\d{8}/)
  expect((await ask('metricnames=Happiness')).body.error).toMatchObject({ code: 'BadRequest', message: expect.stringContaining('metric: Happiness') })
  expect((await ask('interval=PT7M')).body.error?.code).toBe('BadRequest')
  await it.owner.compute.virtualMachines.delete('m', 'busy', fast)
}, 60_000)

test('a boot script that fails leaves a running machine and says so', async () => {
  await it.owner.compute.virtualMachines.createOrUpdate('m', 'failing', machine(await card('failing'), '#!/bin/sh\nexit 7\n'), fast)
  await expect.poll(async () => (await statuses('failing')).map((status) => status.message ?? '').join()).toContain('exit code 7')
  expect(await power('failing')).toBe('PowerState/running')
})

test('a machine whose processes died is shown as stopped, with a reason, and starts again', async () => {
  await it.owner.compute.virtualMachines.createOrUpdate('m', 'lost', machine(await card('lost')), fast)
  const host = await hostOf('lost')
  await it.hosts.stop(host, never)
  expect(await power('lost')).toBe('PowerState/stopped')
  expect((await statuses('lost')).find((status) => status.code === 'PowerState/stopped')?.message).not.toBe('')
  await it.owner.compute.virtualMachines.start('m', 'lost', fast)
  expect(await power('lost')).toBe('PowerState/running')
})

test('start, stop and deallocate may be repeated; what is not possible is refused', async () => {
  const vms = it.owner.compute.virtualMachines
  await vms.createOrUpdate('m', 'twice', machine(await card('twice')), fast)
  await vms.start('m', 'twice', fast)
  await expect(vms.deallocate('m', 'twice', { ...fast, hibernate: true })).rejects.toMatchObject({ code: 'OperationNotAllowed', message: expect.stringContaining('hibernation capability') })
  await vms.powerOff('m', 'twice', fast)
  await vms.powerOff('m', 'twice', fast)
  await vms.deallocate('m', 'twice', fast)
  await vms.deallocate('m', 'twice', fast)
  await expect(vms.restart('m', 'twice', fast)).rejects.toMatchObject({ code: 'OperationNotAllowed' })
  const resized = await vms.update('m', 'twice', { hardwareProfile: { vmSize: 'Standard_B2s' } }, fast)
  expect(resized.hardwareProfile?.vmSize).toBe('Standard_B2s')
  await vms.start('m', 'twice', fast)
  await expect(vms.update('m', 'twice', { hardwareProfile: { vmSize: 'Standard_B1ms' } }, fast)).rejects.toMatchObject({ code: 'OperationNotAllowed' })
})

test('a machine deleted while it is being made leaves nothing behind, and the first operation says it was preempted', async () => {
  const nic = await card('gone')
  const creating = it.owner.compute.virtualMachines.createOrUpdate('m', 'gone', machine(nic), fast)
  await creating.submitted()
  await it.owner.compute.virtualMachines.delete('m', 'gone', fast)
  await creating.pollUntilDone().catch((error: Error) => expect(error.message).toMatch(/canceled|not found/))
  await expect(it.owner.compute.virtualMachines.get('m', 'gone')).rejects.toMatchObject({ statusCode: 404 })
  await expect(it.owner.network.networkInterfaces.get('m', 'gone-nic')).rejects.toMatchObject({ statusCode: 404 })
  const known = await it.cloud.machines()
  expect((await it.hosts.list(never)).vms).toHaveLength(known.length)
})

test('sweeping removes what nobody wishes and nothing else', async () => {
  const before = (await it.hosts.list(never)).vms
  await it.hosts.ensureNetwork({ id: 'orphan-net', prefixes: ['10.1.0.0/16'], subnets: [{ name: 's', prefix: '10.1.0.0/24' }] }, never)
  await it.hosts.ensure({ id: 'orphan', cpus: 1, memoryMb: 64, customData: '#!/bin/sh\n', env: {}, nic: { id: 'orphan-nic', network: 'orphan-net', subnet: 's', address: it.hosts.kind === 'process' ? '127.200.0.9' : '10.1.0.9', rules: [] } }, never)
  expect(await it.cloud.sweep()).toEqual({ vms: ['orphan'], networks: ['orphan-net'] })
  expect((await it.hosts.list(never)).vms.toSorted()).toEqual(before.toSorted())
})

test('at the end of the product machines are off, keep their place, and start again', async () => {
  await it.cloud.shutdownMachines()
  for (const { power: state } of await it.cloud.machines()) expect(['stopped', 'deallocated']).toContain(state)
  expect((await statuses('same')).find((status) => status.code === 'PowerState/stopped')?.message).toContain('shut down')
  await it.owner.compute.virtualMachines.start('m', 'same', fast)
  expect(await power('same')).toBe('PowerState/running')
}, 30_000)
