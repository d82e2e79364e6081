import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { DriverClient } from '#engine/driver.ts'
import type { WorkspaceCaller } from '../../caller.ts'
import type { Hub } from '../documents/hub.ts'
import type { RunRow, SessionRow, Tables } from '../tables.ts'
import type { Level, ServerMessage } from '../wire.ts'
import type { SessionStore } from './store.ts'

/** An object of the tree as the caller may see it. */
export type NotebookObject = { object_id: number; type: 'DIRECTORY' | 'NOTEBOOK' | 'FILE'; path: string; level: string | null }
/** What notebooks need of the tree of workspace files. */
export type NotebookObjects = {
  /** Refuses who has less than `needed`. `verb` completes "may not … /path". */
  must(caller: WorkspaceCaller, objectId: number, needed: Level, verb?: string): Promise<NotebookObject>
  find(caller: WorkspaceCaller, path: string): Promise<NotebookObject>
  pathOf(objectId: number): Promise<string | undefined>
}

/** What a run needs to know of its cluster now. */
export type ClusterView = {
  cluster_id: string
  name: string
  /** As the clusters API names it, or PAUSED. */
  state: string
  incarnation: number
  /** usable: runs commands · coming: will be usable by itself or by resuming · gone: what ran there is lost */
  is: 'usable' | 'coming' | 'gone'
  /** Why it is gone, for a person. */
  reason: string
}
export type NotebookClusters = {
  /** Refuses who may not run anything there. */
  mayAttach(caller: WorkspaceCaller, clusterId: string): Promise<void>
  look(clusterId: string): Promise<ClusterView | null>
}

export type SessionDeps = {
  store: SessionStore
  hub: Hub
  objects: NotebookObjects
  clusters: NotebookClusters
  driver: (clusterId: string) => DriverClient
  /** Who a run acts as; null when they are no member any more. */
  member: (userId: number) => Promise<WorkspaceCaller | null>
  clock: Clock
  log: Log
  /** To everybody who looks at the session's notebook. */
  tell: (session: SessionRow, message: ServerMessage) => void
  /** Tells what the attachment is now. */
  tellAttachment: (session: SessionRow) => Promise<void>
  /** A wish that outlives us: this context is not needed any more. */
  endContext: (within: Kysely<Tables> | Transaction<Tables>, clusterId: string, contextId: string) => Promise<void>
}
export type Place = { run: RunRow; session: SessionRow }
