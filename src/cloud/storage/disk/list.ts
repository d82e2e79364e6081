import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Path } from '../names.ts'
import type { Disk } from './disk.ts'
import { isMissing, isReal, lookAt, placeOf, type Entry } from './entry.ts'

export type Listed = { path: Path; entry: Entry }
export type Listing = { below: Path; recursive: boolean; after?: string; prefix?: string }

/** Stats are synchronous and quick; other requests get their turn after so many. */
const breatheEvery = 256

/**
 * Everything below a directory in the order of the full names, as blob listings promise; a directory comes before what is in it.
 * `after` resumes behind a name; `prefix` is a full name's beginning. What is neither file nor directory is left out.
 */
export async function* walk(disk: Disk, container: string, wish: Listing): AsyncGenerator<Listed> {
  const folder = placeOf(disk, container, wish.below)
  if (!isReal(folder.full)) return
  let seen = 0
  for (const { key, name, isDirectory } of ordered(await entriesOf(folder.full))) {
    const path = join(wish.below, name)
    const isInside = key.endsWith('/')
    if (!mayMatch(isInside ? `${path}/` : path, wish.prefix, isInside)) continue
    if (isInside) {
      if (!wish.recursive || isBehind(`${path}/`, wish.after)) continue
      yield* walk(disk, container, { ...wish, below: path })
    } else if (wish.after === undefined || compare(path, wish.after) > 0) {
      if ((seen += 1) % breatheEvery === 0) await setImmediate()
      const entry = lookAt(disk, join(folder.full, name))
      if (entry?.isDirectory === isDirectory) yield { path, entry }
    }
  }
}

/** Whether everything below `folder/` comes before or at `after`, so that it need not be visited. */
const isBehind = (folder: string, after: string | undefined): boolean => after !== undefined && !after.startsWith(folder) && compare(folder, after) < 0

function mayMatch(name: string, prefix: string | undefined, isInside: boolean): boolean {
  return prefix === undefined || name.startsWith(prefix) || (isInside && prefix.startsWith(name))
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

type Step = { key: string; name: string; isDirectory: boolean }

/** A directory stands twice: itself under its name, and what is in it under its name with a slash, where full names sort it. */
function ordered(entries: Dirent[]): Step[] {
  const steps = entries.flatMap((entry): Step[] => {
    const { name } = entry
    if (entry.isDirectory()) return [{ key: name, name, isDirectory: true }, { key: `${name}/`, name, isDirectory: true }]
    return entry.isFile() ? [{ key: name, name, isDirectory: false }] : []
  })
  return steps.sort((a, b) => compare(a.key, b.key))
}

/** The order of UTF-8 bytes, which is the order of code points; UTF-16 would put emoji before U+E000. */
export function compare(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x === y) continue
    const [high, low] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff]
    return high === low ? x - y : high ? 1 : -1
  }
  return a.length - b.length
}
