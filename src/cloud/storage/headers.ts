import { header, type Call, type Headers } from './call.ts'
import { refuse } from './errors.ts'
import type { Entry } from './disk/entry.ts'
import type { Properties } from './disk/properties.ts'
import { aclText, symbolic } from './access.ts'

const named = [
  ['content-type', 'contentType'],
  ['content-encoding', 'contentEncoding'],
  ['content-language', 'contentLanguage'],
  ['content-disposition', 'contentDisposition'],
  ['cache-control', 'cacheControl'],
  ['content-md5', 'contentMd5'],
] as const

/** ETag and date: what every answer about one thing carries. */
export const stampHeaders = (entry: Entry): Headers => ({ etag: entry.etag, 'last-modified': entry.lastModified.toUTCString() })

/** All that is known of a file or directory, in the headers of both endpoints. */
export function entryHeaders(entry: Entry): Headers {
  const { properties } = entry
  return {
    ...stampHeaders(entry),
    'content-type': properties.contentType ?? 'application/octet-stream',
    'content-encoding': properties.contentEncoding,
    'content-language': properties.contentLanguage,
    'content-disposition': properties.contentDisposition,
    'cache-control': properties.cacheControl,
    'content-md5': properties.contentMd5,
    'accept-ranges': 'bytes',
    'x-ms-resource-type': entry.isDirectory ? 'directory' : 'file',
    'x-ms-properties': propertiesText(properties.metadata),
    ...metadataHeaders(entry),
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-creation-time': entry.createdAt.toUTCString(),
    ...leaseHeaders(entry),
    'x-ms-server-encrypted': 'false',
    ...accessHeaders(entry),
  }
}

/** Whether it is leased. */
export const leaseHeaders = ({ lease }: Pick<Entry, 'lease'>): Headers => ({
  'x-ms-lease-state': lease?.state ?? 'available',
  'x-ms-lease-status': lease?.held === true ? 'locked' : 'unlocked',
  'x-ms-lease-duration': lease?.held === true ? (lease.endless ? 'infinite' : 'fixed') : undefined,
})

/** Owner, group, permissions and access control list. */
export const accessHeaders = (entry: Entry): Headers => ({
  'x-ms-owner': entry.properties.owner ?? '$superuser',
  'x-ms-group': entry.properties.group ?? '$superuser',
  'x-ms-permissions': symbolic(entry),
  'x-ms-acl': aclText(entry),
})

/** User metadata; a directory shows itself to blob clients by `hdi_isfolder`, as in a hierarchical account. */
export function metadataHeaders(entry: Pick<Entry, 'isDirectory' | 'properties'>, isContainer = false): Headers {
  const all = { ...entry.properties.metadata, ...(entry.isDirectory && !isContainer ? { hdi_isfolder: 'true' } : {}) }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`x-ms-meta-${name}`, value]))
}

/** The content headers a request sets (`x-ms-content-type`, for blobs `x-ms-blob-content-type`), or undefined if none. */
export function contentProperties(call: Call, prefix: 'x-ms-' | 'x-ms-blob-'): Properties | undefined {
  const set = named.flatMap(([name, property]) => {
    const value = header(call, `${prefix}${name}`)
    return value === undefined || value === '' ? [] : [[property, value]]
  })
  return set.length > 0 ? Object.fromEntries(set) : undefined
}

/** `x-ms-meta-*` headers as metadata, or undefined if there are none. */
export function blobMetadata(call: Call): Record<string, string> | undefined {
  const found = Object.keys(call.headers).filter((name) => name.startsWith('x-ms-meta-'))
  const pairs = found.map((name) => [name.slice('x-ms-meta-'.length), header(call, name) ?? ''] as const).filter(([name]) => name !== 'hdi_isfolder')
  for (const [name] of pairs) if (!/^[a-z_][a-z0-9_]*$/i.test(name)) throw refuse('InvalidMetadata')
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}

/** `x-ms-properties: name=base64,…` as metadata, or undefined if the header is missing. Values are Latin-1 ("Path – Create"). */
export function dfsMetadata(call: Call): Record<string, string> | undefined {
  const text = header(call, 'x-ms-properties')
  if (text === undefined) return undefined
  const pairs = text.split(',').map((pair) => pair.trim()).filter((pair) => pair !== '')
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw refuse('InvalidInput', 'x-ms-properties must be a list of name=base64 value.')
    return [pair.slice(0, at), Buffer.from(pair.slice(at + 1), 'base64').toString('latin1')]
  }))
}

/** Metadata in the form of `x-ms-properties`. */
export const propertiesText = (metadata: Record<string, string> | undefined): string | undefined =>
  metadata && Object.entries(metadata).map(([name, value]) => `${name}=${Buffer.from(value, 'latin1').toString('base64')}`).join(',')
