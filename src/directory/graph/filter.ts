import { Problem } from '#base/problem.ts'

/**
 * The one kind of `$filter` that clients use to find things here: `appId eq '…'`, several joined by `and`.
 * Anything else is refused by name instead of being ignored.
 */
export function filtered<T extends object>(items: readonly T[], filter: string | undefined): T[] {
  if (filter === undefined) return [...items]
  const tests = filter.split(/ and /i).map((each) => {
    const match = /^\(?\s*([\w/]+) eq (?:'((?:[^']|'')*)'|(true|false|\d+))\s*\)?$/.exec(each.trim())
    if (!match?.[1]) throw new Problem('not_implemented', `This $filter is not supported: ${filter}. Use conditions such as displayName eq 'name', joined by and.`)
    return { path: match[1].split('/'), value: match[2]?.replaceAll("''", "'") ?? match[3] ?? '' }
  })
  return items.filter((item) => tests.every(({ path, value }) => String(at(item, path)).toLowerCase() === value.toLowerCase()))
}

const at = (item: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined), item)
