import { Problem } from '#base/problem.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import type { Found } from './access.ts'
import { readAuto, readSourceFile, type Item } from './formats/read.ts'
import { writeItem } from './formats/write.ts'
import { readZip, writeZip, type ZipEntry } from './formats/zip.ts'
import { namesOf, pathOf } from './paths.ts'
import type { Placing } from './placing.ts'
import type { ObjectRow } from './store.ts'
import type { Caller, Tree, Tx } from './tree.ts'

/** What an archive may hold at most. */
export const archiveLimits = { entries: 5000, entryBytes: 32 * 1024 * 1024, totalBytes: 200 * 1024 * 1024 }
export type Folders = ReturnType<typeof folders>

/** Folders as zip archives. */
export const folders = (tree: Tree, contents: NotebookContents, place: Placing) => {
  const { store, access } = tree

  /** Notebooks as source files, and with `all` files and empty folders too. */
  async function pack(folder: Found, all: boolean, atMost: number): Promise<Buffer> {
    const rows = (await store.below(folder.object_id)).slice(1)
    if (rows.length > archiveLimits.entries) throw tooMuch(`${folder.path} holds ${rows.length} things`, `${archiveLimits.entries}`)
    const entries: ZipEntry[] = []
    const taken = new Set(rows.filter((row) => row.type !== 'NOTEBOOK').map((row) => row.names.join('/')))
    let total = 0
    for (const row of rows) if (row.type === 'DIRECTORY' && all) entries.push({ names: row.names, modifiedAt: row.modified_at })
    const wanted = rows.filter((row) => row.type === 'NOTEBOOK' || (row.type === 'FILE' && all))
    for (const batch of batchesOf(wanted, (row) => row.size ?? 0)) {
      const kept = await store.contents(batch.filter((row) => row.type === 'FILE').map((row) => row.object_id))
      for (const row of batch) {
        const { bytes, fileName } = await writeItem(row, 'SOURCE', contents, async () => kept.get(row.object_id) ?? Buffer.alloc(0))
        total += bytes.length
        if (total > atMost) throw tooMuch(`${folder.path} holds more than ${atMost} bytes`, `${atMost} bytes`)
        const above = row.names.slice(0, -1)
        const name = row.type === 'FILE' ? fileName : freeName(fileName, (each) => !taken.has([...above, each].join('/')))
        taken.add([...above, name].join('/'))
        entries.push({ names: [...above, name], bytes, modifiedAt: row.modified_at })
      }
    }
    return writeZip(entries)
  }

  /** A new folder of what an archive holds: all of it, or nothing. `SOURCE`: every source file is a notebook. */
  async function unpack(caller: Caller, path: string, archive: Buffer, as: 'SOURCE' | 'AUTO'): Promise<ObjectRow> {
    const names = namesOf(path)
    const parent = await access.must(caller, await tree.folderFor(caller, path), 'CAN_MANAGE', 'create anything in')
    const entries = await readZip(archive, archiveLimits)
    return tree.inTransaction(async (tx) => {
      const top = await tree.add(tx, caller, { parent_id: parent.object_id, name: names.at(-1) ?? '', type: 'DIRECTORY' })
      if (!top) throw new Problem('already_exists', `Path (${pathOf(names)}) already exists.`)
      await fillFolder(tx, caller, top, entries, as)
      return top
    })
  }

  async function fillFolder(tx: Tx, caller: Caller, top: ObjectRow, entries: readonly ZipEntry[], as: 'SOURCE' | 'AUTO'): Promise<void> {
    const ids = new Map([['', top.object_id]])
    const folderOf = async (way: readonly string[]): Promise<number> => {
      const known = ids.get(way.join('/'))
      if (known !== undefined) return known
      const parent = await folderOf(way.slice(0, -1))
      const row = await tree.addInside(tx, caller, { parent_id: parent, name: way.at(-1) ?? '', type: 'DIRECTORY' })
      if (!row) throw new Error('a folder of an archive is there twice')
      ids.set(way.join('/'), row.object_id)
      return row.object_id
    }
    // Folders and files first: a notebook that loses its extension gives way to what has the name by itself.
    const files: { way: string[]; item: Item; full: string }[] = []
    for (const { names, bytes } of entries) {
      const name = names.at(-1)
      if (name === undefined) continue
      if (!bytes) await folderOf(names)
      else files.push({ way: names.slice(0, -1), item: as === 'SOURCE' ? readSourceFile(name, bytes) : readAuto(name, bytes), full: name })
    }
    for (const { way } of files) await folderOf(way)
    const taken = new Set([
      ...ids.keys(),
      ...files.filter(({ item }) => item.as === 'FILE').map(({ way, full }) => [...way, full].join('/')),
    ])
    const wishes: { folderId: number; item: Item }[] = []
    for (const { way, item, full } of files) {
      const free = (name: string) => !taken.has([...way, name].join('/'))
      const name = item.as === 'FILE' ? full : free(item.name) ? item.name : freeName(full, free)
      taken.add([...way, name].join('/'))
      wishes.push({ folderId: await folderOf(way), item: { ...item, name } })
    }
    for (const batch of batchesOf(wishes, ({ item }) => (item.as === 'FILE' ? item.bytes.length : 0))) await place.addAll(tx, caller, batch)
  }

  return { pack, unpack }
}

/** A few hundred at a time, and not too many bytes. */
function batchesOf<T>(all: readonly T[], bytesOf: (each: T) => number): T[][] {
  const batches: T[][] = []
  let room = 0
  let bytes = 0
  for (const each of all) {
    room -= 1
    bytes -= bytesOf(each)
    if (room < 0 || bytes < 0) {
      batches.push([])
      room = 499
      bytes = 16 * 1024 * 1024 - bytesOf(each)
    }
    batches.at(-1)?.push(each)
  }
  return batches
}

/** `x.py`, or `x (2).py` when that is taken. */
export function freeName(name: string, free: (name: string) => boolean): string {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? []
  let candidate = name
  for (let number = 2; !free(candidate); number += 1) candidate = `${stem} (${number})${extension}`
  return candidate
}

const tooMuch = (what: string, limit: string) =>
  new Problem('invalid', `${what}; the limit of an archive is ${limit}.`, {
    extra: { field: 'path', wireCode: 'MAX_NOTEBOOK_SIZE_EXCEEDED' },
  })
