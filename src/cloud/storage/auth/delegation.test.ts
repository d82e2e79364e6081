import { DataLakeFileClient, DataLakeServiceClient, FileSystemSASPermissions, generateDataLakeSASQueryParameters } from '@azure/storage-file-datalake'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Problem } from '#base/problem.ts'
import { runningStorage, type RunningStorage } from '../testing/running-storage.ts'

let storage: RunningStorage
let allowed: boolean
let now: () => Date
const soon = () => new Date(Date.now() + 3_600_000)
beforeEach(async () => {
  allowed = true
  now = () => new Date()
  const who = { oid: 'c0ffee00-0000-4000-8000-000000000001', tid: 'c0ffee00-0000-4000-8000-000000000002' }
  storage = await runningStorage({
    clock: () => now(),
    authorizeBearer: async () => {},
    delegate: async (token) => {
      if (token !== 'a token') throw new Problem('forbidden', 'no')
      return who
    },
    authorizePrincipal: async (oid, { container }) => {
      if (oid !== who.oid || container !== 'data' || !allowed) throw new Problem('forbidden', 'not any more')
    },
  })
  await storage.client().getFileSystemClient('data').create()
  await storage.client().getFileSystemClient('data').getFileClient('a/b').upload(Buffer.from('hello'))
  return () => storage.close()
})
afterEach(() => { now = () => new Date() })

/** The official client's only demand that ours does not meet in a test: a bearer token goes over TLS. */
async function key(token = 'a token', expires = soon()) {
  const body = `<?xml version="1.0" encoding="utf-8"?><KeyInfo><Start>${new Date(Date.now() - 60_000).toISOString()}</Start><Expiry>${expires.toISOString()}</Expiry></KeyInfo>`
  const answer = await fetch(`${storage.url}?restype=service&comp=userdelegationkey`, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2025-11-05' } })
  const text = await answer.text()
  const field = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? ''
  return {
    status: answer.status,
    key: {
      signedObjectId: field('SignedOid'), signedTenantId: field('SignedTid'), signedStartsOn: new Date(field('SignedStart')), signedExpiresOn: new Date(field('SignedExpiry')),
      signedService: field('SignedService'), signedVersion: field('SignedVersion'), value: field('Value'),
    },
  }
}
const fileBy = (sas: string, path = 'a/b', container = 'data') => new DataLakeFileClient(`${storage.url}/${container}/${path}?${sas}`, undefined, { retryOptions: { maxTries: 1 } })
async function sas(version: string, more: object = {}) {
  const { key: made } = await key()
  return generateDataLakeSASQueryParameters({ fileSystemName: 'data', permissions: FileSystemSASPermissions.parse('rl'), expiresOn: soon(), version, ...more }, made, 'testaccount').toString()
}

test.each(['2018-11-09', '2020-02-10', '2020-08-04', '2020-12-06', '2023-11-03', '2025-11-05'])('the official client signs with a user delegation key and reads (version %s)', async (version) => {
  expect((await fileBy(await sas(version)).readToBuffer()).toString()).toBe('hello')
})

test('such a signature is good for what its maker may do now, and for no more than it says', async () => {
  const signed = await sas('2025-11-05')
  await expect(fileBy(signed).delete()).rejects.toMatchObject({ statusCode: 403, code: 'AuthorizationPermissionMismatch' })
  allowed = false
  await expect(fileBy(signed).readToBuffer()).rejects.toMatchObject({ statusCode: 403 })
})

test('a changed field, and a key that is over, end it', async () => {
  const signed = await sas('2025-11-05')
  await expect(fileBy(signed.replace('sp=rl', 'sp=rlw')).readToBuffer()).rejects.toMatchObject({ statusCode: 403 })
  await expect(fileBy(signed.replace(/skoid=c0ffee/, 'skoid=decade')).readToBuffer()).rejects.toMatchObject({ statusCode: 403 })
  now = () => new Date(Date.now() + 2 * 3_600_000)
  await expect(fileBy(signed).readToBuffer()).rejects.toMatchObject({ statusCode: 403 })
})

test('a directory signature opens its directory', async () => {
  const signed = await sas('2025-11-05', { pathName: 'a', isDirectory: true, directoryDepth: 1 })
  expect((await fileBy(signed).readToBuffer()).toString()).toBe('hello')
  await storage.client().getFileSystemClient('data').getFileClient('c').upload(Buffer.from('beside'))
  await expect(fileBy(signed, 'c').readToBuffer()).rejects.toMatchObject({ statusCode: 403 })
})

test('who may not have a key, an account key, and a key for longer than a week are refused', async () => {
  expect((await key('another')).status).toBe(403)
  expect((await key('a token', new Date(Date.now() + 8 * 86_400_000))).status).toBe(400)
  await expect(new DataLakeServiceClient(storage.url, storage.client().credential, { retryOptions: { maxTries: 1 } }).getUserDelegationKey(new Date(), soon())).rejects.toMatchObject({ statusCode: 401 })
})
