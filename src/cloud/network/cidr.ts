import { isIPv4 } from 'node:net'

/** An IPv4 range, inclusive. */
export type Range = { first: number; last: number; bits: number }

/** `10.139.0.0/16` or one address; null when it is neither. `strict`: no bits behind the mask, as Azure asks of address spaces. */
export function parseCidr(text: string, strict = false): Range | null {
  const [address = '', mask] = text.split('/')
  if (!isIPv4(address)) return null
  const bits = mask === undefined ? 32 : Number(mask)
  if (!Number.isInteger(bits) || bits < 0 || bits > 32 || mask === '') return null
  const number = toNumber(address)
  const size = 2 ** (32 - bits)
  const first = Math.floor(number / size) * size
  return strict && first !== number ? null : { first, last: first + size - 1, bits }
}
export const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
export const within = (inner: Range, outer: Range): boolean => inner.first >= outer.first && inner.last <= outer.last
export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last
