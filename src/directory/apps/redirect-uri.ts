import { isIP } from 'node:net'
import { Problem } from '#base/problem.ts'

/** A place where codes may be sent: https, or http on the machine itself (RFC 8252 §7.3, §8.3). No fragment, no wildcard. */
export function mustBeRedirectUri(uri: string): void {
  const bad = (why: string) => new Problem('invalid', `The redirect URI ${uri} ${why}.`, { extra: { field: 'redirectUris' } })
  const url = URL.parse(uri)
  if (!url) throw bad('is not an absolute URL')
  if (uri.includes('#')) throw bad('must not have a fragment')
  if (uri.includes('*')) throw bad('must not have a wildcard')
  if (url.username || url.password) throw bad('must not carry a user name')
  if (url.protocol === 'https:') return
  if (url.protocol !== 'http:') throw bad('must begin with https://, or with http://localhost')
  if (!isLoopback(url.hostname)) throw bad('must begin with https:// because its host is not this machine')
}

export const isLoopback = (hostname: string) => hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
