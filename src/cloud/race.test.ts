import { totalmem } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

const places = 5
let it: RunningCloud
beforeAll(async () => { it = await runningCloud({ loops: false, capacity: { coreOvercommit: 1000, memoryReserveMb: Math.floor(totalmem() / 2 ** 20) - places * 2048 - 100 } }) })
afterAll(() => it.stop())

const put = (path: string, body: unknown) => it.owner.raw('PUT', `${it.subscription}/resourceGroups/race${path}`, body)

test('of racing machines as many are let in as fit, and the rest is refused with the numbers', async () => {
  await put('?api-version=2025-04-01', { location: 'local' })
  await put('/providers/Microsoft.Network/virtualNetworks/v?api-version=2025-07-01', { location: 'local', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets: [{ name: 's', properties: { addressPrefix: '10.0.0.0/24' } }] } })
  const subnet = { id: `${it.subscription}/resourceGroups/race/providers/Microsoft.Network/virtualNetworks/v/subnets/s` }
  const names = Array.from({ length: places + 3 }, (_, index) => `vm${index}`)
  const cards = await Promise.all(names.map((name) => put(`/providers/Microsoft.Network/networkInterfaces/${name}?api-version=2025-07-01`, { location: 'local', properties: { ipConfigurations: [{ name: 'ip', properties: { subnet } }] } })))
  const addresses = cards.map((card) => JSON.stringify(card.body).match(/"privateIPAddress":"([^"]+)"/)?.[1])
  expect(new Set(addresses).size).toBe(names.length)

  const answers = await Promise.all(names.map((name) => put(`/providers/Microsoft.Compute/virtualMachines/${name}?api-version=2026-04-01`, {
    location: 'local', properties: {
      hardwareProfile: { vmSize: 'Standard_B1ms' }, storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: '1' } }, osProfile: { computerName: name, adminUsername: 'brickyard' },
      networkProfile: { networkInterfaces: [{ id: `${it.subscription}/resourceGroups/race/providers/Microsoft.Network/networkInterfaces/${name}` }] },
    },
  })))
  const { limit, used } = await it.cloud.quota()
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(places)
  expect(used).toEqual({ cores: places, memoryMb: places * 2048, machines: places })
  const refused = answers.filter((answer) => answer.status !== 201)
  expect(refused.map((answer) => [answer.status, answer.body.error?.code])).toEqual(Array.from({ length: 3 }, () => [409, 'OperationNotAllowed']))
  expect(refused[0]?.body.error?.message).toContain(
    `Location: local, Current Limit: ${limit.memoryMb}, Current Usage: ${used.memoryMb}, Additional Required: 2048, (Minimum) New Limit Required: ${used.memoryMb + 2048}.`)
})

test('more writers than database connections do not wait for each other for ever', async () => {
  const subnet = { id: `${it.subscription}/resourceGroups/race/providers/Microsoft.Network/virtualNetworks/v/subnets/s` }
  const cards = await Promise.all(Array.from({ length: 40 }, (_, index) => put(`/providers/Microsoft.Network/networkInterfaces/many${index}?api-version=2025-07-01`, { location: 'local', properties: { ipConfigurations: [{ name: 'ip', properties: { subnet } }] } })))
  expect(cards.filter((card) => card.status !== 201)).toEqual([])
  const groups = await Promise.all(Array.from({ length: 40 }, (_, index) => it.provider.raw('PUT', `${it.subscription}/resourceGroups/many${index}?api-version=2025-04-01`, { location: 'local', managedBy: '/x' })))
  expect(groups.filter((group) => group.status !== 201)).toEqual([])
})

test('of racing accounts with one name in two groups one wins', async () => {
  for (const group of ['a', 'b']) await it.owner.raw('PUT', `${it.subscription}/resourceGroups/${group}?api-version=2025-04-01`, { location: 'local' })
  const answers = await Promise.all(['a', 'b'].map((group) => it.owner.raw('PUT', `${it.subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/onlyone?api-version=2025-08-01`, { location: 'local', sku: { name: 'Standard_LRS' } })))
  expect(answers.map((answer) => answer.status)).toEqual(expect.arrayContaining([202, 409]))
  expect(answers.find((answer) => answer.status === 409)?.body.error?.code).toBe('StorageAccountAlreadyTaken')
})
