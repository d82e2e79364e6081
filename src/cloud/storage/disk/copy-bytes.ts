import type { FileHandle } from 'node:fs/promises'
import { refuse } from '../errors.ts'

/** Copies bytes between files, a piece at a time. */
export async function copyBytes(source: FileHandle, offset: number, size: number, into: FileHandle, position: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(1024 * 1024, size)))
  for (let done = 0; done < size; ) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, size - done), offset + done)
    if (bytesRead === 0) throw refuse('InternalError', undefined, 'a file is shorter than it should be')
    for (let written = 0; written < bytesRead; ) written += (await into.write(buffer, written, bytesRead - written, position + done + written)).bytesWritten
    done += bytesRead
  }
  return size
}
