import { open, rm, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { refuse } from '../errors.ts'
import type { Disk } from './disk.ts'
import { freshPath } from './layout.ts'
import { tidied, type Properties } from './properties.ts'
import { secondsOf } from './stamp.ts'

/** A file that nobody can see yet, whole and durable: only its name is missing. */
export type Staged = { file: string; ino: bigint; stamp: bigint }

export type Look = { mode: number; properties: Properties }

/** Mode bits on the disk: what was asked for, plus what we need to read and write ourselves. */
export const fileBits = (mode: number): number => (mode & 0o777) | 0o600

/** Writes a new file in staging with `write`, then its time, mode and properties, and makes it durable. Cleans up if anything fails. */
export async function stage(disk: Disk, look: Look, write: (handle: FileHandle) => Promise<void>): Promise<Staged> {
  const file = freshPath(disk.layout.staging)
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await write(handle)
      return await settle(disk, file, handle, look)
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/**
 * Time, mode, properties, fsync, in this order; the name comes last, elsewhere.
 * An empty file needs no fsync of its own: the one of its directory carries the inode (ext4, XFS and Btrfs journal both together).
 */
export async function settle(disk: Disk, file: string, handle: FileHandle, look: Look, after = 0n): Promise<Staged> {
  const moment = secondsOf(disk.stamps.next(after))
  await handle.utimes(moment, moment)
  if (look.mode !== 0o600) await handle.chmod(fileBits(look.mode))
  const stats = await handle.stat({ bigint: true })
  const stamp = stats.mtimeNs / 1000n
  const properties = { ...tidied(look.properties), ...(fileBits(look.mode) === look.mode ? {} : { mode: look.mode }) }
  disk.properties.dropNow(stats.ino)
  if (Object.keys(properties).length > 0) await disk.properties.set(stats, stamp, properties)
  if (stats.size > 0n) await handle.sync()
  return { file, ino: stats.ino, stamp }
}

/** Throws a staged file away. */
export async function unstage(disk: Disk, staged: Staged): Promise<void> {
  await rm(staged.file, { force: true })
  await disk.properties.drop(staged.ino)
}

const batchBytes = 512 * 1024

/**
 * Copies a request's body to a file at `position`, in writes of about half a megabyte; never holds more than one of them.
 * Returns how many bytes came. `seen` gets every piece, for checksums.
 */
export async function pour(body: Readable, handle: FileHandle, position: number, options: { limit: number; seen?: (piece: Buffer) => void }): Promise<number> {
  let at = position
  let held: Buffer[] = []
  let size = 0
  const write = async () => {
    if (size === 0) return
    for (let left = held; left.length > 0; ) {
      const { bytesWritten } = await handle.writev(left, at)
      at += bytesWritten
      left = after(left, bytesWritten)
    }
    held = []
    size = 0
  }
  for await (const piece of body) {
    if (!Buffer.isBuffer(piece)) continue
    options.seen?.(piece)
    held.push(piece)
    size += piece.length
    if (at - position + size > options.limit) throw refuse('RequestBodyTooLarge')
    if (size >= batchBytes) await write()
  }
  await write()
  return at - position
}

/** What is left of some buffers once `written` bytes of them are on the disk. */
function after(pieces: Buffer[], written: number): Buffer[] {
  let skip = written
  return pieces.flatMap((piece) => {
    const gone = Math.min(skip, piece.length)
    skip -= gone
    return gone === piece.length ? [] : [piece.subarray(gone)]
  })
}
