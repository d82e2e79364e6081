import { argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { Problem } from '#base/problem.ts'

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB of memory, two passes, one lane. */
const current = { memory: 19_456, passes: 2, parallelism: 1 }
type Cost = typeof current
const tagLength = 32

/** Hashes a password in the PHC string format, parameters included, so that they may grow later. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce, current)
  return `$argon2id$v=19$m=${current.memory},t=${current.passes},p=${current.parallelism}$${base64(nonce)}$${base64(tag)}`
}

/** Whether the password is right, and whether its hash should be made anew with today's cost. */
export async function checkPassword(password: string, stored: string): Promise<{ right: boolean; stale: boolean }> {
  const [, kind, , cost, nonce, tag] = stored.split('$')
  const numbers = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(cost ?? '')
  if (kind !== 'argon2id' || !numbers || !nonce || !tag) throw new Error('A stored password hash is damaged')
  const used = { memory: Number(numbers[1]), passes: Number(numbers[2]), parallelism: Number(numbers[3]) }
  const expected = Buffer.from(tag, 'base64')
  const right = timingSafeEqual(expected, await derive(password, Buffer.from(nonce, 'base64'), used))
  return { right, stale: used.memory !== current.memory || used.passes !== current.passes || used.parallelism !== current.parallelism }
}

let decoy: Promise<string> | undefined
/** Takes as long as checking a real password: an unknown name must not answer faster. */
export async function checkNothing(password: string): Promise<void> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'))
  await checkPassword(password, await decoy)
}

function derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    argon2('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...cost }, (error, tag) => (error ? reject(error) : resolve(Buffer.from(tag)))))
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** NIST SP 800-63B: length counts, composition rules do not. */
export function mustBeGoodPassword(password: string, upn: string): void {
  if (password.length < 10) throw new Problem('invalid', 'The password is too short: use at least 10 characters.', { extra: { field: 'password' } })
  if (password.length > 256) throw new Problem('invalid', 'The password is too long: use at most 256 characters.', { extra: { field: 'password' } })
  const name = upn.split('@')[0]?.toLowerCase() ?? ''
  const plain = password.toLowerCase()
  if (new Set(plain).size < 5 || /^(password|passw0rd|qwerty|1234567890)/.test(plain) || (name.length > 3 && plain.includes(name) && plain.length < name.length + 6)) {
    throw new Problem('invalid', 'The password is too easy to guess.', { extra: { field: 'password' } })
  }
}

// No characters that look alike: people read these aloud and type them.
const letters = 'abcdefghjkmnpqrstuvwxyz'
const digits = '23456789'
/** A password that can be typed: four groups of five, about 88 bits. */
export function generatePassword(): string {
  const alphabet = letters + digits
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
