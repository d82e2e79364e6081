import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountSas } from './auth/make-sas.ts'
import { keyOne, runningStorage, type RunningStorage } from './testing/running-storage.ts'
import { md5, send, type WireRequest } from './testing/wire.ts'

let storage: RunningStorage
const ask = (wish: WireRequest) => send(storage.port, wish)
const at = (path: string) => `/testaccount/data${path}`
const create = (path: string, headers = {}) => ask({ method: 'PUT', path: `${at(path)}?resource=file`, headers })
const put = (path: string, body: string, headers = {}) => ask({ method: 'PUT', path: at(path), body, headers: { 'x-ms-blob-type': 'BlockBlob', ...headers } })

beforeAll(async () => {
  storage = await runningStorage({
    authorizeBearer: async (token, { action, container }) => {
      const { refuse } = await import('./errors.ts')
      if (token !== 'good') throw refuse('InvalidAuthenticationInfo')
      if (action !== 'read' || container !== 'data') throw refuse('AuthorizationPermissionMismatch')
    },
  })
  await ask({ method: 'PUT', path: '/testaccount/data?resource=filesystem' })
})
afterAll(() => storage.close())

describe('a hostile path', () => {
  it.each([
    '/../../etc/passwd', '/a/../../../x', '/%2e%2e/%2e%2e/x', '/..%2f..%2fx', '/a%2fb', '/..%5c..%5cx', '/a%5cb', '/a%00.txt', '/%00', '/a%0d%0ab', '/./x', '/%2e/x',
    '/%c0%ae%c0%ae/x', '/%ff', '/%zz', `/${'x'.repeat(256)}`, `/${'abcdefghi/'.repeat(110)}`,
  ])('%s is refused, to read, to write and to delete', async (path) => {
    for (const answer of [await ask({ path: at(path) }), await create(path), await put(path, 'x'), await ask({ method: 'DELETE', path: at(path) })]) expect(answer.status).toBe(400)
  })

  it('in a query, a rename source or a copy source is refused too', async () => {
    await put('/innocent', 'x')
    expect((await ask({ path: `${at('')}?resource=filesystem&recursive=true&directory=..%2F..` })).status).toBe(400)
    expect((await ask({ path: `${at('')}?restype=container&comp=list&prefix=..%2F` })).status).toBe(400)
    for (const source of ['/data/../../x', '/data/%2e%2e/x', '/../x', '/data%2f..%2fx/y']) {
      expect((await ask({ method: 'PUT', path: at('/y'), headers: { 'x-ms-rename-source': source } })).status).toBeGreaterThanOrEqual(400)
    }
    expect((await ask({ method: 'PUT', path: at('/y'), headers: { 'x-ms-copy-source': `http://127.0.0.1:${storage.port}/testaccount/data/%2e%2e/x` } })).status).toBe(400)
    expect((await ask({ method: 'PUT', path: at('/y'), headers: { 'x-ms-copy-source': 'http://169.254.169.254/testaccount/data/x' } })).status).toBe(404)
  })

  it.each(['..', '%2e%2e', 'Data', 'da', 'da_ta', 'data%2f..', '$other'])('container %s is refused', async (name) => {
    expect((await ask({ method: 'PUT', path: `/testaccount/${name}?resource=filesystem` })).status).toBe(400)
  })

  it.each(['/', '/..', '/%2e%2e/data/x', '/Testaccount/data/x', '/a/data/x'])('account in %s is refused', async (path) => expect((await ask({ path })).status).toBe(400))

  it('over a symbolic link leads nowhere', async () => {
    await writeFile(join(storage.root, 'secret'), 'secret')
    await mkdir(join(storage.root, 'outside'), { recursive: true })
    await symlink(join(storage.root, 'secret'), storage.folder('data', 'link'))
    await symlink(join(storage.root, 'outside'), storage.folder('data', 'linkdir'))
    for (const path of ['/link', '/linkdir/x']) expect((await ask({ path: at(path) })).status).toBe(404)
    expect((await put('/linkdir/x', 'x')).status).toBe(409)
    expect((await ask({ method: 'PUT', path: at('/linkdir/y'), headers: { 'x-ms-rename-source': '/data/innocent' } })).status).toBe(404)
    expect(await readdir(join(storage.root, 'outside'))).toEqual([])
    const list = await ask({ path: `${at('')}?resource=filesystem&recursive=true` })
    expect(list.body).not.toContain('link')
  })

  it('of another case is another file', async () => {
    await put('/Case', 'upper')
    await put('/case', 'lower')
    expect([(await ask({ path: at('/Case') })).body, (await ask({ path: at('/case') })).body]).toEqual(['upper', 'lower'])
  })
})

