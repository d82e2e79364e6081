import { mkdirSync, realpathSync } from 'node:fs'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { layout, type Layout } from './layout.ts'
import { openLeases, type Leases } from './leases.ts'
import { openProperties, type PropertyStore } from './properties.ts'
import { openStamps } from './stamp.ts'
import { recover } from './recover.ts'
import type { Pending } from './pending.ts'
import type { Draft } from './blocks.ts'

/**
 * An account's files. Every change of the name space is one synchronous step (look, check, link or rename),
 * so within this process nothing can happen between a condition and the deed; the slow parts (data, fsync) are asynchronous.
 */
export type Disk = {
  layout: Layout
  properties: PropertyStore
  stamps: { next(after?: bigint): bigint }
  /** Appended data waiting for its flush, by the inode it will be added to. */
  pending: Map<bigint, Pending>
  /** Files being extended in place: what others may see of them meanwhile. */
  growing: Map<bigint, { size: bigint; stamp: bigint }>
  /** Uncommitted blocks, by container and path. */
  drafts: Map<string, Draft>
  leases: Leases
  now: Clock
  log: Log
}

/** Opens an account's folder and brings what a crash left behind to its last acknowledged state. */
export async function openDisk(deps: { root: string; account: string; clock: Clock; log: Log }): Promise<Disk> {
  mkdirSync(deps.root, { recursive: true, mode: 0o700 })
  const own = layout(realpathSync.native(deps.root), deps.account)
  for (const folder of [own.root, own.containers, own.properties, own.staging, own.trash, own.growing]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const disk: Disk = {
    layout: own,
    properties: openProperties(own.properties, own.staging),
    stamps: openStamps(() => deps.clock().getTime()),
    pending: new Map(),
    growing: new Map(),
    drafts: new Map(),
    leases: openLeases(own),
    now: deps.clock,
    log: deps.log,
  }
  await recover(disk)
  return disk
}
