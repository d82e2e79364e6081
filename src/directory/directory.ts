import type { Clock } from '#base/clock.ts'
import type { Database } from '#base/db.ts'
import type { Keys } from '#base/keys.ts'
import type { Log } from '#base/log.ts'
import type { Directory } from './contract.ts'

export type * from './contract.ts'

export type DirectoryDeps = {
  database: Database
  keys: Keys
  log: Log
  clock: Clock
  /** `https://localhost:P+1`, without a slash at the end. */
  baseUrl: string
  portalUrl: string
  /** Domain of a new tenant's user names. Default `brickyard.local`. */
  domain?: string
  /** Name of a new tenant. Default `Brickyard`. */
  tenantName?: string
}

/** Opens the directory on its tables (schema `directory`); makes the tenant and its first signing key if there is none. */
export async function openDirectory(_deps: DirectoryDeps): Promise<Directory> {
  throw new Error('The directory is being built.')
}
