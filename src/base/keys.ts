import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Keys = {
  /** 32 bytes for one purpose, the same for ever: machine tokens, cookie keys. */
  derive(purpose: string): Buffer
  /** Encrypts a secret for the database (AES-256-GCM, bound to its purpose). */
  seal(purpose: string, text: string): string
  /** Throws when the text was sealed for another purpose, by another key, or changed. */
  open(purpose: string, sealed: string): string
}

/** The instance's master key: `<dataDir>/master.key`, 32 random bytes, mode 0600, made once. */
export function openKeys(dataDir: string): Keys {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  return keysFrom(masterKey(join(dataDir, 'master.key')))
}

function masterKey(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  // link(2) makes creation atomic: a crash leaves no half key, and of two starters one wins.
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(temporary, randomBytes(32), { mode: 0o600, flush: true })
  try {
    linkSync(temporary, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  return readFileSync(file)
}

/** Keys from 32 given bytes. */
export function keysFrom(master: Buffer): Keys {
  if (master.length !== 32) throw new Error('The master key must be 32 bytes; the file master.key is damaged.')
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', `brickyard:${purpose}`, 32))
  return {
    derive,
    seal(purpose, text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', derive(`seal:${purpose}`), iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', derive(`seal:${purpose}`), bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}
