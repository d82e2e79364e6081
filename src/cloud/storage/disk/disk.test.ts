import { linkSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createContainer } from './containers.ts'
import { openDisk, type Disk } from './disk.ts'
import { look, placeOf } from './entry.ts'
import { flush } from './flush.ts'
import { walk } from './list.ts'
import { append } from './pending.ts'
import { pour, stage } from './stage.ts'
import { openStamps } from './stamp.ts'
import { trashEmptied } from './trash.ts'
import { makeDirectory, move, publish, remove } from './tree.ts'

let root: string
let disk: Disk
const open = () => openDisk({ root, account: 'acct', clock: () => new Date(), log: silentLog() })
const at = (path: string) => placeOf(disk, 'data', path)
const text = async (path: string) => readFile(at(path).full, 'utf8')
const anything = () => {}

async function put(path: string, content: string, properties = {}): Promise<void> {
  const staged = await stage(disk, { mode: 0o640, properties }, async (handle) => void (await pour(Readable.from([Buffer.from(content)]), handle, 0, { limit: 1e9 })))
  await publish(disk, at(path), staged, anything)
}
const add = (path: string, position: number, content: string) => append(disk, at(path), { position, body: Readable.from([Buffer.from(content)]), limit: 1e9 })
const flushTo = (path: string, position: number, retain = false) => flush(disk, at(path), { position, retain }, anything)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'brickyard-disk-'))
  disk = await open()
  await createContainer(disk, 'data', undefined)
})
afterEach(async () => {
  await trashEmptied(disk)
  await rm(root, { recursive: true, force: true })
})

describe('a file', () => {
  it('lies on the disk under its own name, as it is', async () => {
    await put('a/b.txt', 'hello')
    expect(await text('a/b.txt')).toBe('hello')
    expect((await stat(at('a/b.txt').full)).mode & 0o777).toBe(0o640)
    expect(await readdir(disk.layout.properties)).toEqual([])
    expect(await readdir(disk.layout.staging)).toEqual([])
  })

  it('has another ETag after every write, however quick, and keeps it when renamed', async () => {
    const seen = new Set<string>()
    for (let i = 0; i < 20; i += 1) {
      await put('f', 'same')
      seen.add(look(disk, at('f'))?.etag ?? '')
    }
    expect(seen.size).toBe(20)
    const before = look(disk, at('f'))?.etag
    await move(disk, at('f'), at('g'), { source: anything, target: anything })
    expect(look(disk, at('g'))?.etag).toBe(before)
    await writeFile(at('g').full, 'by hand')
    expect(look(disk, at('g'))?.etag).not.toBe(before)
  })

  it('keeps its properties through renames of itself and of what it is in, and a new one under its name has none', async () => {
    await put('d/f', 'x', { metadata: { a: 'b' } })
    await move(disk, at('d'), at('e'), { source: anything, target: anything })
    await move(disk, at('e/f'), at('g'), { source: anything, target: anything })
    disk = await open()
    expect(look(disk, at('g'))?.properties).toEqual({ metadata: { a: 'b' } })
    await put('g', 'y')
    await trashEmptied(disk)
    expect(look(disk, at('g'))?.properties).toEqual({})
    expect(await readdir(disk.layout.properties)).toEqual([])
  })

  it('is not found through a symbolic link, nor is a link a file', async () => {
    await put('real/f', 'secret')
    await symlink(at('real').full, at('link').full)
    await symlink(at('real/f').full, at('f').full)
    expect([look(disk, at('link/f')), look(disk, at('link')), look(disk, at('f'))]).toEqual([undefined, undefined, undefined])
    await expect(put('link/g', 'x')).rejects.toThrow()
    expect(await readdir(at('real').full)).toEqual(['f'])
  })
})

describe('appended data', () => {
  beforeEach(() => put('f', ''))

  it('is invisible until it is flushed, in whatever order it came', async () => {
    await Promise.all([add('f', 6, 'world'), add('f', 0, 'hello ')])
    expect(await text('f')).toBe('')
    await flushTo('f', 11)
    expect(await text('f')).toBe('hello world')
  })

  it('must have no holes and must end where the flush says', async () => {
    await add('f', 0, 'abc')
    await add('f', 5, 'xyz')
    for (const position of [8, 4, 3, 9]) await expect(flushTo('f', position)).rejects.toThrow('not contiguous')
    await add('f', 3, 'de')
    await flushTo('f', 8)
    expect(await text('f')).toBe('abcdexyz')
  })

  it('can be added to a file that has some, piece by piece', async () => {
    let position = 0
    const inode = async () => (await stat(at('f').full)).ino
    for (const piece of ['one ', 'two ', 'three']) {
      await add('f', position, piece)
      position += piece.length
      const before = { ino: await inode(), etag: look(disk, at('f'))?.etag }
      await flushTo('f', position)
      expect(look(disk, at('f'))?.etag).not.toBe(before.etag)
    }
    expect(await text('f')).toBe('one two three')
    expect(await readdir(disk.layout.growing)).toEqual([])
    await expect(add('f', 3, 'x')).rejects.toThrow('already written')
  })

  it('behind a flush stays when it is to be retained', async () => {
    await add('f', 0, 'abcdef')
    await flushTo('f', 3, true)
    expect(await text('f')).toBe('abc')
    await flushTo('f', 6)
    expect(await text('f')).toBe('abcdef')
  })

  it('goes with the file when that is renamed, and is gone when it is deleted', async () => {
    await add('f', 0, 'abc')
    await move(disk, at('f'), at('g'), { source: anything, target: anything })
    await flushTo('g', 3)
    expect(await text('g')).toBe('abc')
    await add('g', 3, 'd')
    await remove(disk, at('g'), { recursive: false }, anything)
    await put('g', '')
    await expect(flushTo('g', 4)).rejects.toThrow('not contiguous')
  })

  it('by many at once is flushed once', async () => {
    await add('f', 0, 'abc')
    await Promise.all([flushTo('f', 3), flushTo('f', 3), flushTo('f', 3)])
    expect(await text('f')).toBe('abc')
  })
})

