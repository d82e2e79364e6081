import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from '../testing/running-cloud.ts'

let it: RunningCloud
const fast = { updateIntervalInMs: 50 }
beforeAll(async () => {
  it = await runningCloud()
  await it.owner.resources.resourceGroups.createOrUpdate('s', { location: 'local' })
})
afterAll(() => it.stop())
const wish = { location: 'local', kind: 'StorageV2', sku: { name: 'Standard_LRS' } } as const
const folders = () => readdirSync(join(it.dataDir, 'cloud', 'storage')).filter((name) => !name.startsWith('.'))

test('an account is made with a 202 and a place to ask, has two keys and a folder, and goes without a trace', async () => {
  const path = `${it.subscription}/resourceGroups/s/providers/Microsoft.Storage/storageAccounts/first`
  const answer = await it.owner.raw('PUT', `${path}?api-version=2025-08-01`, wish)
  expect([answer.status, answer.headers.location]).toEqual([202, expect.stringContaining('/operationResults/')])
  const { storageAccounts } = it.owner.storage
  const account = await storageAccounts.create('s', 'first', wish, fast)
  expect(account).toMatchObject({ name: 'first', provisioningState: 'Succeeded', statusOfPrimary: 'available', sku: { name: 'Standard_LRS', tier: 'Standard' }, primaryEndpoints: { blob: 'https://localhost:1/first/' } })
  const before = (await storageAccounts.listKeys('s', 'first')).keys?.map((key) => key.value)
  const after = (await storageAccounts.regenerateKey('s', 'first', { keyName: 'key2' })).keys?.map((key) => key.value)
  expect([after?.[0], after?.[1] === before?.[1]]).toEqual([before?.[0], false])
  expect((await it.cloud.account('first'))?.keys).toEqual(after)
  expect(folders()).toEqual(['first'])
  expect(await storageAccounts.checkNameAvailability({ name: 'first', type: 'Microsoft.Storage/storageAccounts' })).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' })

  await storageAccounts.delete('s', 'first')
  await expect.poll(() => it.cloud.account('first')).toBeNull()
  await expect.poll(folders).toEqual([])
})

test('containers are made, listed and removed', async () => {
  const { storageAccounts, blobContainers } = it.owner.storage
  await storageAccounts.create('s', 'boxes', wish, fast)
  await blobContainers.create('s', 'boxes', 'root', {})
  await blobContainers.create('s', 'boxes', 'root', {})
  await expect(blobContainers.create('s', 'boxes', 'No Good', {})).rejects.toMatchObject({ statusCode: 400 })
  expect(await blobContainers.get('s', 'boxes', 'root')).toMatchObject({ name: 'root', publicAccess: 'None' })
  await blobContainers.delete('s', 'boxes', 'root')
  await expect(blobContainers.get('s', 'boxes', 'root')).rejects.toMatchObject({ code: 'ContainerNotFound' })
})

test('a token opens data by its roles, and only data', async () => {
  const { storageAccounts } = it.owner.storage
  await storageAccounts.create('s', 'roles', wish, fast)
  const who = await it.account('reader')
  const { token } = await who.credential.getToken('https://storage.azure.com/.default')
  const may = (action: 'read' | 'write' | 'list' | 'delete', on: 'account' | 'container' | 'path' = 'path') =>
    it.cloud.authorizeBearer(token, { account: 'roles', action, on, ...(on === 'account' ? {} : { container: 'root' }) }).then(() => true, (error: { extra?: { wireCode?: string } }) => error.extra?.wireCode)
  expect(await may('read')).toBe('AuthorizationPermissionMismatch')
  await it.cloud.grant(who.oid, 'Storage Blob Data Reader', `${it.subscription}/resourceGroups/s`)
  expect([await may('read'), await may('list', 'container'), await may('list', 'account'), await may('write')]).toEqual([true, true, true, 'AuthorizationPermissionMismatch'])
  await it.cloud.grant(who.oid, 'Storage Blob Data Contributor', `${it.subscription}/resourceGroups/s`)
  expect([await may('write'), await may('delete'), await may('write', 'container')]).toEqual([true, true, true])
  const arm = await who.credential.getToken('https://management.azure.com/.default')
  await expect(it.cloud.authorizeBearer(arm.token, { account: 'roles', action: 'read', on: 'path' })).rejects.toMatchObject({ code: 'unauthenticated' })
})
