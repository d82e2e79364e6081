import { Problem } from '#base/problem.ts'

/** One range of a file, `from` included and `to` not; undefined when there is none to give. Source: RFC 9110 §14.2; several ranges at once are given as the whole file. */
export function rangeOf(header: string, size: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (from >= size || to <= from) throw new Problem('invalid', `The range ${header} is outside the file's ${size} bytes.`, { extra: { wireCode: 'INVALID_RANGE' } })
  return { from, to }
}
