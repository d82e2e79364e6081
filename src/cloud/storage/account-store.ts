import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { layout, freshPath } from './disk/layout.ts'
import { syncDirectory } from './disk/sync.ts'

/** How much an account holds. */
export type Usage = { bytes: number; files: number; containers: number }

/** The folders of accounts below `root`. Every verb may be repeated after a crash. */
export const accountStore = (root: string) => ({
  /** Makes the folders of an account; nothing happens to those that are there. */
  async create(name: string): Promise<void> {
    mustBeAccountName(name)
    const own = layout(root, name)
    const made = await mkdir(own.root, { recursive: true, mode: 0o700 })
    for (const folder of [own.containers, own.properties, own.staging, own.trash, own.growing]) await mkdir(folder, { recursive: true, mode: 0o700 })
    await syncDirectory(own.root)
    if (made !== undefined) await syncDirectory(root)
  },
  /** Takes an account's folder away at once (it is renamed, then emptied), so no half-deleted account is ever served. */
  async remove(name: string): Promise<void> {
    mustBeAccountName(name)
    const trash = join(root, '.trash')
    await mkdir(trash, { recursive: true, mode: 0o700 })
    await rename(layout(root, name).root, freshPath(trash)).catch(ignoreMissing)
    await syncDirectory(root)
    for (const left of await readdir(trash)) await rm(join(trash, left), { recursive: true, force: true })
  },
  /** Counts what an account holds by walking its containers. */
  async usage(name: string): Promise<Usage> {
    mustBeAccountName(name)
    const total: Usage = { bytes: 0, files: 0, containers: 0 }
    const { containers } = layout(root, name)
    total.containers = (await readdir(containers).catch(() => [])).length
    await count(containers, total)
    return total
  },
})

async function count(folder: string, total: Usage): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await count(path, total)
    else if (entry.isFile()) {
      total.files += 1
      total.bytes += (await lstat(path).catch(() => ({ size: 0 }))).size
    }
  }
}

/** Azure's rule for account names; also what keeps a name from leaving the root. */
const mustBeAccountName = (name: string): void => {
  if (!/^[a-z0-9]{3,24}$/.test(name)) throw new Error(`not a storage account name: ${JSON.stringify(name)}`)
}

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error
}
