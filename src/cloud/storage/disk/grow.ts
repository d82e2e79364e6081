import { existsSync, linkSync, unlinkSync } from 'node:fs'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { copyBytes } from './copy-bytes.ts'
import type { Disk } from './disk.ts'
import { lookIn, type Entry, type Place } from './entry.ts'
import type { Pending } from './pending.ts'
import { secondsOf } from './stamp.ts'
import { syncDirectory } from './sync.ts'
import type { Check } from './tree.ts'

/**
 * A file that has data is extended in place. A second name for it in `growing`, with the old length in it, is the way back:
 * as long as that name is there the new bytes do not count, for readers now and for the next start. Taking it away is the commit.
 */
export async function grow(disk: Disk, place: Place, { pending, now, to }: { pending: Pending; now: Entry; to: number }, stay: Check): Promise<void> {
  const undo = join(disk.layout.growing, undoName(now))
  disk.growing.set(now.ino, { size: BigInt(now.size), stamp: now.stamp })
  try {
    linkSync(place.full, undo)
    await syncDirectory(disk.layout.growing)
    const handle = await open(undo, 'r+')
    try {
      await copySpan(pending, handle, now.size, to)
      const moment = secondsOf(disk.stamps.next(now.stamp))
      await handle.utimes(moment, moment)
      await handle.sync()
    } finally {
      await handle.close()
    }
    stay(lookIn(disk, place))
  } catch (error) {
    if (existsSync(undo)) await goBack(undo)
    disk.growing.delete(now.ino)
    throw error
  }
  unlinkSync(undo)
  disk.growing.delete(now.ino)
  await syncDirectory(disk.layout.growing)
}

const undoName = ({ ino, size, stamp }: Entry): string => `${ino}-${size}-${stamp}`

const readUndoName = (name: string): { size: number; seconds: number } | undefined => {
  const [, size, stamp] = /^\d+-(\d+)-(\d+)$/.exec(name) ?? []
  return size === undefined || stamp === undefined ? undefined : { size: Number(size), seconds: secondsOf(BigInt(stamp)) }
}

/** Takes a growth back: the file has its old length and time again, durably, before the undo name goes. */
export async function goBack(undo: string): Promise<void> {
  const before = readUndoName(basename(undo))
  if (before) {
    const handle = await open(undo, 'r+')
    try {
      await handle.truncate(before.size)
      await handle.utimes(before.seconds, before.seconds)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  await unlink(undo)
}

async function copySpan(pending: Pending, into: FileHandle, from: number, to: number): Promise<void> {
  const source = await open(pending.file, 'r')
  try {
    await copyBytes(source, from - pending.origin, to - from, into, from)
  } finally {
    await source.close()
  }
}
