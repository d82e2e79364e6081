import { deflateRawSync, crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { isZip, readZip, writeZip } from './zip.ts'

const limits = { entries: 100, entryBytes: 1_000_000, totalBytes: 2_000_000 }
type Part = { name: string | Buffer; data?: Buffer; mode?: number; flags?: number; claims?: number }

/** An archive byte by byte, as no decent program writes it. */
function archive(parts: readonly Part[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, data = Buffer.from('x'), mode = 0o100644, flags = 0x800, claims } of parts) {
    const bytes = Buffer.from(name)
    const packed = deflateRawSync(data)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claims ?? data.length, 18)
    common.writeUInt16LE(bytes.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, bytes, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, bytes]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

test('what is written is read again', async () => {
  const made = await writeZip([
    { names: ['empty'] },
    { names: ['ä', 'b.txt'], bytes: Buffer.from('hello'), modifiedAt: new Date('2026-01-02T03:04:06Z') },
  ])
  expect(isZip(made)).toBe(true)
  expect(await readZip(made, limits)).toEqual([{ names: ['empty'] }, { names: ['ä', 'b.txt'], bytes: Buffer.from('hello') }])
  expect(await readZip(await writeZip([]), limits)).toEqual([])
})

test('an ordinary archive of somebody else is read, without what macOS adds', async () => {
  const read = await readZip(
    archive([
      { name: 'a/', mode: 0o40755, data: Buffer.alloc(0) },
      { name: 'a/b.py' },
      { name: '__MACOSX/a/._b.py' },
      { name: 'a/.DS_Store' },
    ]),
    limits,
  )
  expect(read.map((entry) => entry.names.join('/'))).toEqual(['a', 'a/b.py'])
})

test.each<[string, Part[]]>([
  ['climbs out', [{ name: '../../etc/passwd' }]],
  ['climbs out in the middle', [{ name: 'a/../../b' }]],
  ['is absolute', [{ name: '/etc/passwd' }]],
  ['has a drive', [{ name: 'C:/windows' }]],
  ['has backslashes', [{ name: '..\\..\\x' }]],
  ['is a dot', [{ name: 'a/./b' }]],
  ['has an empty name', [{ name: 'a//b' }]],
  ['has a NUL', [{ name: 'a\0.py' }]],
  ['has a line end', [{ name: 'a\nb' }]],
  ['is a link', [{ name: 'link', mode: 0o120777, data: Buffer.from('/etc/passwd') }]],
  ['is a device', [{ name: 'null', mode: 0o20666 }]],
  ['is encrypted', [{ name: 'secret', flags: 0x801 }]],
  ['comes twice', [{ name: 'a' }, { name: 'a' }]],
  ['is a file and a folder', [{ name: 'a' }, { name: 'a/b' }]],
  ['is very deep', [{ name: `${'d/'.repeat(40)}x` }]],
  ['has a very long name', [{ name: 'n'.repeat(300) }]],
  ['is large', [{ name: 'bomb', data: Buffer.alloc(30_000_000) }]],
  ['is large and lies', [{ name: 'bomb', data: Buffer.alloc(30_000_000), claims: 10 }]],
  ['is large together', Array.from({ length: 4 }, (_, index) => ({ name: `part-${index}`, data: Buffer.alloc(900_000) }))],
  ['is many', Array.from({ length: 101 }, (_, index) => ({ name: `f${index}` }))],
])('an entry that %s is refused', async (_, parts) => {
  await expect(readZip(archive(parts), limits)).rejects.toMatchObject({ code: 'invalid', extra: { field: 'content' } })
})

test('what is damaged or no archive is refused', async () => {
  const made = archive([{ name: 'a', data: Buffer.from('hello hello hello') }])
  const damaged = Buffer.from(made)
  damaged[36] = (damaged[36] ?? 0) ^ 0xff
  for (const bytes of [Buffer.from('PK\x03\x04'), Buffer.alloc(0), Buffer.from('hello'), damaged, made.subarray(0, 50)])
    await expect(readZip(bytes, limits)).rejects.toMatchObject({ code: 'invalid' })
})
