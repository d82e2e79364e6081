import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, clients, fast, hosts, location, machine, owner, unique } from './arm-clients.ts'

const { resources, network, compute } = clients(owner)
const group = unique('vms')
let subnetId = ''
beforeAll(async () => {
  await resources.resourceGroups.createOrUpdate(group, { location })
  const nsg = await network.networkSecurityGroups.createOrUpdate(group, 'nsg', { location, securityRules: [] }, fast)
  const vnet = await network.virtualNetworks.createOrUpdate(group, 'vnet', { location, addressSpace: { addressPrefixes: ['10.139.0.0/16'] }, subnets: [{ name: 'private', addressPrefix: '10.139.64.0/18', networkSecurityGroup: { id: nsg.id ?? '' } }] }, fast)
  subnetId = vnet.subnets?.[0]?.id ?? ''
})
afterAll(async () => { await resources.resourceGroups.delete(group, fast).catch(() => {}) })

const card = (name: string) => network.networkInterfaces.createOrUpdate(group, `${name}-nic`, { location, ipConfigurations: [{ name: 'ip', subnet: { id: subnetId } }] }, fast)
const boot = async (name: string, script: string) => {
  const nic = await card(name)
  await compute.virtualMachines.createOrUpdate(group, name, machine(nic.id ?? '', script), fast)
  return nic.ipConfigurations?.[0]?.privateIPAddress ?? ''
}
const codes = async (name: string) => (await compute.virtualMachines.instanceView(group, name)).statuses?.map((status) => status.code) ?? []
const consoleOf = async (name: string) => {
  const { serialConsoleLogBlobUri = '' } = await compute.virtualMachines.retrieveBootDiagnosticsData(group, name)
  return (await fetch(serialConsoleLogBlobUri)).text()
}

test('a machine boots its user data, on its own address, and shows it on its console', async () => {
  const address = await boot('first', '#!/bin/sh\necho "up as $(id -u) at $BRICKYARD_ADDRESS"\n')
  expect(address).toMatch(hosts === 'netns' ? /^10\.139\./ : /^127\./)
  await expect.poll(() => consoleOf('first'), { timeout: 10_000 }).toContain('up as ')
  expect(await codes('first')).toEqual(['ProvisioningState/succeeded', 'PowerState/running'])
})

test('hibernated and thawed, it goes on where it was; deallocated and started, it boots anew from its disk', async () => {
  await boot('sleeper', '#!/bin/sh\necho "boot $(cat mark 2>/dev/null || echo first)"\necho second > mark\n( i=0; while :; do i=$((i+1)); echo "tick $i"; sleep 0.1; done ) &\n')
  const ticks = async () => [...(await consoleOf('sleeper')).matchAll(/^tick (\d+)$/gm)].map((match) => Number(match[1]))
  await expect.poll(async () => (await ticks()).at(-1) ?? 0, { timeout: 10_000 }).toBeGreaterThan(3)
  await compute.virtualMachines.deallocate(group, 'sleeper', { ...fast, hibernate: true })
  expect(await codes('sleeper')).toEqual(['ProvisioningState/succeeded', 'HibernationState/Hibernated', 'PowerState/deallocated'])
  const asleep = (await ticks()).at(-1) ?? 0
  expect((await ticks()).at(-1)).toBe(asleep)
  await compute.virtualMachines.start(group, 'sleeper', fast)
  await expect.poll(async () => (await ticks()).at(-1) ?? 0, { timeout: 10_000 }).toBeGreaterThan(asleep)
  const counted = await ticks()
  expect(counted).toEqual(counted.map((_, index) => (counted[0] ?? 0) + index)) // no second boot began at 1

  await compute.virtualMachines.deallocate(group, 'sleeper', fast)
  expect(await codes('sleeper')).toEqual(['ProvisioningState/succeeded', 'PowerState/deallocated'])
  await compute.virtualMachines.start(group, 'sleeper', fast)
  await expect.poll(() => consoleOf('sleeper'), { timeout: 10_000 }).toContain('boot second')
})

test.skipIf(hosts !== 'netns')('a rule is real: what it denies does not get through, and what it allows again does', async () => {
  const server = await boot('server', '#!/bin/sh\nexec python3 -m http.server 8000\n')
  await boot('client', `#!/bin/bash\nwhile :; do if timeout 0.5 bash -c '</dev/tcp/${server}/8000' 2>/dev/null; then echo open; else echo shut; fi; sleep 0.2; done\n`)
  const last = async () => (await consoleOf('client')).trim().split('\n').at(-1)
  await expect.poll(last, { timeout: 15_000 }).toBe('open')
  const deny = { priority: 100, direction: 'Inbound', access: 'Deny', protocol: 'Tcp', sourceAddressPrefix: 'VirtualNetwork', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '8000' } as const
  await network.securityRules.createOrUpdate(group, 'nsg', 'no-web', deny, fast)
  await expect.poll(last, { timeout: 15_000 }).not.toBe('open')
  const told = (await consoleOf('client')).length
  await new Promise((resolve) => setTimeout(resolve, 1000)) // long enough for several attempts
  expect((await consoleOf('client')).slice(told)).not.toContain('open')
  await network.securityRules.delete(group, 'nsg', 'no-web', fast)
  await expect.poll(last, { timeout: 15_000 }).toBe('open')
})

test('what does not fit is refused with the numbers before anything starts', async () => {
  const usages = await all(compute.usage.list(location))
  const memory = usages.find((usage) => usage.name.value === 'memoryMb')
  const sizes = (await all(compute.virtualMachineSizes.list(location))).toSorted((a, b) => (b.memoryInMB ?? 0) - (a.memoryInMB ?? 0))
  const [largest] = sizes
  const places = Math.ceil(((memory?.limit ?? 0) - (memory?.currentValue ?? 0) + 1) / (largest?.memoryInMB ?? 1))
  const answers: unknown[] = []
  for (let index = 0; index < places; index += 1) {
    const nic = await card(`big${index}`)
    const wish = machine(nic.id ?? '', '#!/bin/sh\nexit 0\n', largest?.name)
    answers.push(await compute.virtualMachines.createOrUpdate(group, `big${index}`, wish, fast).submitted().catch((error: unknown) => error))
  }
  expect(answers.at(-1)).toMatchObject({ statusCode: 409, code: 'OperationNotAllowed', message: expect.stringMatching(/exceeding approved Total Regional .* quota.*Current Limit: \d+, Current Usage: \d+, Additional Required: \d+, \(Minimum\) New Limit Required: \d+/) })
})

test('a group goes with its machines, disks and cards', async () => {
  await resources.resourceGroups.delete(group, fast)
  await expect(resources.resourceGroups.get(group)).rejects.toMatchObject({ statusCode: 404 })
  expect((await all(compute.virtualMachines.listAll())).filter((each) => each.id?.toLowerCase().includes(`/resourcegroups/${group}/`))).toEqual([])
  expect((await all(compute.disks.list())).filter((each) => each.id?.toLowerCase().includes(`/resourcegroups/${group}/`))).toEqual([])
})