describe('of many who race', () => {
  const many = Array.from({ length: 30 }, (_, i) => i)

  it('to create a file, exactly one wins, and its bytes stay', async () => {
    const answers = await Promise.all(many.map((i) => put('/race', `writer ${i}`, { 'if-none-match': '*' })))
    const winners = answers.flatMap(({ status }, i) => (status === 201 ? [i] : []))
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ status, headers }) => status === 409 && headers['x-ms-error-code'] === 'BlobAlreadyExists')).toHaveLength(29)
    expect((await ask({ path: at('/race') })).body).toBe(`writer ${winners[0]}`)
  })

  it('to create an empty file or a filesystem, exactly one wins', async () => {
    const files = await Promise.all(many.map(() => create('/race2', { 'if-none-match': '*' })))
    const systems = await Promise.all(many.map(() => ask({ method: 'PUT', path: '/testaccount/racing?resource=filesystem' })))
    for (const answers of [files, systems]) expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 29 }, () => 409)])
  })

  it('to rename onto one name, exactly one wins', async () => {
    await Promise.all(many.map((i) => put(`/from-${i}`, `${i}`)))
    const answers = await Promise.all(many.map((i) => ask({ method: 'PUT', path: at('/renamed'), headers: { 'x-ms-rename-source': `/data/from-${i}`, 'if-none-match': '*' } })))
    const winner = answers.findIndex(({ status }) => status === 201)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29)
    expect((await ask({ path: at('/renamed') })).body).toBe(`${winner}`)
  })

  it('to replace one version by ETag, exactly one wins', async () => {
    const { headers } = await put('/versioned', '0')
    const answers = await Promise.all(many.map((i) => put('/versioned', `${i}`, { 'if-match': headers.etag })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 29 }, () => 412)])
  })

  it('to read while it is replaced, everybody reads one version or the other', async () => {
    const [a, b] = ['a'.repeat(300_000), 'b'.repeat(400_000)]
    await put('/swap', a)
    const writes = (async () => { for (let i = 0; i < 20; i += 1) await put('/swap', i % 2 ? a : b) })()
    const reads = await Promise.all(many.map(async () => (await ask({ path: at('/swap') })).body))
    await writes
    for (const body of reads) expect(body === a || body === b).toBe(true)
  })
})

