import type { StorageAccount } from '../contract.ts'
import { header, type Call } from '../call.ts'
import { refuse } from '../errors.ts'
import { byCharacter, byCulture } from './header-order.ts'
import { signedByAny } from './sign.ts'

const skewMs = 15 * 60 * 1000
const standard = [
  'content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date',
  'if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range',
] as const

/**
 * Checks `Authorization: SharedKey <account>:<signature>`.
 * Source: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key (2015-02-21 and later).
 */
export function checkSharedKey(call: Call, account: StorageAccount, credential: string, now: Date): void {
  const colon = credential.indexOf(':')
  const name = credential.slice(0, colon)
  if (colon < 0 || name !== account.name) throw refuse('AuthenticationFailed', undefined, `signed for account ${JSON.stringify(name)}`)
  const date = header(call, 'x-ms-date') ?? header(call, 'date')
  const at = date === undefined ? Number.NaN : Date.parse(date)
  if (Number.isNaN(at)) throw refuse('AuthenticationFailed', 'The Date or x-ms-date header is missing or not a date.')
  if (Math.abs(now.getTime() - at) > skewMs) throw refuse('AuthenticationFailed', `Request date header too old or too new: '${date}'.`)
  if (!signedByAny(account.keys, textsToSign(call), credential.slice(colon + 1))) throw refuse('AuthenticationFailed', undefined, 'the signature does not match')
}

/** What may have been signed: one text for each order of headers, one if they agree. */
export function textsToSign(call: Call): string[] {
  const head = [call.wireMethod, ...standard.map((name) => standardValue(call, name))].join('\n')
  const resource = canonicalResource(call)
  return [...new Set([byCharacter, byCulture].map((order) => `${head}\n${canonicalHeaders(call, order)}${resource}`))]
}

function standardValue(call: Call, name: (typeof standard)[number]): string {
  const value = header(call, name) ?? ''
  if (name === 'content-length' && value === '0') return ''
  if (name === 'date' && call.headers['x-ms-date'] !== undefined) return ''
  return value
}

function canonicalHeaders(call: Call, order: (a: string, b: string) => number): string {
  const names = Object.keys(call.headers).filter((name) => name.startsWith('x-ms-'))
  return names.sort(order).map((name) => `${name}:${(header(call, name) ?? '').trim()}\n`).join('')
}

/** In path style the account stands in the path too, so it appears twice: once as the signer's, once as the path's. */
function canonicalResource(call: Call): string {
  const values = new Map<string, string[]>()
  for (const pair of call.rawQuery.split('&').filter((text) => text !== '')) {
    const at = pair.indexOf('=')
    const name = decodeURIComponent(at < 0 ? pair : pair.slice(0, at)).toLowerCase()
    values.set(name, [...(values.get(name) ?? []), at < 0 ? '' : decodeURIComponent(pair.slice(at + 1))])
  }
  const parameters = [...values].sort(([a], [b]) => byCharacter(a, b)).map(([name, list]) => `\n${name}:${list.sort(byCharacter).join(',')}`)
  return `/${call.account}${call.rawPath}${parameters.join('')}`
}
