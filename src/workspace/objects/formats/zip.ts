import type { Entry } from '@zip.js/zip.js'
import { Problem } from '#base/problem.ts'
import { mustBeName } from '../paths.ts'

/** A file in an archive; `names` lead to it from the archive's top. Without bytes it is a folder. */
export type ZipEntry = { names: string[]; bytes?: Buffer; modifiedAt?: Date }
export type ZipLimits = { entries: number; entryBytes: number; totalBytes: number }

// Loaded when the first archive comes: it takes a tenth of a second that the start should not wait for.
const load = async () => {
  const library = await import('@zip.js/zip.js')
  library.configure({ useWebWorkers: false })
  return library
}

/**
 * Reads an archive that anybody may have made: names that lead elsewhere, links, encrypted parts, doubled names and archives that
 * grow beyond the limits are refused, before anything is written. What an archive claims about sizes is not believed.
 */
export async function readZip(bytes: Uint8Array, limits: ZipLimits): Promise<ZipEntry[]> {
  const { ZipReader, Uint8ArrayReader } = await load()
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true, checkOverlappingEntry: true })
  const found: ZipEntry[] = []
  const taken = new Map<string, 'file' | 'folder'>()
  let left = limits.totalBytes
  try {
    let count = 0
    for await (const entry of reader.getEntriesGenerator()) {
      count += 1
      if (count > limits.entries) throw hostile(`it has more than ${limits.entries} entries`)
      const names = namesIn(entry)
      if (isMacJunk(names)) continue
      claim(taken, names, entry.directory ? 'folder' : 'file', entry.filename)
      if (entry.directory) {
        found.push({ names })
        continue
      }
      const content = await contentOf(entry, Math.min(limits.entryBytes, left))
      left -= content.length
      found.push({ names, bytes: content })
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw hostile(reason(error), error)
  }
  return found
}

/** Makes an archive. */
export async function writeZip(entries: readonly ZipEntry[]): Promise<Buffer> {
  const { ZipWriter, Uint8ArrayReader, Uint8ArrayWriter } = await load()
  const writer = new ZipWriter(new Uint8ArrayWriter())
  for (const { names, bytes, modifiedAt } of entries) {
    const options = { ...(modifiedAt ? { lastModDate: modifiedAt } : {}), ...(bytes ? {} : { directory: true }) }
    await writer.add(`${names.join('/')}${bytes ? '' : '/'}`, bytes ? new Uint8ArrayReader(bytes) : undefined, options)
  }
  return Buffer.from(await writer.close())
}

/** Whether bytes are a zip archive, an empty one too. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))

function namesIn(entry: Entry): string[] {
  const { filename } = entry
  if (entry.encrypted) throw hostile(`'${shown(filename)}' is encrypted`)
  // The upper half of a Unix mode: 4 is a folder, 8 a file, 10 a link; 0 says nothing.
  const kind = ((entry.unixMode ?? 0) >>> 12) & 15
  if (kind !== 0 && kind !== 4 && kind !== 8)
    throw hostile(`'${shown(filename)}' is ${kind === 10 ? 'a symbolic link' : 'not a plain file or folder'}`)
  if (filename.startsWith('/') || filename.includes('\\') || /^[a-z]:/i.test(filename))
    throw hostile(`'${shown(filename)}' is not a relative path`)
  const names = filename.split('/')
  if (entry.directory) names.pop()
  if (names.length > 32) throw hostile(`'${shown(filename.slice(0, 80))}' is more than 32 folders deep`)
  names.forEach((name) => mustBeName(name, 'content'))
  return names
}

/** Every name once, and no file where a folder must be. */
function claim(taken: Map<string, 'file' | 'folder'>, names: readonly string[], as: 'file' | 'folder', filename: string): void {
  names.forEach((_, index) => {
    const path = names.slice(0, index + 1).join('/')
    const kind = index === names.length - 1 ? as : 'folder'
    const before = taken.get(path)
    if (before !== undefined && (before === 'file' || kind === 'file')) throw hostile(`'${shown(filename)}' is in it twice`)
    taken.set(path, kind)
  })
}

async function contentOf(entry: Entry, limit: number): Promise<Buffer> {
  if (entry.directory) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  const into = new WritableStream<Uint8Array>({
    write(part) {
      size += part.length
      if (size > limit) throw hostile(`'${shown(entry.filename)}' is larger than what is left of the limit, ${limit} bytes`)
      parts.push(part)
    },
  })
  await entry.getData(into)
  return Buffer.concat(parts)
}

/** What macOS adds to every archive. */
const isMacJunk = (names: readonly string[]) => names[0] === '__MACOSX' || names.at(-1) === '.DS_Store'
const shown = (text: string) => text.slice(0, 200).replaceAll(/\p{Cc}|\p{Cs}/gu, '�')
const hostile = (why: string, cause?: unknown) =>
  new Problem('invalid', `The archive is refused: ${why}.`, { extra: { field: 'content' }, ...(cause === undefined ? {} : { cause }) })

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  if (text === 'Unsafe filename' && error instanceof Error && 'filename' in error)
    return `'${shown(String(error.filename))}' is not a safe relative path`
  return /^[A-Z][\w ()-]{3,80}$/.test(text) ? `it cannot be read (${text.toLowerCase()})` : 'it cannot be read'
}
