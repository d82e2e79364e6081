import {
  AccountSASPermissions, AccountSASResourceTypes, AccountSASServices, DataLakeSASPermissions, DirectorySASPermissions, FileSystemSASPermissions, SASProtocol,
  StorageSharedKeyCredential, generateAccountSASQueryParameters, generateDataLakeSASQueryParameters,
} from '@azure/storage-file-datalake'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../address.ts'
import type { Needs } from '../call.ts'
import { accountSas, serviceSas } from './make-sas.ts'
import { checkSas } from './sas.ts'

const key = Buffer.alloc(64, 7).toString('base64')
const account = { name: 'testaccount', keys: [Buffer.alloc(64, 8).toString('base64'), key] as const, createdAt: new Date(0) }
const credential = new StorageSharedKeyCredential('testaccount', key)
const soon = new Date(Date.now() + 3_600_000)
const here = { tls: false, from: '127.0.0.1', now: new Date() }
const read: Needs = { action: 'read', on: 'path', sas: 'r' }

const check = (sas: string, path: string, container: string | undefined = 'data', at = here) => checkSas(readQuery(sas), { container, path }, account, at)
const mayRead = async (sas: string, path: string, container: string | undefined = 'data') => check(sas, path, container).allow(read, { container, path })

describe('a service SAS made by the official client', () => {
  const whole = { fileSystemName: 'data', permissions: FileSystemSASPermissions.parse('rl'), expiresOn: soon }

  it.each(['2018-11-09', '2020-02-10', '2020-08-04', '2020-12-06', '2023-11-03', '2025-11-05'])('of a container opens every path in it (version %s)', async (version) => {
    const sas = generateDataLakeSASQueryParameters({ ...whole, version }, credential).toString()
    await mayRead(sas, 'a/b')
    await expect(mayRead(sas, 'a', 'other')).rejects.toThrow('Signature did not match')
  })

  it('of a directory opens what is in it and nothing beside it', async () => {
    const sas = generateDataLakeSASQueryParameters(
      { fileSystemName: 'data', pathName: 'a/b', isDirectory: true, directoryDepth: 2, permissions: DirectorySASPermissions.parse('r'), expiresOn: soon }, credential).toString()
    for (const path of ['a/b', 'a/b/c', 'a/b/c/d ä']) await mayRead(sas, path)
    for (const path of ['a', 'a/bc', 'a/c', '']) await expect(mayRead(sas, path)).rejects.toThrow()
  })

  it('of a file opens that file', async () => {
    const sas = generateDataLakeSASQueryParameters({ fileSystemName: 'data', pathName: 'a/f ä', permissions: DataLakeSASPermissions.parse('r'), expiresOn: soon }, credential).toString()
    await mayRead(sas, 'a/f ä')
    await expect(mayRead(sas, 'a/g')).rejects.toThrow('Signature did not match')
  })

  it('carries an encryption scope, response headers, a protocol, an address and a start, all of them signed', async () => {
    const values = { ...whole, startsOn: new Date(Date.now() - 60_000), protocol: SASProtocol.HttpsAndHttp, ipRange: { start: '127.0.0.1', end: '127.0.0.9' }, cacheControl: 'no-store', contentType: 'text/x', encryptionScope: 'scope' }
    const sas = generateDataLakeSASQueryParameters(values, credential).toString()
    await mayRead(sas, 'a')
    for (const [name, value] of readQuery(sas)) {
      if (name === 'sig') continue
      const forged = sas.replace(`${name}=${encodeURIComponent(value)}`, `${name}=${name === 'sv' ? '2024-11-04' : `${value}x`}`)
      expect(forged, name).not.toBe(sas)
      expect(() => check(forged, 'a'), name).toThrow()
    }
  })

  it('does nothing to a container or an account', async () => {
    const sas = generateDataLakeSASQueryParameters({ ...whole, permissions: FileSystemSASPermissions.parse('racwdlmeop') }, credential).toString()
    await expect(check(sas, '').allow({ action: 'delete', on: 'container', sas: 'd', accountOnly: true }, { container: 'data', path: '' })).rejects.toThrow('resource type')
  })
})

describe('a SAS', () => {
  const common = { account: 'testaccount', key, container: 'data', kind: 'c', permissions: 'r', expires: soon } as const

  it('grants only the letters it has', async () => {
    await expect(check(serviceSas({ ...common, permissions: 'w' }), 'a').allow(read, { container: 'data', path: 'a' })).rejects.toThrow('using this permission')
  })

  it.each<[string, Partial<Parameters<typeof serviceSas>[0]>, string]>([
    ['has expired', { expires: new Date(Date.now() - 1000) }, 'expired'],
    ['is not valid yet', { starts: new Date(Date.now() + 60_000) }, 'not valid yet'],
    ['wants https', { protocol: 'https' }, 'using this protocol'],
    ['wants another address', { ip: '10.0.0.1-10.0.0.9' }, 'source IP'],
    ['is older than 2018-11-09', { version: '2017-04-17' }, '2018-11-09'],
    ['was made with another key', { key: Buffer.alloc(64, 9).toString('base64') }, 'did not match'],
    ['was made for another account', { account: 'otheraccount' }, 'did not match'],
  ])('is refused when it %s', (_name, change, message) => {
    expect(() => check(serviceSas({ ...common, ...change }), 'a')).toThrow(message)
  })

  it('with a stored policy or a user delegation key is refused by name', () => {
    for (const extra of ['si=policy', 'skoid=1']) expect(() => check(`${serviceSas(common)}&${extra}`, 'a')).toThrow('not built yet')
  })
})

describe('an account SAS', () => {
  it('made by the official client covers the types and letters it names', async () => {
    const sas = generateAccountSASQueryParameters({
      services: AccountSASServices.parse('b').toString(), resourceTypes: AccountSASResourceTypes.parse('co').toString(), permissions: AccountSASPermissions.parse('rl'), expiresOn: soon,
    }, credential).toString()
    await mayRead(sas, 'a/b')
    await check(sas, '').allow({ action: 'read', on: 'container', sas: 'r', accountOnly: true }, { container: 'data', path: '' })
    await expect(check(sas, '', undefined).allow({ action: 'list', on: 'account', sas: 'l' }, { container: undefined, path: '' })).rejects.toThrow('resource type')
    await expect(check(sas, 'a').allow({ action: 'delete', on: 'path', sas: 'd' }, { container: 'data', path: 'a' })).rejects.toThrow('using this permission')
  })

  it('for another service opens nothing here', () => {
    expect(() => check(accountSas({ account: 'testaccount', key, permissions: 'r', expires: soon, services: 'q' }), 'a')).toThrow('this service')
  })
})