describe('on the wire', () => {
  it('every answer carries the ids and the version', async () => {
    const answer = await ask({ path: at('/none'), headers: { 'x-ms-client-request-id': 'mine', accept: 'application/json' } })
    expect(answer.headers).toMatchObject({ 'x-ms-client-request-id': 'mine', 'x-ms-version': '2025-11-05', 'x-ms-error-code': 'PathNotFound' })
    expect(answer.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.headers.date).toBeDefined()
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'PathNotFound' } })
  })

  it('the blob endpoint speaks XML and has its own names', async () => {
    const answer = await ask({ path: at('/none') })
    expect([answer.status, answer.headers['x-ms-error-code']]).toEqual([404, 'BlobNotFound'])
    expect(answer.body).toContain('<Code>BlobNotFound</Code>')
  })

  it('PATCH may travel as PUT, and what was appended is flushed', async () => {
    await create('/tunnel')
    const headers = { 'x-http-method-override': 'PATCH' }
    expect((await ask({ method: 'PUT', path: `${at('/tunnel')}?action=append&position=0`, headers, body: 'abc' })).status).toBe(202)
    expect((await ask({ path: at('/tunnel') })).body).toBe('')
    expect((await ask({ method: 'PUT', path: `${at('/tunnel')}?action=flush&position=3&close=true`, headers })).status).toBe(200)
    expect((await ask({ path: at('/tunnel') })).body).toBe('abc')
  })

  it('a body of another MD5 or a length above the limit is refused, and nothing of it stays', async () => {
    await create('/md5')
    const append = (body: string, headers: Record<string, string>) => ask({ method: 'PATCH', path: `${at('/md5')}?action=append&position=0`, body, headers })
    expect((await append('abc', { 'content-md5': md5('abd') })).headers['x-ms-error-code']).toBe('Md5Mismatch')
    expect((await ask({ method: 'PATCH', path: `${at('/md5')}?action=flush&position=3` })).headers['x-ms-error-code']).toBe('InvalidFlushPosition')
    expect((await append('abc', { 'content-md5': md5('abc') })).status).toBe(202)
    expect((await put('/other', 'abc', { 'content-md5': md5('abd') })).status).toBe(400)
    expect((await ask({ path: at('/other') })).status).toBe(404)
    expect(await readdir(join(storage.root, 'testaccount', 'staging'))).toHaveLength(1)
  })

  it('an append of more than 100 MB is refused before it comes', async () => {
    await create('/huge')
    const socket = connect(storage.port, '127.0.0.1')
    const sas = accountSas({ account: 'testaccount', key: keyOne, permissions: 'rw', expires: new Date(Date.now() + 60_000) })
    socket.write(`PATCH ${at('/huge')}?action=append&position=0&${sas} HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n`)
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
    socket.destroy()
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('an upload that breaks off leaves the old content', async () => {
    await put('/broken', 'old')
    const sas = accountSas({ account: 'testaccount', key: keyOne, permissions: 'rw', expires: new Date(Date.now() + 60_000) })
    const socket = connect(storage.port, '127.0.0.1')
    socket.write(`PUT ${at('/broken')}?${sas} HTTP/1.1\r\nHost: x\r\nx-ms-blob-type: BlockBlob\r\nContent-Length: 1000\r\n\r\nonly a part`)
    await expect.poll(async () => (await readdir(join(storage.root, 'testaccount', 'staging'))).length).toBeGreaterThan(1)
    socket.destroy()
    await expect.poll(async () => (await readdir(join(storage.root, 'testaccount', 'staging'))).length).toBe(1)
    expect((await ask({ path: at('/broken') })).body).toBe('old')
  })

  it('no credential, a bad one, or one of another account opens nothing', async () => {
    expect((await ask({ path: at('/none'), signed: false })).status).toBe(401)
    expect((await ask({ path: at('/none'), signed: false, headers: { authorization: 'Basic eDp5' } })).status).toBe(401)
    expect((await ask({ path: at('/none'), signed: false, headers: { authorization: 'SharedKey otheraccount:abc' } })).status).toBe(403)
    expect((await ask({ path: '/nosuchaccount/data/x', signed: false })).status).toBe(404)
  })

  it('a token does what its owner may', async () => {
    await put('/token', 'x')
    const by = (token: string, wish: Partial<WireRequest> = {}) => ask({ path: at('/token'), signed: false, headers: { authorization: `Bearer ${token}` }, ...wish })
    expect((await by('good')).body).toBe('x')
    expect((await by('good', { method: 'DELETE' })).headers['x-ms-error-code']).toBe('AuthorizationPermissionMismatch')
    expect((await by('bad')).status).toBe(401)
  })

  it.each<[string, WireRequest]>([
    ['a key of the client', { method: 'PUT', path: '/testaccount/data/innocent?resource=file', headers: { 'x-ms-encryption-key': 'abc' } }],
    ['a snapshot', { method: 'PUT', path: '/testaccount/data/innocent?comp=snapshot' }],
    ['a page blob', { method: 'PUT', path: '/testaccount/data/page', headers: { 'x-ms-blob-type': 'PageBlob' } }],
    ['a container policy', { path: '/testaccount/data?restype=container&comp=acl' }],
    ['service properties', { path: '/testaccount/?restype=service&comp=properties' }],
    ['a batch', { method: 'POST', path: '/testaccount/?comp=batch' }],
  ])('%s is not built and says so', async (_name, wish) => {
    const answer = await ask(wish)
    expect([answer.status, answer.headers['x-ms-error-code']]).toEqual([501, 'NotImplemented'])
    expect(answer.body).toContain('not built')
  })

  it('a lease that cannot be is not ignored', async () => {
    const answer = await create('/leased', { 'x-ms-lease-id': 'abc' })
    expect([answer.status, answer.headers['x-ms-error-code']]).toEqual([412, 'LeaseNotPresent'])
  })

  it('a host name may carry the account instead of the path', async () => {
    await put('/hosted', 'x')
    const path = '/data/hosted'
    const sas = accountSas({ account: 'testaccount', key: keyOne, permissions: 'r', expires: new Date(Date.now() + 60_000) })
    const answer = await ask({ path: `${path}?${sas}`, signed: false, headers: { host: 'testaccount.dfs.core.windows.net' } })
    expect(answer.body).toBe('x')
  })
})

