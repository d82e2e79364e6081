import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Loop } from '#base/work.ts'
import type { Access } from '../authorization/access.ts'
import type { Tables } from '../store/tables.ts'
import type { AsyncOperations } from './async-operations.ts'

/** What the resource manager itself stands on. Providers take the parts they name. */
export type Core = {
  db: Kysely<Tables>
  access: Access
  operations: AsyncOperations
  /** The loop that brings one resource (by key) to its wish. */
  resources: Loop
  /** The loop that empties one group (by key) and removes it. */
  groups: Loop
  clock: Clock
  log: Log
  tenantId: string
  subscriptionId: string
  publicUrl: string
}

/** The one region: this machine. */
export const region = { name: 'local', displayName: 'This machine', regionalDisplayName: 'This machine' } as const

/** `This Machine` and `local` are one region; Azure strips spaces and case too. */
export function normalLocation(location: string): string {
  const plain = location.toLowerCase().replaceAll(' ', '')
  return plain === 'thismachine' ? region.name : plain
}
