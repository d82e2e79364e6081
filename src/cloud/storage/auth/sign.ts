import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 with an account key, as every Azure Storage signature is made. */
export const sign = (key: string, text: string): string => createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64')

/** Whether one of the account's keys signed one of the texts. Takes the same time whatever matches. */
export function signedByAny(keys: readonly string[], texts: readonly string[], signature: string): boolean {
  const given = digest(signature)
  let match = false
  for (const key of keys) for (const text of texts) match = timingSafeEqual(digest(sign(key, text)), given) || match
  return match
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
