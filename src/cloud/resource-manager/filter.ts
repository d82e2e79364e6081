import type { Tags } from '../store/tables.ts'
import { bad } from './problems.ts'

export type Filterable = { type: string; name: string; location: string; tags: Tags | null; groupName: string }
type Test = (row: Filterable) => boolean

/** `$filter` of resource lists: `eq`/`ne` on resourceType, name, resourceGroup, location, tagName, tagValue; `substringof`; `and`, `or`. Source: Resources_List. */
export function resourceFilter(text: string | null): Test {
  if (text === null || text.trim() === '') return () => true
  return any(text.split(/\s+or\s+/i).map((part) => part.split(/\s+and\s+/i)))
}

function any(alternatives: string[][]): Test {
  const tests = alternatives.map(all)
  return (row) => tests.some((test) => test(row))
}

/** `tagName eq 'a' and tagValue eq 'b'` speaks about one tag, so the two are read together. */
function all(terms: string[]): Test {
  const parsed = terms.map(term)
  const tagName = parsed.find((each) => each.field === 'tagname')?.value
  const tests = parsed.map(({ field, verb, value }): Test => {
    const hit: Test = (row) => {
      switch (field) {
        case 'resourcetype': return same(row.type, value)
        case 'name': return verb === 'substringof' ? row.name.toLowerCase().includes(value.toLowerCase()) : same(row.name, value)
        case 'resourcegroup': return same(row.groupName, value)
        case 'location': return same(row.location, value)
        case 'tagname': return Object.keys(row.tags ?? {}).some((key) => same(key, value))
        case 'tagvalue': return Object.entries(row.tags ?? {}).some(([key, tag]) => tag === value && (tagName === undefined || same(key, tagName)))
        default: throw bad('InvalidFilterInQueryString', `Invalid $filter: the property '${field}' is not supported.`)
      }
    }
    return verb === 'ne' ? (row) => !hit(row) : hit
  })
  return (row) => tests.every((test) => test(row))
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

function term(text: string): { field: string; verb: string; value: string } {
  const trimmed = text.trim().replace(/^\((.*)\)$/, '$1').trim()
  const plain = /^([\w/]+)\s+(eq|ne)\s+'((?:[^']|'')*)'$/i.exec(trimmed)
  if (plain) return { field: plain[1]?.toLowerCase() ?? '', verb: plain[2]?.toLowerCase() ?? 'eq', value: (plain[3] ?? '').replaceAll("''", "'") }
  const part = /^substringof\('((?:[^']|'')*)',\s*(\w+)\)$/i.exec(trimmed)
  if (part) return { field: part[2]?.toLowerCase() ?? '', verb: 'substringof', value: (part[1] ?? '').replaceAll("''", "'") }
  throw bad('InvalidFilterInQueryString', `Invalid $filter '${text}' specified in the query string.`)
}
