import { lstatSync, realpathSync, type BigIntStats } from 'node:fs'
import { dirname, join } from 'node:path'
import { refuse } from '../errors.ts'
import { isHeld, stateOf, type LeaseState } from '../leases/lease.ts'
import type { Path } from '../names.ts'
import type { Disk } from './disk.ts'
import type { Properties } from './properties.ts'
import { etagOf } from './stamp.ts'

/** A file or directory as a client sees it. */
export type Entry = {
  ino: bigint
  birthtimeNs: bigint
  isDirectory: boolean
  size: number
  etag: string
  /** The moment behind the ETag, in microseconds. */
  stamp: bigint
  lastModified: Date
  createdAt: Date
  mode: number
  properties: Properties
  /** Of something found by its name. */
  lease?: { id: string; state: LeaseState; endless: boolean; held: boolean }
}

/** A name on the disk. `full` is below the account's containers folder, whatever the path says. */
export type Place = { container: string; path: Path; full: string }

/** Where a path lies. Says nothing about whether it is there. */
export const placeOf = (disk: Disk, container: string, path: Path): Place => ({ container, path, full: join(disk.layout.containers, container, path) })

/** What is at a place now, or undefined. A symbolic link, at the end or on the way, counts as nothing. */
export function look(disk: Disk, place: Place): Entry | undefined {
  const entry = lookAt(disk, place.full)
  return entry && isReal(dirname(place.full)) ? entry : undefined
}

/** The same without a look at the folders above, for callers that have checked them. */
export function lookAt(disk: Disk, full: string): Entry | undefined {
  const stats = lstat(full)
  if (!stats || !(stats.isFile() || stats.isDirectory())) return undefined
  const lease = disk.leases.of(full)
  const entry = toEntry(disk, stats)
  if (!lease) return entry
  const now = disk.now().getTime()
  return { ...entry, lease: { id: lease.id, state: stateOf(lease, now), endless: lease.seconds === -1, held: isHeld(lease, now) } }
}

/** The container must be there; then what is at the place, or undefined. */
export function lookIn(disk: Disk, place: Place): Entry | undefined {
  const entry = look(disk, place)
  if (!entry) mustHaveContainer(disk, place.container)
  return entry
}

export function mustHaveContainer(disk: Disk, container: string): Entry {
  const entry = look(disk, placeOf(disk, container, ''))
  if (!entry?.isDirectory) throw refuse('FilesystemNotFound')
  return entry
}

/** Whether no part of a folder's path is a symbolic link. */
export function isReal(folder: string): boolean {
  try {
    return realpathSync.native(folder) === folder
  } catch {
    return false
  }
}

/** A stat as an Entry. A directory's own times change with its children, so it goes by its birth. */
export function toEntry(disk: Disk, stats: BigIntStats): Entry {
  const identity = { ino: stats.ino, birthtimeNs: stats.birthtimeNs }
  const growing = disk.growing.get(stats.ino)
  const kept = disk.properties.get(identity)
  const own = stats.isDirectory() ? stats.birthtimeNs / 1000n : (growing?.stamp ?? stats.mtimeNs / 1000n)
  const stamp = kept && kept.stamp > own ? kept.stamp : own
  return {
    ...identity,
    isDirectory: stats.isDirectory(),
    size: stats.isDirectory() ? 0 : Number(growing?.size ?? stats.size),
    etag: etagOf(stamp),
    stamp,
    lastModified: new Date(Number(stamp / 1000n)),
    createdAt: new Date(Number(stats.birthtimeNs / 1_000_000n)),
    mode: kept?.properties.mode ?? Number(stats.mode & 0o1777n),
    properties: kept?.properties ?? {},
  }
}

function lstat(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true })
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Not there, or below something that is no directory. */
export const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')

/** Whether an error is the system's error `code`. */
export const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
