import { rmSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { refuse } from '../errors.ts'
import type { Disk } from './disk.ts'
import { lookIn, type Entry, type Place } from './entry.ts'
import { openGate, type Gate } from './gate.ts'
import { freshPath } from './layout.ts'
import { addSpan, type Span } from './spans.ts'
import { pour } from './stage.ts'

/**
 * Data appended to a file and not flushed yet. It lies in a file of its own, at its distance from `origin`, the length
 * the file had when the first of it came; pieces may come in any order and at once. Nobody sees it, and a restart forgets it,
 * as Azure promises nothing before the flush.
 */
export type Pending = { file: string; origin: number; spans: Span[]; gate: Gate; since: number; over: boolean }

const keptMs = 7 * 24 * 3600 * 1000

/** Adds a piece at `position`. Returns how many bytes came. */
export async function append(disk: Disk, place: Place, piece: { position: number; body: Readable; limit: number; seen?: (part: Buffer) => void; check?: () => void }): Promise<number> {
  for (;;) {
    const entry = mustBeFile(lookIn(disk, place))
    if (piece.position < entry.size) throw refuse('InvalidAppendPosition')
    const pending = await pendingOf(disk, entry)
    const size = await pending.gate.shared(async () => {
      if (pending.over) return undefined
      const handle = await open(pending.file, 'r+')
      try {
        const came = await pour(piece.body, handle, piece.position - pending.origin, piece)
        piece.check?.()
        if (came > 0) pending.spans = addSpan(pending.spans, [piece.position, piece.position + came])
        return came
      } finally {
        await handle.close()
      }
    })
    if (size !== undefined) return size
  }
}

async function pendingOf(disk: Disk, entry: Entry): Promise<Pending> {
  const there = disk.pending.get(entry.ino)
  if (there) return there
  forgetOld(disk)
  const fresh: Pending = { file: freshPath(disk.layout.staging), origin: entry.size, spans: [], gate: openGate(), since: disk.now().getTime(), over: false }
  disk.pending.set(entry.ino, fresh)
  try {
    await fresh.gate.alone(() => writeFile(fresh.file, '', { flag: 'wx', mode: 0o600 }))
  } catch (error) {
    dropPending(disk, entry.ino)
    throw error
  }
  return fresh
}

/** Azure keeps unflushed data for a week. */
function forgetOld(disk: Disk): void {
  const limit = disk.now().getTime() - keptMs
  for (const [ino, { since }] of disk.pending) if (since < limit) dropPending(disk, ino)
}

/** Forgets what was appended to a file that is gone or replaced. */
export function dropPending(disk: Disk, ino: bigint): void {
  const pending = disk.pending.get(ino)
  if (!pending) return
  pending.over = true
  disk.pending.delete(ino)
  rmSync(pending.file, { force: true })
}

/** Refuses what is not a file. */
export function mustBeFile(entry: Entry | undefined): Entry {
  if (!entry) throw refuse('PathNotFound')
  if (entry.isDirectory) throw refuse('ResourceTypeMismatch')
  return entry
}
