import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DataLakeFileSystemClient, DataLakeServiceClient, FileSystemSASPermissions, type RestError, generateDataLakeSASQueryParameters, StorageSharedKeyCredential, type DataLakeFileSystemClient as FileSystem,
} from '@azure/storage-file-datalake'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keyOne, keyTwo, runningStorage, type RunningStorage } from '../testing/running-storage.ts'

let storage: RunningStorage
let fs: FileSystem
let count = 0
beforeAll(async () => void (storage = await runningStorage()))
afterAll(() => storage.close())
beforeEach(async () => {
  fs = storage.client().getFileSystemClient(`test-${(count += 1)}`)
  await fs.create()
})

const names = async (options: Parameters<FileSystem['listPaths']>[0] = { recursive: true }) => (await Array.fromAsync(fs.listPaths(options))).map(({ name }) => name)
const refused = (code: string, statusCode: number) => expect.objectContaining({ code, statusCode }) as RestError
const upload = (path: string, text: string) => fs.getFileClient(path).upload(Buffer.from(text))
const download = async (path: string) => (await fs.getFileClient(path).readToBuffer()).toString()

describe('the official Data Lake client', () => {
  it('creates, lists, describes and deletes filesystems', async () => {
    await fs.setMetadata({ purpose: 'tests' })
    expect((await fs.getProperties()).metadata).toEqual({ purpose: 'tests' })
    expect((await Array.fromAsync(storage.client().listFileSystems({ prefix: fs.name }))).map(({ name }) => name)).toContain(fs.name)
    await expect(fs.create()).rejects.toEqual(refused('ContainerAlreadyExists', 409))
    await fs.delete()
    expect(await fs.exists()).toBe(false)
    await expect(upload('f', 'x')).rejects.toEqual(refused('FilesystemNotFound', 404))
  })

  it('uploads and reads small, large and odd-named files', async () => {
    const path = 'déjà vu/100% +?#&=.txt'
    await upload(path, 'content')
    expect(await download(path)).toBe('content')
    const large = randomBytes(20_000_001)
    await fs.getFileClient('large').upload(large, { chunkSize: 3_000_000, maxConcurrency: 6 })
    expect((await fs.getFileClient('large').readToBuffer()).equals(large)).toBe(true)
    expect((await fs.getFileClient('large').readToBuffer(5_000_000, 1000)).equals(large.subarray(5_000_000, 5_001_000))).toBe(true)
    expect((await readFile(storage.folder(fs.name, 'large'))).equals(large)).toBe(true)
  })

  it('uploads a file from disk and reads it to disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'brickyard-upload-'))
    const content = randomBytes(9_000_000)
    await writeFile(join(folder, 'in'), content)
    const file = fs.getFileClient('dir/file')
    await file.uploadFile(join(folder, 'in'), { chunkSize: 1_000_000, pathHttpHeaders: { contentType: 'text/x' }, metadata: { a: 'b' } })
    await file.readToFile(join(folder, 'out'))
    expect((await readFile(join(folder, 'out'))).equals(content)).toBe(true)
    const properties = await file.getProperties()
    expect([properties.contentLength, properties.contentType, properties.metadata]).toEqual([content.length, 'text/x', { a: 'b' }])
    await rm(folder, { recursive: true })
  })

  it('lists flat and deep, by page, with everything known of a path', async () => {
    for (const path of ['b/1', 'b/2', 'a', 'c/d/e']) await upload(path, path)
    expect(await names()).toEqual(['a', 'b', 'b/1', 'b/2', 'c', 'c/d', 'c/d/e'])
    expect(await names({ recursive: false })).toEqual(['a', 'b', 'c'])
    expect(await names({ recursive: true, path: 'c' })).toEqual(['c/d', 'c/d/e'])
    const pages = await Array.fromAsync(fs.listPaths({ recursive: true }).byPage({ maxPageSize: 3 }))
    expect(pages.map(({ pathItems }) => pathItems?.map(({ name }) => name))).toEqual([['a', 'b', 'b/1'], ['b/2', 'c', 'c/d'], ['c/d/e']])
    const [first] = await Array.fromAsync(fs.listPaths())
    expect(first).toMatchObject({ name: 'a', isDirectory: false, contentLength: 1, owner: '$superuser' })
    await expect(names({ path: 'none' })).rejects.toEqual(refused('PathNotFound', 404))
  })

  it('renames files and directories, and says why it cannot', async () => {
    await upload('a/one', '1')
    await upload('b/two', '2')
    await fs.getFileClient('a/one').move('a b/ü', {}).catch((error: unknown) => expect(error).toEqual(refused('RenameDestinationParentPathNotFound', 404)))
    await fs.getDirectoryClient('a').move('c')
    await fs.getFileClient('c/one').move(fs.name, 'b/ü+ 1')
    expect(await names()).toEqual(['b', 'b/two', 'b/ü+ 1', 'c'])
    await expect(fs.getFileClient('none').move('x')).rejects.toEqual(refused('SourcePathNotFound', 404))
    await expect(fs.getFileClient('b/two').move('b/ü+ 1', { destinationConditions: { ifNoneMatch: '*' } })).rejects.toEqual(refused('PathAlreadyExists', 409))
    await fs.getFileClient('b/two').move('b/ü+ 1')
    expect(await download('b/ü+ 1')).toBe('2')
  })

  it('deletes files, and directories with all in them', async () => {
    await upload('d/e/f', 'x')
    await expect(fs.getDirectoryClient('d').delete(false)).rejects.toEqual(refused('DirectoryNotEmpty', 409))
    await fs.getDirectoryClient('d').delete(true)
    expect(await names()).toEqual([])
    await expect(fs.getFileClient('d').delete()).rejects.toEqual(refused('PathNotFound', 404))
    expect(await fs.getFileClient('d').deleteIfExists()).toMatchObject({ succeeded: false })
  })

  it('sets content headers, metadata, permissions and access control lists', async () => {
    await upload('f', 'x')
    const file = fs.getFileClient('f')
    await file.setMetadata({ one: '1' })
    await file.setHttpHeaders({ contentType: 'text/csv', cacheControl: 'no-store' })
    await file.setPermissions({ owner: { read: true, write: true, execute: true }, group: { read: true, write: false, execute: true }, other: { read: false, write: false, execute: false }, stickyBit: false, extendedAcls: false })
    expect(await file.getProperties()).toMatchObject({ contentType: 'text/csv', cacheControl: 'no-store', metadata: { one: '1' }, contentLength: 1 })
    expect((await file.getAccessControl()).permissions).toMatchObject({ owner: { execute: true }, other: { read: false } })
    const acl = [
      { accessControlType: 'user', entityId: '', defaultScope: false, permissions: { read: true, write: true, execute: false } },
      { accessControlType: 'user', entityId: '11111111-2222-3333-4444-555555555555', defaultScope: false, permissions: { read: true, write: false, execute: false } },
      { accessControlType: 'group', entityId: '', defaultScope: false, permissions: { read: true, write: false, execute: false } },
      { accessControlType: 'mask', entityId: '', defaultScope: false, permissions: { read: true, write: false, execute: false } },
      { accessControlType: 'other', entityId: '', defaultScope: false, permissions: { read: false, write: false, execute: false } },
    ] as const
    await file.setAccessControl([...acl], { owner: 'someone' })
    const now = await file.getAccessControl()
    expect(now).toMatchObject({ owner: 'someone', permissions: { extendedAcls: true } })
    expect(now.acl).toEqual(acl)
    expect((await file.getProperties()).metadata).toEqual({ one: '1' })
  })

  it('obeys conditions', async () => {
    const file = fs.getFileClient('f')
    const { etag: first = '' } = await file.create()
    const { etag: second = '' } = await file.create({ conditions: { ifMatch: first } })
    expect(second).not.toBe(first)
    await expect(file.create({ conditions: { ifMatch: first } })).rejects.toEqual(refused('ConditionNotMet', 412))
    await expect(file.create({ conditions: { ifNoneMatch: '*' } })).rejects.toEqual(refused('PathAlreadyExists', 409))
    await expect(file.delete(false, { conditions: { ifMatch: first } })).rejects.toEqual(refused('ConditionNotMet', 412))
    await expect(file.read(0, undefined, { conditions: { ifMatch: first } })).rejects.toMatchObject({ statusCode: 412 })
    await expect(file.read(0, undefined, { conditions: { ifUnmodifiedSince: new Date(0) } })).rejects.toMatchObject({ statusCode: 412 })
    await file.delete(false, { conditions: { ifMatch: second } })
  })

  it('gets 416 for a range behind the end, and the MD5 of a range', async () => {
    await upload('f', '0123456789')
    const file = fs.getFileClient('f')
    await expect(file.read(10, 5)).rejects.toMatchObject({ statusCode: 416, details: { errorCode: 'InvalidRange' } })
    const part = await file.read(2, 3, { rangeGetContentMD5: true })
    expect([part.contentLength, part.contentRange, Buffer.from(part.contentMD5 ?? []).toString('base64')]).toEqual([3, 'bytes 2-4/10', 'KJ3/B2adeiPeDviNL3Ep5w=='])
  })

  it('appends and flushes in one request', async () => {
    const file = fs.getFileClient('f')
    await file.create()
    await file.append('abc', 0, 3, { flush: true })
    await file.append('def', 3, 3, { flush: true })
    expect(await download('f')).toBe('abcdef')
  })

  it('is told by name what is not built', async () => {
    await upload('f', 'x')
    await expect(fs.getFileClient('f').setAccessControlRecursive([])).rejects.toMatchObject({ innerError: { code: 'NotImplemented' } })
  })
})