describe('after a crash', () => {
  it('a file that was growing has its acknowledged length and time again', async () => {
    await put('f', 'acknowledged')
    const before = look(disk, at('f'))
    if (!before) throw new Error('no file')
    linkSync(at('f').full, join(disk.layout.growing, `${before.ino}-${before.size}-${before.stamp}`))
    writeFileSync(at('f').full, 'acknowledged and half of mo')
    disk = await open()
    expect(await text('f')).toBe('acknowledged')
    expect(look(disk, at('f'))?.etag).toBe(before.etag)
    expect(await readdir(disk.layout.growing)).toEqual([])
  })

  it('what nobody was told about is swept away', async () => {
    await writeFile(join(disk.layout.staging, 'half'), 'x')
    await writeFile(join(disk.layout.trash, 'old'), 'x')
    disk = await open()
    expect([...(await readdir(disk.layout.staging)), ...(await readdir(disk.layout.trash))]).toEqual([])
  })

  it("properties of a dead inode do not pass to another file that gets its number", async () => {
    await put('f', 'x', { metadata: { owner: 'first' } })
    const ino = look(disk, at('f'))?.ino
    // As if we had died between deleting the file and forgetting its properties.
    await rm(at('f').full)
    disk = await open()
    for (let i = 0; i < 50; i += 1) await put(`n${i}`, 'y')
    const heir = Array.from({ length: 50 }, (_, i) => look(disk, at(`n${i}`))).find((entry) => entry?.ino === ino)
    expect(heir?.properties ?? {}).toEqual({})
  })
})

describe('the tree', () => {
  it('is listed in the order of full names, and from any of them on', async () => {
    for (const path of ['a/x', 'a.b', 'a/b/c', 'b', 'a-', 'Z', '\u{1f600}', '\ufffc']) await put(path, '')
    const all = async (after?: string) => (await Array.fromAsync(walk(disk, 'data', { below: '', recursive: true, ...(after === undefined ? {} : { after }) }))).map(({ path }) => path)
    const whole = await all()
    expect(whole).toEqual(['Z', 'a', 'a-', 'a.b', 'a/b', 'a/b/c', 'a/x', 'b', '\ufffc', '\u{1f600}'])
    for (const [index, path] of whole.entries()) expect(await all(path)).toEqual(whole.slice(index + 1))
  })

  it('refuses to move a directory into itself, onto one with something in it, or below nothing', async () => {
    for (const path of ['a/x', 'b/x']) await put(path, '')
    const to = (from: string, target: string) => move(disk, at(from), at(target), { source: anything, target: anything })
    await expect(to('a', 'a/c')).rejects.toThrow('subdirectory')
    await expect(to('a', 'b')).rejects.toThrow('not empty')
    await expect(to('a', 'nothing/c')).rejects.toThrow('parent directory')
    await expect(to('a/x', 'b')).rejects.toThrow('identical')
    await expect(to('none', 'c')).rejects.toThrow('source path')
  })

  it('refuses a file where a directory is, and a directory below a file', async () => {
    await put('f', '')
    await makeDirectory(disk, at('d'), { mode: 0o750, properties: {} }, anything)
    await expect(put('d', '')).rejects.toThrow('resource type')
    await expect(put('f/x', '')).rejects.toThrow('resource type')
    await expect(remove(disk, at(''), { recursive: true }, anything)).rejects.toThrow('root')
  })
})

it('a moment is never given twice, even when the clock goes back', () => {
  const times = [1000, 999, 999, 2000]
  const stamps = openStamps(() => times.shift() ?? 0)
  const given = Array.from({ length: 6 }, () => stamps.next())
  expect(given.toSorted((a, b) => Number(a - b))).toEqual(given)
  expect(new Set(given).size).toBe(6)
})

it('a time set on the disk comes back as it was', async () => {
  await put('f', 'x')
  const stamp = look(disk, at('f'))?.stamp ?? 0n
  const seconds = (Number(stamp) + 0.5) / 1e6
  await utimes(at('f').full, seconds, seconds)
  expect(look(disk, at('f'))?.stamp).toBe(stamp)
})
