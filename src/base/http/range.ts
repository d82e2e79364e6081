/** The bytes that a `Range` names, `from` included and `to` not, cut at the end of the content; undefined when it names no single range. They may lie behind the end: that is the caller's to refuse. Source: RFC 9110 §14.1.2. */
export function namedRange(header: string, size: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? []
  if (first === '' && last === '') return undefined
  return {
    from: first === '' ? Math.max(0, size - Number(last)) : Number(first),
    to: first === '' || last === '' ? size : Math.min(size, Number(last) + 1),
  }
}
