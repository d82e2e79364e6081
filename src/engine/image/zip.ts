import { crc32 } from 'node:zlib'

export type ZipEntry = { path: string; text: Buffer }

/** A jar of stored (not compressed) entries. Same entries, same bytes: no times in it. Format: PKWARE APPNOTE 4.3. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.path)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0) // version needed
    common.writeUInt16LE(0x0021, 8) // 1980-01-01
    common.writeUInt32LE(crc32(entry.text), 10)
    common.writeUInt32LE(entry.text.length, 14)
    common.writeUInt32LE(entry.text.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([word(0x04034b50), common, name, entry.text])
    const where = Buffer.alloc(14)
    where.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([word(0x02014b50), half(20), common, where, name]))
    files.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.concat([word(0x06054b50), half(0), half(0), half(entries.length), half(entries.length), word(central.length), word(offset), half(0)])
  return Buffer.concat([...files, central, end])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
