import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Api, Call } from './call.ts'
import { refuse } from './errors.ts'
import { isAccountName, mustBeContainerName, pathFromUrl } from './names.ts'

const hostStyle = /^([a-z0-9]{3,24})\.(dfs|blob)\./

/**
 * The account of a rename whose URL does not name one. `move` of @azure/storage-file-datalake replaces the whole path of a path-style
 * URL, account and all, by `/<container>/<path>`; the account then stands only in the source. Undefined for every other request.
 */
export async function impliedAccount(request: IncomingMessage | Http2ServerRequest, exists: (name: string) => Promise<boolean>): Promise<string | undefined> {
  const source = request.headers['x-ms-rename-source']
  if (typeof source !== 'string' || hostStyle.test(hostOf(request))) return undefined
  const [first = ''] = (request.url ?? '').slice(1).split(/[/?]/)
  if (isAccountName(first) && (await exists(first))) return undefined
  const [name = ''] = source.replace(/^\//, '').split('/')
  return isAccountName(name) && (await exists(name)) ? name : undefined
}

/** Reads where a request points: account, container, path, and which of the two endpoints it speaks to. */
export function readCall(request: IncomingMessage | Http2ServerRequest, implied?: string): Call {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  const rawPath = mark < 0 ? url : url.slice(0, mark)
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1)
  if (!rawPath.startsWith('/')) throw refuse('InvalidUri')
  const host = hostStyle.exec(hostOf(request))
  const parts = rawPath.slice(1).split('/')
  const account = host?.[1] ?? implied ?? parts.shift() ?? ''
  if (!isAccountName(account)) throw refuse('InvalidUri', 'The path must begin with the name of a storage account.')
  const container = decoded(parts.shift() ?? '')
  const query = readQuery(rawQuery)
  const method = request.headers['x-http-method-override']
  const socket = request.socket
  const call: Call = {
    method: (typeof method === 'string' && request.method !== 'GET' ? method : (request.method ?? 'GET')).toUpperCase(),
    wireMethod: (request.method ?? 'GET').toUpperCase(),
    api: 'blob',
    account,
    container: container === '' ? undefined : container,
    path: pathFromUrl(parts.join('/')),
    rawPath,
    pathStyle: !host,
    query,
    rawQuery,
    headers: request.headers,
    body: request,
    tls: 'encrypted' in socket && socket.encrypted,
    from: socket.remoteAddress,
  }
  call.api = host?.[2] === 'dfs' ? 'dfs' : host?.[2] === 'blob' ? 'blob' : apiOf(call)
  if (call.container !== undefined) mustBeContainerName(call.container)
  return call
}

/** One port serves both endpoints; what only one of them knows tells which is meant, and at last what the client can read. */
function apiOf(call: Call): Api {
  const { query, headers, method } = call
  if (query.has('restype') || query.has('comp') || headers['x-ms-blob-type'] !== undefined || headers['x-ms-copy-source'] !== undefined) return 'blob'
  if (query.has('resource') || query.has('action') || query.has('recursive') || method === 'PATCH' || headers['x-ms-rename-source'] !== undefined) return 'dfs'
  return headers.accept?.includes('application/json') ? 'dfs' : 'blob'
}

const hostOf = (request: IncomingMessage | Http2ServerRequest): string => {
  const authority = request.headers[':authority']
  return (request.headers.host ?? (typeof authority === 'string' ? authority : '')).toLowerCase()
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refuse('InvalidUri', 'The path is not valid percent-encoded UTF-8.')
  }
}

/** Query parameters, names in lower case. A plus sign is a plus: signatures count on it (RFC 3986, not form encoding). */
export function readQuery(raw: string): Map<string, string> {
  const query = new Map<string, string>()
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decoded(at < 0 ? pair : pair.slice(0, at)).toLowerCase()
    if (!query.has(name)) query.set(name, at < 0 ? '' : decoded(pair.slice(at + 1)))
  }
  return query
}
