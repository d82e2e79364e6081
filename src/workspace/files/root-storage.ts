import { DataLakeServiceClient, RestError, type DataLakeFileSystemClient } from '@azure/storage-file-datalake'
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { StorageCredentials } from '../machine/sas.ts'
import { trusted } from '#base/http/trusting-fetch.ts'
import { hidden, nameOf, parentOf, shown, type RootPath } from './paths.ts'

export type Entry = { path: RootPath; name: string; isDirectory: boolean; size: number; modified: Date }
export type RootStorage = ReturnType<typeof rootStorage>

/** The largest piece that is kept in memory while a file streams through. */
const piece = 8 * 1024 * 1024
const margin = 600_000

/** The workspace's own files on its root storage, by the signature that machines get too. What is written appears whole or not at all. */
export function rootStorage({ record, credentials, caPem, clock }: { record: WorkspaceRecord; credentials: StorageCredentials; caPem: string; clock: Clock }) {
  // The SDK hands options on to its core, which knows `tlsOptions`; its own type does not name them.
  const options = { tlsOptions: { ca: trusted(caPem) }, retryOptions: { maxTries: 3, retryDelayInMs: 100 } }
  const { account, container, dfsEndpoint } = record.storage
  // Azure's has the account in its host, the embedded cloud's in its path.
  const accountUrl = dfsEndpoint.replace(/\/$/, '')
  let held: { until: number; files: Promise<DataLakeFileSystemClient> } | undefined

  function files(): Promise<DataLakeFileSystemClient> {
    const now = clock().getTime()
    if (held && held.until > now) return held.files
    const made = credentials.forContainer({ account, container }).then(({ sas }) => new DataLakeServiceClient(`${accountUrl}?${sas}`, undefined, options).getFileSystemClient(container))
    const mine = { until: now + margin, files: made }
    made.catch(() => {
      if (held === mine) held = undefined
    })
    held = mine
    return made
  }
  const fileAt = async (path: RootPath) => (await files()).getFileClient(path)
  const folderAt = async (path: RootPath) => (await files()).getDirectoryClient(path)

  const storage = {
    /** An address of one file on the storage itself, good for `letters` until then. */
    async address(path: RootPath, letters: string, until: Date, query = ''): Promise<string> {
      const encoded = path.split('/').map(encodeURIComponent).join('/')
      return `${accountUrl}/${container}/${encoded}?${query}${await credentials.forFile(path, letters, until)}`
    },
    /** What is there, or null. */
    async find(path: RootPath): Promise<Entry | null> {
      if (path === '') return { path, name: '', isDirectory: true, size: 0, modified: new Date(0) }
      const client = await fileAt(path)
      const seen = await client.getProperties().catch((error: unknown) => (statusOf(error) === 404 ? null : translate(path)(error)))
      if (!seen) return null
      return { path, name: nameOf(path), isDirectory: seen.metadata?.hdi_isfolder === 'true', size: seen.contentLength ?? 0, modified: seen.lastModified ?? new Date(0) }
    },
    /** What is directly in a folder, by name. The folder itself must be there. */
    async list(path: RootPath, page: { size?: number; token?: string } = {}): Promise<{ entries: Entry[]; next?: string }> {
      const pages = (await files()).listPaths({ path, recursive: false }).byPage({ maxPageSize: page.size ?? 5000, ...(page.token === undefined ? {} : { continuationToken: page.token }) })
      const { value } = await pages.next().catch(translate(path))
      const entries = (value?.pathItems ?? []).flatMap((item: { name?: string; isDirectory?: boolean; contentLength?: number; lastModified?: Date }): Entry[] =>
        item.name === undefined || item.name === hidden ? [] : [{ path: item.name, name: nameOf(item.name), isDirectory: item.isDirectory === true, size: item.contentLength ?? 0, modified: new Date(item.lastModified ?? 0) }])
      return { entries, ...(value?.continuation ? { next: value.continuation } : {}) }
    },
    /** The bytes from `offset` on, at most `length`. */
    async read(path: RootPath, offset: number, length: number): Promise<Readable> {
      const answer = await (await fileAt(path)).read(offset, length).catch(translate(path))
      if (!answer?.readableStreamBody) throw new Problem('unavailable', `${shown(path)} cannot be read now.`)
      // In Node the SDK's stream is Node's own.
      return answer.readableStreamBody as Readable
    },
    /** Makes a folder and those above it; one that is there is fine. */
    async makeFolder(path: RootPath): Promise<void> {
      if (path !== '') await (await folderAt(path)).createIfNotExists().catch(translate(path))
    },
    /** Moves a file or folder in one step. Without `overwrite` nothing may be there. */
    async move(from: RootPath, to: RootPath, { overwrite }: { overwrite: boolean }): Promise<void> {
      await storage.makeFolder(parentOf(to))
      const conditions = overwrite ? {} : { destinationConditions: { ifNoneMatch: '*' } }
      await (await fileAt(from)).move(to, conditions).catch(translate(from, to))
    },
    /** True when something was there. */
    async remove(path: RootPath, { recursive }: { recursive: boolean }): Promise<boolean> {
      return (await folderAt(path)).delete(recursive).then(() => true, (error: unknown) => (statusOf(error) === 404 ? false : translate(path)(error)))
    },
    /** A place for data on its way; `publish` gives it its name. */
    async begin(): Promise<RootPath> {
      const path = `${hidden}/uploads/${randomUUID()}`
      await (await fileAt(path)).create().catch(translate(path))
      return path
    },
    /** Adds at the end; durable when it resolves. */
    async append(path: RootPath, position: number, data: Buffer): Promise<number> {
      if (data.length === 0) return position
      const client = await fileAt(path)
      await client.append(data, position, data.length).catch(translate(path))
      await client.flush(position + data.length).catch(translate(path))
      return position + data.length
    },
    /** Writes a whole file from a stream, never holding more than a piece of it. */
    async write(path: RootPath, content: AsyncIterable<Buffer>, options: { overwrite: boolean }): Promise<number> {
      const draft = await storage.begin()
      try {
        const client = await fileAt(draft)
        let size = 0
        for await (const part of pieces(content)) {
          await client.append(part, size, part.length).catch(translate(path))
          size += part.length
        }
        if (size > 0) await client.flush(size).catch(translate(path))
        await storage.move(draft, path, options)
        return size
      } catch (error) {
        await storage.remove(draft, { recursive: false }).catch(() => false)
        throw error
      }
    },
  }
  return storage
}

