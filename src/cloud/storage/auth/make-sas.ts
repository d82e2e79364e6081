import { accountSasText, serviceSasText, signedResource } from './sas-text.ts'
import { sign } from './sign.ts'

type Common = { account: string; key: string; permissions: string; expires: Date; starts?: Date; protocol?: 'https' | 'https,http'; ip?: string; version?: string }

/**
 * Makes a shared access signature for our own tests, with whatever in it. The platform makes its own with
 * `generateDataLakeSASQueryParameters` of @azure/storage-file-datalake, since it may not import the cloud.
 */
export function serviceSas(wish: Common & { container: string; path?: string; kind: 'c' | 'd' | 'b' | 'f'; depth?: number }): string {
  const fields = common(wish)
  fields.set('sr', wish.kind)
  if (wish.depth !== undefined) fields.set('sdd', String(wish.depth))
  fields.set('sig', sign(wish.key, serviceSasText(fields, signedResource(wish.account, wish.container, wish.path ?? ''))))
  return query(fields)
}

/** The same for a whole account: `services` (`b`), `types` (`s`, `c`, `o`). */
export function accountSas(wish: Common & { services?: string; types?: string }): string {
  const fields = common(wish)
  fields.set('ss', wish.services ?? 'b').set('srt', wish.types ?? 'sco')
  fields.set('sig', sign(wish.key, accountSasText(fields, wish.account)))
  return query(fields)
}

function common({ permissions, expires, starts, protocol, ip, version }: Common): Map<string, string> {
  const fields = new Map([['sv', version ?? '2025-11-05'], ['sp', permissions], ['se', moment(expires)]])
  if (starts) fields.set('st', moment(starts))
  if (protocol) fields.set('spr', protocol)
  if (ip !== undefined) fields.set('sip', ip)
  return fields
}

const moment = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`
const query = (fields: Map<string, string>): string => [...fields].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
