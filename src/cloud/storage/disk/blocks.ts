import { open, rm, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { refuse } from '../errors.ts'
import { copyBytes } from './copy-bytes.ts'
import type { Disk } from './disk.ts'
import type { Entry, Place } from './entry.ts'
import { freshPath } from './layout.ts'
import { pour } from './stage.ts'

/** Blocks that came for a blob and are in no block list yet. As with appended data, a restart forgets them. */
export type Draft = Map<string, { file: string; size: number }>

const keyOf = ({ container, path }: Place): string => `${container}/${path}`

/** Keeps a block. A later one of the same id replaces it. */
export async function putBlock(disk: Disk, place: Place, id: string, body: Readable, options: { limit: number; seen?: (piece: Buffer) => void; check?: () => void }): Promise<void> {
  const file = freshPath(disk.layout.staging)
  let size
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      size = await pour(body, handle, 0, options)
      options.check?.()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  const draft = disk.drafts.get(keyOf(place)) ?? new Map()
  const before = draft.get(id)
  draft.set(id, { file, size })
  disk.drafts.set(keyOf(place), draft)
  if (before) await rm(before.file, { force: true })
}

/** The blocks of a blob that are in no list yet, in the order they came. */
export const uncommitted = (disk: Disk, place: Place): Draft => disk.drafts.get(keyOf(place)) ?? new Map()

/** Forgets what a block list did not name: committing throws the rest away ("Put Block List"). */
export async function dropDraft(disk: Disk, place: Place): Promise<void> {
  const draft = disk.drafts.get(keyOf(place))
  disk.drafts.delete(keyOf(place))
  for (const { file } of draft?.values() ?? []) await rm(file, { force: true })
}

export type Part = { id: string; from: string; offset: number; size: number }

/** Finds the blocks a list names: `Uncommitted`, `Committed`, or `Latest`, which looks among the new ones first. */
export function resolveBlocks(wanted: readonly { kind: string; id: string }[], draft: Draft, existing: Entry | undefined, place: Place): Part[] {
  const old = new Map<string, Part>()
  let offset = 0
  for (const [id, size] of existing?.properties.blocks ?? []) {
    old.set(id, { id, from: place.full, offset, size })
    offset += size
  }
  return wanted.map(({ kind, id }) => {
    const fresh = kind === 'Committed' ? undefined : draft.get(id)
    const part = fresh ? { id, from: fresh.file, offset: 0, size: fresh.size } : kind === 'Uncommitted' ? undefined : old.get(id)
    if (!part) throw refuse('InvalidBlockList')
    return part
  })
}

/** Writes the parts one after the other. */
export async function join(parts: readonly Part[], into: FileHandle): Promise<void> {
  let position = 0
  for (const part of parts) {
    const source = await open(part.from, 'r')
    try {
      position += await copyBytes(source, part.offset, part.size, into, position)
    } finally {
      await source.close()
    }
  }
}

/** A block id is base64 of at most 64 bytes. */
export function mustBeBlockId(id: string | undefined): string {
  if (id === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(id) || Buffer.from(id, 'base64').length > 64) throw refuse('InvalidBlockId')
  return id
}
