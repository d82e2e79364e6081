import { createHash } from 'node:crypto'
import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'

/** Follows a body while it is written to the disk. */
export type Checksum = { seen: (piece: Buffer) => void; check: () => void; md5: () => string | undefined }

/** Counts the MD5 of a body where the client sent one to compare with. CRC64 is refused by name rather than ignored. */
export function bodyChecksum(call: Call): Checksum {
  if (call.headers['x-ms-content-crc64'] !== undefined || call.headers['x-ms-structured-body'] !== undefined) throw refuse('NotImplemented', 'CRC64 checksums of a body are not built yet.')
  const expected = header(call, 'content-md5')
  if (expected === undefined) return { seen: () => {}, check: () => {}, md5: () => undefined }
  const hash = createHash('md5')
  return {
    seen: (piece) => void hash.update(piece),
    check: () => {
      if (hash.digest('base64') !== expected) throw refuse('Md5Mismatch')
    },
    md5: () => expected,
  }
}

/** Refuses a body that says itself that it is too large, before it comes. */
export function mustFit(call: Call, limit: number): void {
  if (Number(header(call, 'content-length') ?? 0) > limit) throw refuse('RequestBodyTooLarge')
}
