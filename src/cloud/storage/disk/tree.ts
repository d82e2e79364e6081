import { chmodSync, linkSync, mkdirSync, readdirSync, renameSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { refuse } from '../errors.ts'
import { isWithin, parentOf } from '../names.ts'
import type { Disk } from './disk.ts'
import { hasCode, isMissing, isReal, look, lookIn, mustHaveContainer, placeOf, type Entry, type Place } from './entry.ts'
import { freshPath } from './layout.ts'
import { dropPending } from './pending.ts'
import { tidied, type Properties } from './properties.ts'
import { unstage, type Staged } from './stage.ts'
import { syncDirectories, syncDirectory } from './sync.ts'
import { throwAway } from './trash.ts'

/** What must be true of the thing at a place, just before it changes. */
export type Check = (existing: Entry | undefined) => void

const directoryBits = (mode: number): number => (mode & 0o1777) | 0o700

/** Gives a staged file its name: the moment at which it exists. Throws it away if it may not have the name. */
export async function publish(disk: Disk, place: Place, staged: Staged, check: Check): Promise<Entry> {
  let named
  try {
    named = giveName(disk, place, staged, check)
  } catch (error) {
    await unstage(disk, staged)
    throw error
  }
  await syncDirectories(named.changed)
  return named.entry
}

/**
 * Where nothing was, link(2) makes sure that of racing creators exactly one wins;
 * where a file was, rename(2) swaps them, and readers of the old one keep it.
 */
function giveName(disk: Disk, place: Place, staged: Staged, check: Check): { entry: Entry; changed: string[] } {
  const existing = lookIn(disk, place)
  check(existing)
  if (existing?.isDirectory || place.path === '') throw refuse('PathConflict')
  const parents = existing ? [] : makeParents(disk, place)
  if (existing) swap(disk, place, staged, existing)
  else {
    try {
      linkSync(staged.file, place.full)
    } catch (error) {
      throw hasCode(error, 'EEXIST') ? refuse('PathAlreadyExists') : error
    }
    unlinkSync(staged.file)
  }
  return { entry: mustSee(disk, place), changed: [...parents, dirname(place.full)] }
}

function swap(disk: Disk, place: Place, staged: Staged, existing: Entry): void {
  // A second name for the old file, so that freeing its blocks happens later and not inside this call.
  const old = freshPath(disk.layout.trash)
  linkSync(place.full, old)
  renameSync(staged.file, place.full)
  discard(disk, old, existing)
}

function discard(disk: Disk, grave: string, existing: Entry): void {
  dropPending(disk, existing.ino)
  throwAway(disk, grave)
}

/** Makes the directories above a place that are not there. Returns those whose new entries must be made durable. */
function makeParents(disk: Disk, place: Place): string[] {
  const missing: Place[] = []
  for (let at = placeOf(disk, place.container, parentOf(place.path)); at.path !== ''; at = placeOf(disk, place.container, parentOf(at.path))) {
    const entry = look(disk, at)
    if (entry?.isDirectory) break
    if (entry) throw refuse('PathConflict')
    missing.unshift(at)
  }
  const made = missing.map(({ full }) => {
    try {
      mkdirSync(full, 0o750)
    } catch (error) {
      throw isMissing(error) || hasCode(error, 'EEXIST') ? refuse('PathConflict') : error
    }
    return dirname(full)
  })
  if (!isReal(dirname(place.full))) throw refuse('PathConflict')
  return made
}

/** Makes a directory with those above it. One that is there stays, unless the check refuses. */
export async function makeDirectory(disk: Disk, place: Place, wish: { mode: number; properties: Properties }, check: Check): Promise<Entry> {
  const existing = lookIn(disk, place)
  check(existing)
  if (existing) {
    if (!existing.isDirectory) throw refuse('PathConflict')
    return existing
  }
  const parents = makeParents(disk, place)
  try {
    mkdirSync(place.full, { mode: directoryBits(wish.mode) })
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? refuse('PathAlreadyExists') : error
  }
  // mkdir(2) obeys the process's umask.
  chmodSync(place.full, directoryBits(wish.mode))
  let entry = mustSee(disk, place)
  disk.properties.dropNow(entry.ino)
  const properties = { ...tidied(wish.properties), ...(directoryBits(wish.mode) === wish.mode ? {} : { mode: wish.mode }) }
  if (Object.keys(properties).length > 0) {
    await disk.properties.set(entry, disk.stamps.next(entry.stamp), properties)
    entry = mustSee(disk, place)
  }
  await syncDirectories([...parents, dirname(place.full)])
  return entry
}

/** Takes a file, or a directory with all below it, out of the tree in one step. Its blocks are freed later. */
export async function remove(disk: Disk, place: Place, options: { recursive: boolean }, check: Check): Promise<void> {
  const existing = lookIn(disk, place)
  if (!existing) throw refuse('PathNotFound')
  check(existing)
  if (place.path === '') throw refuse('InvalidInput', 'The root directory cannot be deleted; delete the filesystem.')
  mustBeFreeBelow(disk, place)
  if (existing.isDirectory && !options.recursive && readdirSync(place.full).length > 0) throw refuse('DirectoryNotEmpty')
  const grave = freshPath(disk.layout.trash)
  disk.leases.forget(place.full)
  renameSync(place.full, grave)
  discard(disk, grave, existing)
  await syncDirectory(dirname(place.full))
}

/** Renames within the account in one atomic step; ETag, properties and everything below a directory go along untouched. */
export async function move(disk: Disk, source: Place, target: Place, checks: { source: Check; target: Check }): Promise<Entry> {
  const moved = look(disk, source)
  if (!moved || source.path === '') throw refuse(look(disk, placeOf(disk, source.container, '')) ? 'SourcePathNotFound' : 'FilesystemNotFound')
  mustHaveContainer(disk, target.container)
  const existing = look(disk, target)
  checks.source(moved)
  checks.target(existing)
  if (source.full === target.full) return moved
  if (source.container === target.container && isWithin(target.path, source.path)) throw refuse('InvalidRenameSourcePath')
  if (!look(disk, placeOf(disk, target.container, parentOf(target.path)))?.isDirectory) throw refuse('RenameDestinationParentPathNotFound')
  if (existing && existing.isDirectory !== moved.isDirectory) throw refuse('InvalidSourceOrDestinationResourceType')
  if (existing?.isDirectory && readdirSync(target.full).length > 0) throw refuse('PathAlreadyExists', 'The destination directory is not empty.')
  mustBeFreeBelow(disk, source)
  disk.leases.forget(source.full)
  if (existing && !existing.isDirectory) swap(disk, target, { file: source.full, ino: moved.ino, stamp: moved.stamp }, existing)
  else renameSync(source.full, target.full)
  await syncDirectories([dirname(target.full), dirname(source.full)])
  return moved
}

/** A directory goes or moves only if nobody holds anything in it. */
function mustBeFreeBelow(disk: Disk, place: Place): void {
  if (disk.leases.heldBelow(place.full, disk.now().getTime())) throw refuse('LeaseIdMissing', 'Something in this directory is leased.')
}

function mustSee(disk: Disk, place: Place): Entry {
  const entry = look(disk, place)
  if (!entry) throw refuse('InternalError', undefined, `${place.full} vanished while it was made`)
  return entry
}
