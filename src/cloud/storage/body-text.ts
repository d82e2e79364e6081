import type { Readable } from 'node:stream'
import { refuse } from './errors.ts'

/** A small body as text; one that is larger than `most` bytes is refused. */
export async function bodyText(body: Readable, most: number): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    if (!Buffer.isBuffer(piece)) continue
    size += piece.length
    if (size > most) throw refuse('RequestBodyTooLarge')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
