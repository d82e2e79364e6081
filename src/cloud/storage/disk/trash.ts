import { lstat, readdir, rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { dropPending } from './pending.ts'

const emptying = new WeakMap<Disk, Promise<void>>()

/** Frees what a deleted file or directory held, after the answer. If we die before, the next start does it. */
export function throwAway(disk: Disk, grave: string): void {
  const before = emptying.get(disk) ?? Promise.resolve()
  emptying.set(disk, before.then(() => empty(disk, grave)).catch((error: unknown) => disk.log.warn({ err: error }, 'trash could not be emptied')))
}

/** Resolves when everything thrown away so far is gone. */
export const trashEmptied = (disk: Disk): Promise<void> => emptying.get(disk) ?? Promise.resolve()

/** Removes a file or a tree, with the properties of every inode in it. */
export async function empty(disk: Disk, path: string): Promise<void> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined)
  if (!stats) return
  // Before the inode's number can be given to another file.
  dropPending(disk, stats.ino)
  if (!stats.isDirectory()) {
    // A second name (a swap's) shares the inode with nothing that is still visible.
    await unlink(path)
    await disk.properties.drop(stats.ino)
    return
  }
  await disk.properties.drop(stats.ino)
  for (const name of await readdir(path)) await empty(disk, join(path, name))
  await rmdir(path).catch(() => rm(path, { recursive: true, force: true }))
}