describe('credentials', () => {
  it('of either key open the account; another key, or none, opens nothing', async () => {
    await upload('f', 'x')
    expect(await storage.client(keyTwo).getFileSystemClient(fs.name).getFileClient('f').exists()).toBe(true)
    const wrong = storage.client(Buffer.alloc(64).toString('base64')).getFileSystemClient(fs.name)
    await expect(wrong.getFileClient('f').readToBuffer()).rejects.toMatchObject({ statusCode: 403, details: { errorCode: 'AuthenticationFailed' } })
    await expect(new DataLakeServiceClient(storage.url).getFileSystemClient(fs.name).getFileClient('f').readToBuffer()).rejects.toMatchObject({ statusCode: 401 })
  })

  it('of a SAS allow what it says: with rename, whose source carries it too', async () => {
    await upload('f', 'x')
    const by = (letters: string) => {
      const credential = new StorageSharedKeyCredential(storage.account.name, keyOne)
      const sas = generateDataLakeSASQueryParameters({ fileSystemName: fs.name, permissions: FileSystemSASPermissions.parse(letters), expiresOn: new Date(Date.now() + 60_000) }, credential)
      return new DataLakeFileSystemClient(`${storage.url}/${fs.name}?${sas.toString()}`)
    }
    const reader = by('r')
    expect((await reader.getFileClient('f').readToBuffer()).toString()).toBe('x')
    const denied = refused('AuthorizationPermissionMismatch', 403)
    await expect(reader.getFileClient('g').create()).rejects.toEqual(denied)
    await expect(reader.getFileClient('f').delete()).rejects.toEqual(denied)
    await expect(reader.getFileClient('f').move('g')).rejects.toEqual(denied)
    await expect(Array.fromAsync(reader.listPaths())).rejects.toEqual(denied)
    await expect(by('c').getFileClient('f').create()).rejects.toEqual(denied)
    await expect(by('cw').getFileClient('f').move('g')).rejects.toEqual(denied)
    await by('racwdlm').getFileClient('f').move('g')
    expect(await Array.fromAsync(by('l').listPaths())).toHaveLength(1)
    await expect(reader.delete()).rejects.toMatchObject({ statusCode: 403 })
  })
})
