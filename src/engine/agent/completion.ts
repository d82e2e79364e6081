import type { CompleteQuery, Completions, InspectQuery, Inspection, Language } from '../wire.ts'
import type { Kernel } from './kernel.ts'
import type { Gateway } from './py4j.ts'
import { record } from './results.ts'
import { readCell } from './magic.ts'

/** The code of a cell with its magic blanked, so that positions stay, and the language it is in. */
export function codeOf({ code, language }: CompleteQuery, context: Language): { code: string; language: Language | undefined } {
  const cell = readCell(code, language ?? context)
  if (cell.kind !== 'code') return { code, language: undefined }
  return { code: cell.code === code ? code : code.replace(/^\s*%\w+/, (magic) => magic.replace(/\S/g, ' ')), language: cell.language }
}

export const nothing = (at: number): Completions => ({ matches: [], start: at, end: at })

/** Jupyter counts characters, the browser UTF-16 units. */
const characters = (text: string): number => Array.from(text).length
const units = (code: string, position: number): number => Array.from(code).slice(0, position).join('').length

export async function completePython(kernel: Kernel, code: string, cursor: number): Promise<Completions> {
  const { content } = await kernel.question('complete_request', { code, cursor_pos: characters(code.slice(0, cursor)) })
  const { _jupyter_types_experimental: types } = record(content.metadata)
  const known = Array.isArray(types) ? types.map(record) : []
  const typeOf = new Map(known.map((one) => [one.text, one.type]))
  const matches = (Array.isArray(content.matches) ? content.matches : []).slice(0, 500).map((match) => {
    const type = typeOf.get(match)
    return { text: String(match), ...(typeof type === 'string' && type !== '<unknown>' ? { type } : {}) }
  })
  return { matches, start: units(code, Number(content.cursor_start)), end: units(code, Number(content.cursor_end)) }
}

export async function inspectPython(kernel: Kernel, code: string, { cursor, detail }: InspectQuery): Promise<Inspection> {
  const { content } = await kernel.question('inspect_request', { code, cursor_pos: characters(code.slice(0, cursor)), detail_level: detail ?? 0 })
  return { found: content.found === true, data: record(content.data) }
}

/** Words that begin or join parts of a statement, of Spark's grammar. */
const keywords = 'SELECT FROM WHERE GROUP BY ORDER BY HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON USING UNION ALL DISTINCT WITH AS CASE WHEN THEN ELSE END AND OR NOT IN IS NULL LIKE BETWEEN EXISTS INSERT INTO OVERWRITE VALUES UPDATE SET DELETE MERGE MATCHED CREATE REPLACE TABLE VIEW TEMPORARY SCHEMA DROP ALTER DESCRIBE HISTORY SHOW TABLES SCHEMAS COLUMNS EXPLAIN CACHE OPTIMIZE VACUUM PARTITION OVER ROWS CAST ASC DESC NULLS FIRST LAST'.split(' ').filter((word, at, all) => all.indexOf(word) === at)

type Names = { schemas: string[]; tables: string[] }
const fresh = 5_000

/** Completes SQL from the catalog of a context's session: schemas, tables, and the columns of tables that the statement names. */
export function sqlCompletion(gateway: Promise<Gateway>, now: () => number = Date.now) {
  /** Asked again when it is old; an answer is written by brickyard.Statements of the same image. */
  function remembered<T>() {
    const known = new Map<string, { at: number; value: Promise<T> }>()
    return (key: string, ask: (gateway: Gateway) => Promise<string>): Promise<T> => {
      const before = known.get(key)
      if (before !== undefined && now() - before.at < fresh) return before.value
      const value = gateway.then(ask).then((text): T => JSON.parse(text))
      known.set(key, { at: now(), value })
      value.catch(() => known.delete(key))
      return value
    }
  }
  const namesOf = remembered<Names>()
  const columnsOf = remembered<string[]>()
  return async (context: string, code: string, cursor: number): Promise<Completions> => {
    const word = /[\w.`]*$/.exec(code.slice(0, cursor))?.[0] ?? ''
    const start = cursor - word.length
    const { schemas, tables } = await namesOf(context, (java) => java.text('z:brickyard.Statements', 'names', context))
    const mentioned = new Set((code.toLowerCase().match(/[\w.]+/g) ?? []).map((name) => name))
    const used = tables.filter((table) => mentioned.has(table.toLowerCase())).slice(0, 5)
    const columns = await Promise.all(used.map((table) => columnsOf(`${context}\n${table}`, (java) => java.text('z:brickyard.Statements', 'columns', context, table))))
    const qualifier = word.includes('.') ? word.slice(0, word.lastIndexOf('.') + 1) : ''
    const found = [
      ...columns.flat().map((text) => ({ text: `${schemas.includes(qualifier.slice(0, -1)) ? '' : qualifier}${text}`, type: 'column' })),
      ...tables.map((text) => ({ text, type: 'table' })),
      ...schemas.map((text) => ({ text, type: 'schema' })),
      ...(qualifier === '' && word !== '' ? keywords.map((text) => ({ text, type: 'keyword' })) : []),
    ]
    const wanted = word.toLowerCase()
    const seen = new Set<string>()
    const matches = found.filter(({ text }) => text.toLowerCase().startsWith(wanted) && text.toLowerCase() !== wanted && !seen.has(text) && seen.add(text))
    return { matches: matches.slice(0, 200), start, end: cursor }
  }
}
