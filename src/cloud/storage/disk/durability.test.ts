import { readlinkSync } from 'node:fs'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createContainer, deleteContainer } from './containers.ts'
import { openDisk, type Disk } from './disk.ts'
import { look, placeOf } from './entry.ts'
import { flush } from './flush.ts'
import { append } from './pending.ts'
import { pour, stage } from './stage.ts'
import { syncDirectory } from './sync.ts'
import { makeDirectory, move, publish, remove } from './tree.ts'

let root: string
let disk: Disk
/** What was made durable, in order, as paths below the account; staged files have names of their own. */
let synced: string[] = []
const at = (path: string) => placeOf(disk, 'data', path)
const anything = () => {}

/** kill -9 cannot show a missing fsync, because the kernel lives on; only watching the calls can. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'brickyard-sync-'))
  const handle = await open(root)
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const sync = prototype.sync
  vi.spyOn(prototype, 'sync').mockImplementation(function (this: FileHandle) {
    const path = relative(join(root, 'acct'), readlinkSync(`/proc/self/fd/${this.fd}`))
    synced.push(path.replace(/^staging\/.*/, 'staged file').replace(/^growing\/.+/, 'growing file'))
    return sync.call(this)
  })
  disk = await openDisk({ root, account: 'acct', clock: () => new Date(), log: silentLog() })
  await createContainer(disk, 'data', undefined)
})
beforeEach(() => void (synced = []))
afterAll(async () => {
  vi.restoreAllMocks()
  await rm(root, { recursive: true, force: true })
})

async function put(path: string, content: string, properties = {}): Promise<void> {
  const staged = await stage(disk, { mode: 0o640, properties }, async (handle) => void (await pour(Readable.from(content === '' ? [] : [Buffer.from(content)]), handle, 0, { limit: 1e9 })))
  await publish(disk, at(path), staged, anything)
}
const add = (path: string, position: number, content: string) => append(disk, at(path), { position, body: Readable.from([Buffer.from(content)]), limit: 1e9 })

it('an empty file costs one fsync: that of its directory', async () => {
  await put('empty', '')
  expect(synced).toEqual(['containers/data'])
})

it('data is durable before its name, and the name before the answer', async () => {
  await put('f', 'x')
  expect(synced).toEqual(['staged file', 'containers/data'])
})

it('properties are durable before the name too', async () => {
  await put('g', 'x', { metadata: { a: 'b' } })
  expect(synced).toEqual(['staged file', 'properties', 'staged file', 'containers/data'])
})

it('an append costs none, its flush two', async () => {
  await put('h', '')
  synced = []
  await add('h', 0, 'abc')
  expect(synced).toEqual([])
  await flush(disk, at('h'), { position: 3, retain: false }, anything)
  expect(synced).toEqual(['staged file', 'containers/data'])
})

it('a file that grows: the way back first, then the data, then the end of the way back', async () => {
  await add('h', 3, 'def')
  await flush(disk, at('h'), { position: 6, retain: false }, anything)
  expect(synced).toEqual(['growing', 'growing file', 'growing'])
})

it('every new directory is durable in the one above it', async () => {
  await put('a/b/c', '')
  expect(synced.toSorted()).toEqual(['containers/data', 'containers/data/a', 'containers/data/a/b'])
})

it('a rename is durable at both ends, a deletion and a filesystem where they were', async () => {
  await makeDirectory(disk, at('d'), { mode: 0o750, properties: {} }, anything)
  await move(disk, at('a/b/c'), at('d/c'), { source: anything, target: anything })
  await remove(disk, at('d/c'), { recursive: false }, anything)
  await createContainer(disk, 'other', undefined)
  await deleteContainer(disk, 'other', anything)
  expect(synced).toEqual(['containers/data', 'containers/data/d', 'containers/data/a/b', 'containers/data/d', 'containers', 'containers'])
  expect(look(disk, at('d/c'))).toBeUndefined()
})

it('those who want the same directory durable at the same time share it', async () => {
  await Promise.all(Array.from({ length: 50 }, () => syncDirectory(disk.layout.staging)))
  expect(synced.length).toBe(2)
})