async function* pieces(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  for await (const part of content) {
    parts.push(part)
    size += part.length
    if (size < piece) continue
    yield Buffer.concat(parts)
    parts = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(parts)
}

const statusOf = (error: unknown): number | undefined => (error instanceof RestError ? error.statusCode : undefined)

/** The storage's refusals in the workspace's words. */
const translate = (path: RootPath, to: RootPath = path) => (error: unknown): never => {
  if (!(error instanceof RestError)) throw error
  const { code, statusCode } = error
  if (code === 'FilesystemNotFound') throw new Problem('unavailable', 'The root storage of this workspace is not there.', { cause: error })
  if (statusCode === 404) throw new Problem('not_found', `No file or directory exists on path ${shown(path)}.`, { cause: error })
  if (code === 'PathAlreadyExists' || code === 'ConditionNotMet' || code === 'TargetConditionNotMet') throw new Problem('already_exists', `A file or directory already exists at ${shown(to)}.`, { cause: error })
  if (code === 'DirectoryNotEmpty') throw new Problem('invalid', `The directory ${shown(path)} is not empty.`, { cause: error, extra: { wireCode: 'IO_ERROR' } })
  if (code === 'PathConflict' || code === 'ResourceTypeMismatch' || code === 'InvalidSourceOrDestinationResourceType' || code === 'InvalidRenameSourcePath')
    throw new Problem('already_exists', `A file stands in the way of ${shown(to)}, or the directory would move into itself.`, { cause: error })
  if (/full/i.test(error.message)) throw new Problem('unavailable', `The disk of the storage account is full: nothing was written to ${shown(to)}.`, { cause: error })
  throw new Problem('unavailable', `The root storage did not answer for ${shown(path)}. Try again.`, { cause: error, detail: `${statusCode} ${code ?? error.response?.headers.get('x-ms-error-code') ?? ''} ${error.message}` })
}
