import { Problem } from '#base/problem.ts'
import type { Download } from '#base/http/api.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { VolumeService } from '../volumes/service.ts'
import { nameOf, shown, volumePath, type RootPath } from './paths.ts'
import { rangeOf } from './range.ts'
import type { Entry, RootStorage } from './root-storage.ts'
import type { uploads } from './uploads.ts'

export type FilesService = ReturnType<typeof filesService>
export type Deps = { root: RootStorage; volumes: Pick<VolumeService, 'must'>; parts: ReturnType<typeof uploads> }
type Asked = Readonly<Record<string, string | string[] | undefined>>

const octets = 'application/octet-stream'

/** Files in volumes. They appear whole: an upload that breaks off leaves what was there before. */
export const filesService = ({ root, volumes, parts }: Deps) => {
  async function at(text: string): Promise<{ path: RootPath; inside: string }> {
    const { path, volume, inside } = volumePath(text)
    await volumes.must(volume)
    return { path, inside }
  }
  async function mustFind(text: string, kind: 'file' | 'directory'): Promise<Entry> {
    const { path } = await at(text)
    const entry = await root.find(path)
    if (!entry || entry.isDirectory !== (kind === 'directory')) throw new Problem('not_found', `The ${kind} being accessed is not found: ${shown(path)}`)
    return entry
  }
  async function mustBeInside(text: string): Promise<RootPath> {
    const { path, inside } = await at(text)
    if (inside === '') throw new Problem('invalid', `${shown(path)} is a volume: it is managed by the catalog.`, { extra: { field: 'path' } })
    return path
  }
  const headersOf = (entry: Entry) => ({ 'content-type': octets, 'last-modified': entry.modified.toUTCString(), 'accept-ranges': 'bytes' })

  return {
    async metadata(text: string): Promise<Download> {
      const entry = await mustFind(text, 'file')
      return { download: null, fileName: entry.name, headers: { ...headersOf(entry), 'content-length': String(entry.size) } }
    },
    async download(text: string, asked: Asked): Promise<Download> {
      const entry = await mustFind(text, 'file')
      const unless = Date.parse(String(asked['if-unmodified-since'] ?? ''))
      if (!Number.isNaN(unless) && Math.floor(entry.modified.getTime() / 1000) > Math.floor(unless / 1000))
        throw new Problem('conflict', `${shown(entry.path)} has changed since.`, { extra: { wireCode: 'PRECONDITION_FAILED' } })
      const range = rangeOf(String(asked.range ?? ''), entry.size)
      const { from, to } = range ?? { from: 0, to: entry.size }
      const headers = { ...headersOf(entry), 'content-length': String(to - from), ...(range ? { 'content-range': `bytes ${from}-${to - 1}/${entry.size}` } : {}) }
      return { download: to > from ? await root.read(entry.path, from, to - from) : Buffer.alloc(0), fileName: entry.name, headers, status: range ? 206 : 200 }
    },
    async upload(text: string, content: () => AsyncIterable<Buffer>, overwrite: boolean): Promise<void> {
      const path = await mustBeInside(text)
      const there = await root.find(path)
      if (there?.isDirectory || (there && !overwrite)) throw new Problem('already_exists', `The ${there.isDirectory ? 'path is a directory' : 'file already exists'}: ${shown(path)}`, { extra: { wireCode: 'ALREADY_EXISTS' } })
      await root.write(path, content(), { overwrite })
    },
    async remove(text: string): Promise<void> {
      await mustBeInside(text)
      const entry = await mustFind(text, 'file')
      await root.remove(entry.path, { recursive: false })
    },
    async begin(caller: WorkspaceCaller, text: string, overwrite: boolean) {
      const path = await mustBeInside(text)
      const there = await root.find(path)
      if (there?.isDirectory || (there && !overwrite)) throw new Problem('already_exists', `The file already exists: ${shown(path)}`, { extra: { wireCode: 'ALREADY_EXISTS' } })
      return parts.begin(caller, path, overwrite)
    },
    async complete(caller: WorkspaceCaller, text: string, token: string | undefined, numbers: readonly number[]): Promise<void> {
      if (token === undefined) throw new Problem('invalid', 'Missing required field: session_token', { extra: { field: 'session_token' } })
      await parts.complete(caller, await mustBeInside(text), token, numbers.toSorted((a, b) => a - b))
    },
    partUrls: parts.partUrls,
    abortUrl: parts.abortUrl,
    async downloadUrl(text: string, expires: string | undefined) {
      const entry = await mustFind(text, 'file')
      return { url: await root.address(entry.path, 'r', parts.until(expires)), headers: [] }
    },
    async directoryMetadata(text: string): Promise<Download> {
      const entry = await mustFind(text, 'directory')
      return { download: null, fileName: entry.name, headers: { 'content-type': octets } }
    },
    async createDirectory(text: string): Promise<void> {
      const { path } = await at(text)
      const there = await root.find(path)
      if (there && !there.isDirectory) throw new Problem('already_exists', `A file is at ${shown(path)}.`, { extra: { wireCode: 'ALREADY_EXISTS' } })
      await root.makeFolder(path)
    },
    async removeDirectory(text: string): Promise<void> {
      await mustBeInside(text)
      const entry = await mustFind(text, 'directory')
      if ((await root.list(entry.path, { size: 1 })).entries.length > 0) throw new Problem('invalid', `The directory is not empty: ${shown(entry.path)}`, { extra: { wireCode: 'FILES_API_DIRECTORY_IS_NOT_EMPTY' } })
      await root.remove(entry.path, { recursive: false })
    },
    async list(text: string, page: { page_size: number; page_token?: string | undefined }) {
      const entry = await mustFind(text, 'directory')
      const { entries, next } = await root.list(entry.path, { size: page.page_size, ...(page.page_token === undefined ? {} : { token: page.page_token }) })
      const contents = entries.map((each) => ({
        path: shown(each.path), name: nameOf(each.path), is_directory: each.isDirectory, ...(each.isDirectory ? {} : { file_size: each.size }), last_modified: each.modified.getTime(),
      }))
      return { contents, ...(next === undefined ? {} : { next_page_token: next }) }
    },
  }
}
