import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { freshPath } from './layout.ts'
import { syncDirectory } from './sync.ts'

/** What a file or directory has beyond its bytes and mode bits. Only what differs from the default is kept. */
export const Properties = z.object({
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  contentLanguage: z.string().optional(),
  contentDisposition: z.string().optional(),
  cacheControl: z.string().optional(),
  contentMd5: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  owner: z.string().optional(),
  group: z.string().optional(),
  /** Mode bits that the disk does not hold, because we must always be able to read and write. */
  mode: z.number().optional(),
  /** The whole access control list, where it has more than owner, group and other. */
  acl: z.string().optional(),
  /** Committed blocks of a block blob in order: id and length. */
  blocks: z.array(z.tuple([z.string(), z.number()])).optional(),
})
export type Properties = z.infer<typeof Properties>

/** Without what is the default anyway: most files then need no record at all. */
export function tidied(properties: Properties): Properties {
  const { contentType, metadata, ...rest } = properties
  return {
    ...rest,
    ...(contentType === undefined || contentType === 'application/octet-stream' ? {} : { contentType }),
    ...(metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata }),
  }
}

/** `born` ties a record to one life of an inode number; `stamp` is when it was written, for the ETag. */
const Kept = z.object({ born: z.string(), stamp: z.string(), properties: Properties })

/** The part of a stat that names a file for as long as it lives. */
export type Identity = { ino: bigint; birthtimeNs: bigint }

/**
 * Properties are kept by inode number: one JSON file each, written beside and renamed into place.
 * So a rename of a file, or of a directory above a million of them, moves nothing here; a new file gets its properties before
 * its name; and changing them is one atomic step. A record whose inode died is garbage that `born` unmasks.
 */
export function openProperties(folder: string, staging: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const known = new Set(readdirSync(folder).map((name) => name.replace(/\.json$/, '')))
  const file = (ino: string) => join(folder, `${ino}.json`)

  return {
    /** Synchronous, so that a condition can be checked and acted on without anything happening in between. */
    get(of: Identity): { properties: Properties; stamp: bigint } | undefined {
      const ino = String(of.ino)
      if (!known.has(ino)) return undefined
      const kept = Kept.parse(JSON.parse(readFileSync(file(ino), 'utf8')))
      return kept.born === String(of.birthtimeNs) ? { properties: kept.properties, stamp: BigInt(kept.stamp) } : undefined
    },
    /** Durable when it resolves. */
    async set(of: Identity, stamp: bigint, properties: Properties): Promise<void> {
      const ino = String(of.ino)
      const kept: z.infer<typeof Kept> = { born: String(of.birthtimeNs), stamp: String(stamp), properties: tidied(properties) }
      const draft = freshPath(staging)
      const handle = await open(draft, 'wx', 0o600)
      try {
        await handle.writeFile(JSON.stringify(kept))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(draft, file(ino))
      known.add(ino)
      await syncDirectory(folder)
    },
    /** Forgets what a dead inode had. */
    async drop(ino: bigint): Promise<void> {
      if (known.delete(String(ino))) await rm(file(String(ino)), { force: true })
    },
    /** The same at once, for a new file that got a dead one's number. */
    dropNow(ino: bigint): void {
      if (known.delete(String(ino))) rmSync(file(String(ino)), { force: true })
    },
  }
}

export type PropertyStore = ReturnType<typeof openProperties>
