import { open } from 'node:fs/promises'
import { refuse } from '../errors.ts'
import type { Disk } from './disk.ts'
import { lookIn, type Entry, type Place } from './entry.ts'
import { grow } from './grow.ts'
import { dropPending, mustBeFile, type Pending } from './pending.ts'
import type { Properties } from './properties.ts'
import { covers, endOf } from './spans.ts'
import { settle } from './stage.ts'
import { publish, type Check } from './tree.ts'

export type Flush = { position: number; retain: boolean; properties?: Properties }

/** Makes what was appended up to `position` part of the file: durable, and visible all at once. */
export async function flush(disk: Disk, place: Place, wish: Flush, check: Check): Promise<Entry> {
  for (;;) {
    const entry = mustBeFile(lookIn(disk, place))
    check(entry)
    const pending = disk.pending.get(entry.ino)
    if (!pending) return nothingToAdd(disk, entry, wish)
    const flushed = await pending.gate.alone(() => flushPending(disk, place, { pending, ino: entry.ino, wish }, check))
    if (flushed) return flushed
  }
}

/** With nobody else at this file. Undefined when another flush was faster and the file has to be looked up again. */
async function flushPending(disk: Disk, place: Place, { pending, ino, wish }: { pending: Pending; ino: bigint; wish: Flush }, check: Check): Promise<Entry | undefined> {
  const now = mustBeFile(lookIn(disk, place))
  if (pending.over || now.ino !== ino) return undefined
  check(now)
  if (wish.position < now.size || !covers(pending.spans, [now.size, wish.position])) throw refuse('InvalidFlushPosition')
  const more = endOf(pending.spans, now.size) > wish.position
  if (more && !wish.retain) throw refuse('InvalidFlushPosition')
  if (wish.position === now.size) return nothingToAdd(disk, now, wish)
  const stay: Check = (existing) => {
    if (existing?.ino !== now.ino) throw refuse(existing ? 'ConditionNotMet' : 'PathNotFound')
    check(existing)
  }
  if (now.size === 0 && !more) return becomeFile(disk, place, { pending, now, wish }, stay)
  await grow(disk, place, { pending, now, to: wish.position }, stay)
  if (wish.properties) await disk.properties.set(now, disk.stamps.next(now.stamp), { ...now.properties, ...wish.properties })
  if (!more) dropPending(disk, now.ino)
  return mustBeFile(lookIn(disk, place))
}

async function nothingToAdd(disk: Disk, entry: Entry, wish: Flush): Promise<Entry> {
  if (wish.position !== entry.size) throw refuse('InvalidFlushPosition')
  if (wish.properties) await disk.properties.set(entry, disk.stamps.next(entry.stamp), { ...entry.properties, ...wish.properties })
  return entry
}

/** The usual case, a new file: the staged data takes the empty file's place. */
async function becomeFile(disk: Disk, place: Place, { pending, now, wish }: { pending: Pending; now: Entry; wish: Flush }, stay: Check): Promise<Entry> {
  const handle = await open(pending.file, 'r+')
  let staged
  try {
    const look = { mode: now.mode, properties: { ...now.properties, ...wish.properties } }
    staged = await settle(disk, pending.file, handle, look, now.stamp)
  } finally {
    await handle.close()
  }
  pending.over = true
  disk.pending.delete(now.ino)
  return publish(disk, place, staged, stay)
}
