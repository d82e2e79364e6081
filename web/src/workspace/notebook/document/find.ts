export type Query = { text: string; caseSensitive: boolean; regex: boolean }
export type Match = { cell: string; from: number; to: number }

/** The expression of a query; null when there is nothing to search or it is no expression. */
export function expressionOf({ text, caseSensitive, regex }: Query): RegExp | null {
  if (text === '') return null
  try {
    return new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), `gm${caseSensitive ? '' : 'i'}`)
  } catch {
    return null
  }
}

export function matchesIn(source: string, expression: RegExp): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  for (const match of source.matchAll(expression)) {
    if (match[0] !== '') found.push({ from: match.index, to: match.index + match[0].length })
    if (found.length >= 10_000) break
  }
  return found
}

export const findAll = (cells: readonly { id: string; source: string }[], query: Query): Match[] => {
  const expression = expressionOf(query)
  return expression === null ? [] : cells.flatMap(({ id, source }) => matchesIn(source, expression).map((match) => ({ cell: id, ...match })))
}

/** What a match becomes. In an expression `$1` and the like are its groups. */
export function replacementOf(source: string, { from, to }: { from: number; to: number }, query: Query, replacement: string): string {
  const expression = expressionOf(query)
  if (!query.regex || expression === null) return replacement
  let made = replacement
  source.replace(expression, (...given: unknown[]) => {
    const at = given.findIndex((each) => typeof each === 'number')
    const groupOf = (name: string): string => {
      const group = given[name === '&' ? 0 : Number(name)]
      return typeof group === 'string' ? group : ''
    }
    if (given[at] === from) made = replacement.replace(/\$(\d|&)/g, (_all, name: string) => groupOf(name))
    return source.slice(from, to)
  })
  return made
}
