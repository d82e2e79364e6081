import { buffer } from 'node:stream/consumers'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { parentOf, rootPath, shown } from '../files/paths.ts'
import type { Entry, RootStorage } from '../files/root-storage.ts'
import type { StreamRow, StreamStore } from './streams.ts'

export type DbfsService = ReturnType<typeof dbfsService>

const megabyte = 1024 * 1024
const idleMs = 600_000 // "There is a 10 minute idle timeout on this handle." Source: DbfsAPI.create

const info = (entry: Entry) => ({ path: shown(entry.path), is_dir: entry.isDirectory, file_size: entry.isDirectory ? 0 : entry.size, modification_time: entry.modified.getTime() })
const missing = (path: string) => new Problem('not_found', `No file or directory exists on path ${path}.`)
const exists = (path: string) => new Problem('already_exists', `A file or directory already exists at ${path}.`)

/** The root storage as DBFS: every member of the workspace reads and writes it, as in the original. */
export const dbfsService = ({ root, streams, clock }: { root: RootStorage; streams: StreamStore; clock: Clock }) => {
  /** One writer at a time on a handle: blocks follow each other. */
  const busy = new Set<number>()

  async function mustFind(text: string): Promise<Entry> {
    const path = rootPath(text)
    return (await root.find(path)) ?? Promise.reject(missing(shown(path)))
  }
  async function mustBeFree(text: string, overwrite: boolean): Promise<string> {
    const path = rootPath(text)
    const there = await root.find(path)
    if (there?.isDirectory || (there && !overwrite)) throw exists(shown(path))
    return path
  }
  async function dropIdle(): Promise<void> {
    for (const { handle, draft } of await streams.idleSince(new Date(clock().getTime() - idleMs))) {
      await root.remove(draft, { recursive: false })
      await streams.end(handle)
    }
  }
  async function onStream<T>(caller: WorkspaceCaller, handle: number, use: (stream: StreamRow) => Promise<T>): Promise<T> {
    const stream = await streams.find(handle)
    if (!stream || stream.user_id !== caller.id || clock().getTime() - stream.used_at.getTime() > idleMs) throw new Problem('not_found', `No open stream with handle ${handle}. It was closed, or idle for 10 minutes.`)
    if (busy.has(handle)) throw new Problem('conflict', `Another block is being added to stream ${handle}: add one after the other.`)
    busy.add(handle)
    try {
      return await use(stream)
    } finally {
      busy.delete(handle)
    }
  }

  /** The draft with exactly the acknowledged bytes: a process that died after it wrote and before it answered left more. */
  async function settled({ handle, draft, size }: StreamRow): Promise<string | null> {
    const there = await root.find(draft)
    if (!there || there.size <= size) return there && draft
    const fresh = await root.begin()
    let at = 0
    if (size > 0) for await (const part of await root.read(draft, 0, size)) at = await root.append(fresh, at, Buffer.from(part))
    await streams.moveDraft(handle, fresh)
    await root.remove(draft, { recursive: false })
    return fresh
  }

  return {
    async create(caller: WorkspaceCaller, wish: { path: string; overwrite: boolean }): Promise<{ handle: number }> {
      const path = await mustBeFree(wish.path, wish.overwrite)
      await dropIdle()
      return { handle: await streams.begin({ user_id: caller.id, path, overwrite: wish.overwrite, draft: await root.begin(), used_at: clock() }) }
    },
    async addBlock(caller: WorkspaceCaller, { handle, data }: { handle: number; data: string }): Promise<void> {
      const block = fromBase64(data, 'data')
      await onStream(caller, handle, async (stream) => {
        const draft = await settled(stream)
        if (draft === null) throw new Problem('not_found', `No open stream with handle ${handle}: it is being closed.`)
        await streams.grow(handle, await root.append(draft, stream.size, block), clock())
      })
    },
    async close(caller: WorkspaceCaller, handle: number): Promise<void> {
      await onStream(caller, handle, async (stream) => {
        // Published before the row goes: a repeated close after a crash finds the draft gone and the file there.
        const draft = await settled(stream)
        if (draft !== null) await root.move(draft, stream.path, { overwrite: stream.overwrite })
        await streams.end(handle)
      })
    },
    async put(wish: { path: string; contents: string | Buffer; overwrite: boolean }): Promise<void> {
      const path = await mustBeFree(wish.path, wish.overwrite)
      const content = typeof wish.contents === 'string' ? fromBase64(wish.contents, 'contents') : wish.contents
      if (typeof wish.contents === 'string') mustFit(content)
      await root.write(path, asStream(content), { overwrite: wish.overwrite })
    },
    async read({ path, offset, length }: { path: string; offset: number; length: number }): Promise<{ bytes_read: number; data: string }> {
      const entry = await mustFind(path)
      if (entry.isDirectory) throw new Problem('invalid', `${shown(entry.path)} is a directory: only files can be read.`, { extra: { field: 'path' } })
      if (length > megabyte) throw new Problem('invalid', 'At most 1 MB can be read at once.', { extra: { field: 'length', wireCode: 'MAX_READ_SIZE_EXCEEDED' } })
      const take = Math.min(length, Math.max(0, entry.size - offset))
      if (take === 0) return { bytes_read: 0, data: '' }
      const bytes = await buffer(await root.read(entry.path, offset, take))
      return { bytes_read: bytes.length, data: bytes.toString('base64') }
    },
    /** Removing what is not there is no error: clients repeat. */
    async remove({ path: text, recursive }: { path: string; recursive: boolean }): Promise<void> {
      const path = rootPath(text)
      if (path === '') throw new Problem('invalid', 'The root of the storage cannot be deleted.', { extra: { field: 'path' } })
      await root.remove(path, { recursive })
    },
    status: async (path: string) => info(await mustFind(path)),
    async list(text: string): Promise<{ files: ReturnType<typeof info>[] }> {
      const entry = await mustFind(text)
      if (!entry.isDirectory) return { files: [info(entry)] }
      const files: Entry[] = []
      for (let token: string | undefined; ;) {
        const { entries, next } = await root.list(entry.path, token === undefined ? {} : { token })
        files.push(...entries)
        if (next === undefined) return { files: files.map(info) }
        token = next
      }
    },
    async mkdirs(text: string): Promise<void> {
      const path = rootPath(text)
      for (let at = path; at !== ''; at = parentOf(at)) {
        const there = await root.find(at)
        if (there && !there.isDirectory) throw exists(shown(at))
        if (there) break
      }
      await root.makeFolder(path)
    },
    async move(wish: { source_path: string; destination_path: string }): Promise<void> {
      const source = await mustFind(wish.source_path)
      const target = await mustBeFree(wish.destination_path, false)
      await root.move(source.path, target, { overwrite: false })
    },
  }
}

async function* asStream(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}

function mustFit(content: Buffer): void {
  if (content.length > megabyte) throw new Problem('invalid', 'The block of data exceeds 1 MB: use create, add-block and close.', { extra: { wireCode: 'MAX_BLOCK_SIZE_EXCEEDED' } })
}

function fromBase64(text: string, field: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw new Problem('invalid', `Invalid value for field ${field}: it is not base64`, { extra: { field } })
  const content = Buffer.from(text, 'base64')
  mustFit(content)
  return content
}
