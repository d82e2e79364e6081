import { namedRange } from '#base/http/range.ts'
import { Problem } from '#base/problem.ts'

/** One range of a file; undefined when there is none to give: several ranges at once are given as the whole file. */
export function rangeOf(header: string, size: number): { from: number; to: number } | undefined {
  const range = namedRange(header, size)
  if (range && (range.from >= size || range.to <= range.from))
    throw new Problem('invalid', `The range ${header} is outside the file's ${size} bytes.`, { extra: { wireCode: 'INVALID_RANGE' } })
  return range
}
