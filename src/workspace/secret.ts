import { createHash, randomBytes } from 'node:crypto'

/** 128 bits and more from the system: tokens, codes, session ids. */
export const randomSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')

/** What the database keeps of a secret that is long and random enough not to need a slow hash. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
