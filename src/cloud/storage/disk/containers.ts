import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { refuse } from '../errors.ts'
import { isContainerName } from '../names.ts'
import type { Disk } from './disk.ts'
import { hasCode, look, mustHaveContainer, placeOf, type Entry } from './entry.ts'
import { compare } from './list.ts'
import { freshPath } from './layout.ts'
import { syncDirectory } from './sync.ts'
import { throwAway } from './trash.ts'
import type { Check } from './tree.ts'

/** Makes a container. Of racing creators exactly one wins, because mkdir(2) is exclusive. */
export async function createContainer(disk: Disk, name: string, metadata: Record<string, string> | undefined): Promise<Entry> {
  const place = placeOf(disk, name, '')
  try {
    mkdirSync(place.full, { mode: 0o750 })
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? refuse('FilesystemAlreadyExists') : error
  }
  const entry = mustHaveContainer(disk, name)
  disk.properties.dropNow(entry.ino)
  if (metadata) await disk.properties.set(entry, disk.stamps.next(entry.stamp), { metadata })
  await syncDirectory(disk.layout.containers)
  return mustHaveContainer(disk, name)
}

/** Takes a container with everything in it away in one step. */
export async function deleteContainer(disk: Disk, name: string, check: Check): Promise<void> {
  check(mustHaveContainer(disk, name))
  const grave = freshPath(disk.layout.trash)
  disk.leases.forget(placeOf(disk, name, '').full)
  renameSync(placeOf(disk, name, '').full, grave)
  throwAway(disk, grave)
  await syncDirectory(disk.layout.containers)
}

export type ContainerPage = { items: { name: string; entry: Entry }[]; next: string | undefined }

/** Containers in order of name, beginning at `from`. */
export function listContainers(disk: Disk, wish: { prefix: string; from: string; limit: number }): ContainerPage {
  const names = readdirSync(disk.layout.containers).filter((name) => isContainerName(name) && name.startsWith(wish.prefix) && compare(name, wish.from) >= 0)
  names.sort(compare)
  const items = names.slice(0, wish.limit).flatMap((name) => {
    const entry = look(disk, placeOf(disk, name, ''))
    return entry?.isDirectory ? [{ name, entry }] : []
  })
  return { items, next: names[wish.limit] }
}
