import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'

/** A storage account as the resource manager knows it; both keys open it, so that one can be rotated. */
export type StorageAccount = { name: string; keys: readonly [string, string]; createdAt: Date }

/** What a request does to data, in the words of Azure's data actions. */
export type StorageAction = 'read' | 'list' | 'write' | 'delete' | 'move' | 'permissions'

/** Whom a user delegation key stands for: object id and tenant. */
export type Delegate = { oid: string; tid: string }

/** What a bearer token is asked to be good for. `on` says how much of the account the request is about. */
export type BearerRequest = { account: string; action: StorageAction; on: 'account' | 'container' | 'path'; container?: string; path?: string }

export type StorageDeps = {
  /** `<dataDir>/cloud/storage`: one folder for each account. Only one process may serve it. */
  root: string
  account(name: string): Promise<StorageAccount | null>
  /** Throws a Problem when the token may not do this. Without it every bearer token is refused. */
  authorizeBearer?: (token: string, request: BearerRequest) => Promise<void>
  /** Whom a token speaks for, when they may make user delegation keys of this account. Throws a Problem when not. */
  delegate?: (token: string, account: string) => Promise<Delegate>
  /** Throws a Problem when this principal may not do this now: a delegated signature is never good for more than its maker is. */
  authorizePrincipal?: (oid: string, request: BearerRequest) => Promise<void>
  log: Log
  clock: Clock
}
