import { namedRange } from '#base/http/range.ts'
import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'

/**
 * The bytes a read asks for, `[from, to)`, or undefined for all of them. `x-ms-range` comes before `Range`.
 * A range that starts behind the end is refused with 416; one that ends there is cut (RFC 9110 §14).
 */
export function readRange(call: Call, size: number): { from: number; to: number } | undefined {
  const range = namedRange(header(call, 'x-ms-range') ?? header(call, 'range') ?? '', size)
  if (range && range.from >= size) throw refuse('InvalidRange')
  return range && range.to > range.from ? range : undefined
}
