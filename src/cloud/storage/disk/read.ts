import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { refuse } from '../errors.ts'
import type { Disk } from './disk.ts'
import { hasCode, isMissing, isReal, mustHaveContainer, toEntry, type Entry, type Place } from './entry.ts'

/** Opens what is at a place for reading: entry and bytes belong together, whatever happens to the name afterwards. */
export async function openFile(disk: Disk, place: Place): Promise<{ entry: Entry; handle: FileHandle }> {
  const handle = await openReal(disk, place)
  try {
    const stats = await handle.stat({ bigint: true })
    if (!stats.isFile() && !stats.isDirectory()) throw refuse('PathNotFound')
    return { entry: toEntry(disk, stats), handle }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Non-blocking, so that a FIFO somebody put there cannot hold us; O_NOFOLLOW, so that a link leads nowhere. */
async function openReal(disk: Disk, place: Place): Promise<FileHandle> {
  try {
    if (isReal(dirname(place.full))) return await open(place.full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (!isMissing(error) && !hasCode(error, 'ELOOP')) throw error
  }
  mustHaveContainer(disk, place.container)
  throw refuse('PathNotFound')
}

const pieceBytes = 512 * 1024

/** The bytes `[from, to)` as a stream that closes the handle, also when the reader goes away. */
export function stream(handle: FileHandle, from: number, to: number): Readable {
  return Readable.from(pieces(handle, from, to), { objectMode: false, highWaterMark: pieceBytes })
}

async function* pieces(handle: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  try {
    for (let at = from; at < to; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(pieceBytes, to - at)), 0, Math.min(pieceBytes, to - at), at)
      if (bytesRead === 0) throw refuse('InternalError', undefined, 'a file became shorter while it was read')
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** The bytes `[from, to)` in memory; for small ranges. Closes the handle. */
export async function slurp(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces(handle, from, to)) all.push(piece)
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all)
}
