import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../address.ts'
import type { Call } from '../call.ts'
import { checkSharedKey, textsToSign } from './shared-key.ts'
import { byCulture } from './header-order.ts'
import { sign } from './sign.ts'

const key = Buffer.alloc(64, 7).toString('base64')
const account = { name: 'testaccount', keys: [key, Buffer.alloc(64, 8).toString('base64')] as const, createdAt: new Date(0) }

type Sent = { method: string; url: string; headers: Record<string, string> }

/** What the official client would send, caught before the wire. */
async function caught(ask: (client: DataLakeServiceClient) => Promise<unknown>, using = key): Promise<Sent[]> {
  const sent: Sent[] = []
  const client = new DataLakeServiceClient('http://127.0.0.1:1/testaccount', new StorageSharedKeyCredential('testaccount', using), {
    retryOptions: { maxTries: 1 },
    httpClient: {
      sendRequest: async ({ method, url, headers }) => {
        sent.push({ method, url, headers: Object.fromEntries(headers.headersArray().map(({ name, value }) => [name, value])) })
        throw new Error('caught')
      },
    },
  })
  await ask(client).catch(() => {})
  return sent
}

function callOf({ method, url, headers }: Sent): Call {
  const { pathname, search } = new URL(url)
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    method, wireMethod: method, api: 'dfs', account: 'testaccount', container: 'c', path: '', rawPath: pathname, pathStyle: true,
    query: readQuery(search.slice(1)), rawQuery: search.slice(1), headers: lower, body: Readable.from([]), tls: false, from: '127.0.0.1',
  }
}

const credentialOf = (call: Call): string => String(call.headers.authorization).replace('SharedKey ', '')

describe('a SharedKey signature', () => {
  const asks: [string, (client: DataLakeServiceClient) => Promise<unknown>][] = [
    ['creating a container', (c) => c.getFileSystemClient('data').create({ metadata: { a: 'b' } })],
    ['uploading', (c) => c.getFileSystemClient('data').getFileClient('dir/ä name+%.txt').upload(Buffer.from('hello'))],
    ['appending', (c) => c.getFileSystemClient('data').getFileClient('f').append('abc', 0, 3)],
    ['reading a range', (c) => c.getFileSystemClient('data').getFileClient('a/b').read(5, 10, { rangeGetContentMD5: true })],
    ['conditions', (c) => c.getFileSystemClient('data').getFileClient('f').create({ conditions: { ifNoneMatch: '*', ifModifiedSince: new Date(0) } })],
    ['listing', (c) => c.getFileSystemClient('data').listPaths({ recursive: true, path: 'x y/z' }).next()],
    ['renaming', (c) => c.getFileSystemClient('data').getFileClient('a b').move('c d')],
    ['access control', (c) => c.getFileSystemClient('data').getFileClient('f').setPermissions({ owner: { read: true, write: true, execute: false }, group: { read: true, write: false, execute: false }, other: { read: false, write: false, execute: false }, stickyBit: false, extendedAcls: false })],
    ['metadata', (c) => c.getFileSystemClient('data').getFileClient('f').setMetadata({ one: 'two', a1: 'x', a_b: 'y' })],
  ]

  it.each(asks)('made by the official client holds: %s', async (_name, ask) => {
    const sent = await caught(ask)
    expect(sent.length).toBeGreaterThan(0)
    for (const request of sent) {
      const call = callOf(request)
      expect(() => checkSharedKey(call, account, credentialOf(call), new Date())).not.toThrow()
    }
  })

  it('holds with the second key too, so that the first can be rotated', async () => {
    const [request] = await caught((c) => c.getFileSystemClient('data').create(), account.keys[1])
    if (!request) throw new Error('nothing was sent')
    const call = callOf(request)
    expect(() => checkSharedKey(call, account, credentialOf(call), new Date())).not.toThrow()
  })

  it.each<[string, (call: Call) => void]>([
    ['the path', (call) => { call.rawPath += 'x' }],
    ['the query', (call) => { call.rawQuery += '&x=y' }],
    ['a header', (call) => { call.headers['x-ms-meta-a'] = 'c' }],
    ['the verb', (call) => { call.wireMethod = 'DELETE' }],
    ['the length', (call) => { call.headers['content-length'] = '17' }],
  ])('does not hold when %s was changed', async (_name, change) => {
    const [request] = await caught((c) => c.getFileSystemClient('data').create({ metadata: { a: 'b' } }))
    if (!request) throw new Error('nothing was sent')
    const call = callOf(request)
    change(call)
    expect(() => checkSharedKey(call, account, credentialOf(call), new Date())).toThrow('failed to authenticate')
  })

  it('is refused 16 minutes after it was made, and before', async () => {
    const [request] = await caught((c) => c.getFileSystemClient('data').create())
    if (!request) throw new Error('nothing was sent')
    const call = callOf(request)
    for (const minutes of [16, -16]) {
      expect(() => checkSharedKey(call, account, credentialOf(call), new Date(Date.now() + minutes * 60_000))).toThrow('too old or too new')
    }
  })

  it('covers exactly the text that the documentation shows', () => {
    const call = callOf({
      method: 'PUT',
      url: 'http://127.0.0.1/testaccount/data/f?position=0&action=append',
      headers: { 'x-ms-date': 'Tue, 24 Nov 2026 08:00:00 GMT', 'x-ms-version': '2025-11-05', 'content-length': '0', date: 'ignored', 'if-match': '"0x1"', 'content-type': 'text/plain' },
    })
    const text = 'PUT\n\n\n\n\ntext/plain\n\n\n"0x1"\n\n\n\nx-ms-date:Tue, 24 Nov 2026 08:00:00 GMT\nx-ms-version:2025-11-05\n/testaccount/testaccount/data/f\naction:append\nposition:0'
    expect(textsToSign(call)).toEqual([text])
    // openssl dgst -sha256 -mac HMAC made this one.
    expect(sign(key, text)).toBe('4gsGhwNekHEsoJRO97BaG1tq/rSTA9LcOeNk4LkwHz8=')
  })

  it('orders headers as .NET does, hyphens ignored', () => {
    expect(['x-ms-meta-ab', 'x-ms-meta-a-c', 'x-ms-date', 'x-ms-meta-a1'].sort(byCulture)).toEqual(['x-ms-date', 'x-ms-meta-a1', 'x-ms-meta-ab', 'x-ms-meta-a-c'])
  })
})
