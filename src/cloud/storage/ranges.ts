import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'

/**
 * The bytes a read asks for, `[from, to)`, or undefined for all of them. `x-ms-range` comes before `Range`.
 * A range that starts behind the end is refused with 416; one that ends there is cut (RFC 9110 §14).
 */
export function readRange(call: Call, size: number): { from: number; to: number } | undefined {
  const text = header(call, 'x-ms-range') ?? header(call, 'range')
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (from >= size) throw refuse('InvalidRange')
  return to <= from ? undefined : { from, to }
}
