import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { StorageAccount, StorageAction } from './contract.ts'
import type { Path } from './names.ts'

export type Api = 'dfs' | 'blob'
export type Headers = Record<string, string | undefined>

/** A request, read but not yet judged. */
export type Call = {
  /** The verb meant: PATCH may travel as PUT with X-HTTP-Method-Override. */
  method: string
  /** The verb that was sent, which is the one a signature covers. */
  wireMethod: string
  api: Api
  account: string
  container: string | undefined
  path: Path
  /** The path as on the wire, for signatures. */
  rawPath: string
  /** Whether the account was the first part of the path (and not of the host name). */
  pathStyle: boolean
  /** Names in lower case, values decoded; the first value of each. */
  query: Map<string, string>
  /** The query as on the wire, for signatures. */
  rawQuery: string
  headers: IncomingHttpHeaders
  body: Readable
  tls: boolean
  from: string | undefined
}

/** What to send back. A stream is piped; `undefined` headers are left out. */
export type Answer = { status: number; headers?: Headers; body?: string | Buffer | Readable }

/** What an operation asks of a credential. Letters: any one of them is enough. */
export type Needs = {
  action: StorageAction
  on: 'account' | 'container' | 'path'
  /** Letters of `sp` in a shared access signature; any one is enough. */
  sas: string
  /** Only an account key, an account SAS or a token will do. */
  accountOnly?: boolean
  /** The path that a SAS of a directory or file must cover, where it is not the URL's. */
  path?: Path
}

/** What a credential is good for, once its signature held. */
export type Grant = {
  account: StorageAccount
  /** Throws unless the credential allows this on the container and path. */
  allow(needs: Needs, place: { container: string | undefined; path: Path }): Promise<void>
  /** Whether one letter is granted; true for keys and tokens, where the action decides. */
  may(letter: string): boolean
}

/** One header as text. */
export const header = (call: Call, name: string): string | undefined => {
  const value = call.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
