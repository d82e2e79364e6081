import { Problem } from '#base/problem.ts'

/** An inclusive range of IPv4 addresses or of ports. */
export type Range = readonly [first: number, last: number]

export const allAddresses: Range = [0, 0xffff_ffff]

/** '10.0.0.1' as a number; throws Problem when it is anything else. */
export function parseAddress(text: string): number {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (parts === undefined || parts.some((part) => part > 255)) throw new Problem('invalid', `'${text.slice(0, 60)}' is not an IPv4 address.`)
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

export const formatAddress = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')

/** The addresses of '10.139.0.0/16' (or of a single address), and the length of its prefix. */
export function parsePrefix(text: string): { range: Range; length: number } {
  const [address = '', bits] = text.split('/')
  const length = bits === undefined ? 32 : Number(bits)
  if (bits !== undefined && (!/^\d{1,2}$/.test(bits) || length > 32)) throw new Problem('invalid', `'${text.slice(0, 60)}' is not an IPv4 prefix.`)
  const size = 2 ** (32 - length)
  const first = Math.floor(parseAddress(address) / size) * size
  return { range: [first, first + size - 1], length }
}

export const contains = ([first, last]: Range, value: number): boolean => value >= first && value <= last

/** Sorted, disjoint ranges: nft refuses sets whose intervals overlap. */
export function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = []
  for (const range of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last !== undefined && range[0] <= last[1] + 1) merged[merged.length - 1] = [last[0], Math.max(last[1], range[1])]
    else merged.push(range)
  }
  return merged
}

/** Everything in `within` that is in none of `ranges`. */
export function complement(ranges: readonly Range[], within: Range = allAddresses): Range[] {
  const rest: Range[] = []
  let next = within[0]
  for (const [first, last] of merge(ranges)) {
    if (first > next) rest.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= within[1]) rest.push([next, within[1]])
  return rest
}

/** The first free address of a subnet. Azure keeps the first four and the last for itself. */
export function nextAddress(subnet: string, taken: ReadonlySet<string>): string {
  const [first, last] = parsePrefix(subnet).range
  for (let address = first + 4; address < last; address += 1) {
    const text = formatAddress(address)
    if (!taken.has(text)) return text
  }
  throw new Problem('quota', `The subnet ${subnet} has no free address left.`, { extra: { wireCode: 'SubnetIsFull' } })
}

/** A free loopback address; each instance has a /16 of 127.0.0.0/8 of its own, away from the one distributions use. */
export function nextLoopback(tag: string, taken: ReadonlySet<string>): string {
  return nextAddress(`127.${16 + (Number.parseInt(tag.slice(0, 4), 16) % 200)}.0.0/16`, taken)
}
