import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { goBack } from './grow.ts'
import { syncDirectory } from './sync.ts'
import { empty } from './trash.ts'

/**
 * After a crash: files that were growing go back to their acknowledged length, and what nobody was told about is removed.
 * Runs before the first request of an account; doing it twice does no harm.
 */
export async function recover(disk: Disk): Promise<void> {
  const { growing, staging, trash } = disk.layout
  const undone = await readdir(growing)
  for (const name of undone) await goBack(join(growing, name))
  if (undone.length > 0) await syncDirectory(growing)
  for (const name of await readdir(staging)) await rm(join(staging, name), { recursive: true, force: true })
  for (const name of await readdir(trash)) await empty(disk, join(trash, name))
}