describe('the blob endpoint', () => {
  const block = (id: string, body: string) => ask({ method: 'PUT', path: `${at('/blocks')}?comp=block&blockid=${encodeURIComponent(Buffer.from(id).toString('base64'))}`, body })
  const list = (...entries: [string, string][]) => ask({
    method: 'PUT', path: `${at('/blocks')}?comp=blocklist`, headers: { 'x-ms-blob-content-type': 'text/plain' },
    body: `<?xml version="1.0"?><BlockList>${entries.map(([kind, id]) => `<${kind}>${Buffer.from(id).toString('base64')}</${kind}>`).join('')}</BlockList>`,
  })

  it('builds a blob from blocks, and again from old and new ones', async () => {
    await Promise.all([block('b', 'world'), block('a', 'hello ')])
    expect((await ask({ path: at('/blocks') })).status).toBe(404)
    expect((await list(['Latest', 'a'], ['Uncommitted', 'b'])).status).toBe(201)
    expect((await ask({ path: at('/blocks') })).body).toBe('hello world')
    await block('c', 'dear ')
    expect((await ask({ path: `${at('/blocks')}?comp=blocklist&blocklisttype=all` })).body).toMatch(/<CommittedBlocks>.*<Size>6<.*<UncommittedBlocks>.*<Size>5</)
    expect((await list(['Committed', 'a'], ['Latest', 'c'], ['Latest', 'b'])).status).toBe(201)
    const { body, headers } = await ask({ path: at('/blocks') })
    expect([body, headers['content-type']]).toEqual(['hello dear world', 'text/plain'])
    expect((await list(['Uncommitted', 'a'])).headers['x-ms-error-code']).toBe('InvalidBlockList')
  })

  it('copies within the account, and shows directories to listings as Azure does', async () => {
    await put('/dir/sub/file', 'copied', { 'x-ms-meta-a': 'b' })
    const copied = await ask({ method: 'PUT', path: at('/dir/copy'), headers: { 'x-ms-copy-source': `http://127.0.0.1:${storage.port}${at('/dir/sub/file')}` } })
    expect([copied.status, copied.headers['x-ms-copy-status']]).toEqual([202, 'success'])
    const got = await ask({ path: at('/dir/copy') })
    expect([got.body, got.headers['x-ms-meta-a']]).toEqual(['copied', 'b'])
    const names = (xml: string) => [...xml.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name]) => name)
    expect(names((await ask({ path: `${at('')}?restype=container&comp=list&prefix=dir/` })).body)).toEqual(['dir/copy', 'dir/sub', 'dir/sub/file'])
    expect(names((await ask({ path: `${at('')}?restype=container&comp=list&prefix=dir/&delimiter=/` })).body)).toEqual(['dir/copy', 'dir/sub/'])
    expect((await ask({ method: 'HEAD', path: at('/dir/sub') })).headers['x-ms-meta-hdi_isfolder']).toBe('true')
    expect((await ask({ method: 'DELETE', path: at('/dir/sub') })).headers['x-ms-error-code']).toBe('DirectoryIsNotEmpty')
  })

  it('pages through a listing by its marker', async () => {
    const first = await ask({ path: `${at('')}?restype=container&comp=list&prefix=from&maxresults=1` })
    const all = await ask({ path: `${at('')}?restype=container&comp=list&maxresults=2` })
    expect(/<NextMarker>([^<]+)</.exec(all.body)?.[1]).toBeDefined()
    expect(first.status).toBe(200)
  })

  it('writes plain files, that another tool reads', async () => {
    await put('/plain.csv', 'a,b\n1,2\n', { 'x-ms-blob-content-type': 'text/csv' })
    expect(await readFile(storage.folder('data', 'plain.csv'), 'utf8')).toBe('a,b\n1,2\n')
  })
})
