import type { Table } from '#web/api/generated/notebook-wire.ts'

export type ColumnKind = 'number' | 'text' | 'boolean' | 'time' | 'other'
export type Column = { index: number; name: string; type: string; kind: ColumnKind }
export type Sort = { column: number; down: boolean }
export type View = { sort: Sort | null; /** Words that any column has. */ search: string; /** By column: `> 3`, `= x`, `null`, or a part of the text. */ filters: Readonly<Record<number, string>> }
export const everything: View = { sort: null, search: '', filters: {} }

const record = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
/** A table as it came over the wire; null when it is none. */
export function asTable(value: unknown): Table | null {
  if (!record(value) || !Array.isArray(value.schema) || !Array.isArray(value.data)) return null
  const schema = value.schema.flatMap((one: unknown) => (record(one) ? [{ name: String(one.name), type: typeof one.type === 'string' ? one.type : JSON.stringify(one.type ?? '') }] : []))
  return { schema, data: value.data.filter((row): row is unknown[] => Array.isArray(row)), truncated: value.truncated === true }
}

/** Types as Spark names them (`DataType.simpleString`), with or without quotes. */
export function kindOf(type: string): ColumnKind {
  const word = type.replaceAll('"', '').toLowerCase()
  if (/^(tinyint|smallint|int|integer|bigint|long|short|byte|float|double|decimal|number)/.test(word)) return 'number'
  if (/^(date|timestamp)/.test(word)) return 'time'
  if (word === 'boolean') return 'boolean'
  return /^(string|char|varchar)/.test(word) ? 'text' : 'other'
}
export const columnsOf = (table: Table): Column[] => table.schema.map(({ name, type }, index) => ({ index, name, type: type.replaceAll('"', ''), kind: kindOf(type) }))

/** A value as people read it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return JSON.stringify(value) ?? ''
}
/** Numbers of 64 bits and decimals come as strings. */
export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'boolean' ? Number(value) : Number.NaN)

/** The numbers of the rows to show, in their order. */
export function rowsOf(table: Table, columns: readonly Column[], { sort, search, filters }: View): Uint32Array {
  const words = search.trim().toLowerCase()
  const wanted = Object.entries(filters).flatMap(([index, text]) => {
    const column = columns[Number(index)]
    return column === undefined || text.trim() === '' ? [] : [{ column, test: condition(text.trim(), column) }]
  })
  const kept: number[] = []
  for (const [row, values] of table.data.entries()) {
    if (words !== '' && !values.some((value) => textOf(value).toLowerCase().includes(words))) continue
    if (wanted.every(({ column, test }) => test(values[column.index]))) kept.push(row)
  }
  const by = sort === null ? undefined : columns[sort.column]
  if (sort === null || by === undefined) return Uint32Array.from(kept)
  return Uint32Array.from(sorted(table, kept, by, sort.down))
}

const collator = new Intl.Collator('en', { numeric: true })
/** Keys are made once: 100,000 rows compare a million times. Nulls come last either way. */
function sorted(table: Table, rows: readonly number[], { index, kind }: Column, down: boolean): number[] {
  const sign = down ? -1 : 1
  const at = (row: number) => table.data[row]?.[index]
  const [nulls, rest] = [rows.filter((row) => at(row) === null || at(row) === undefined), rows.filter((row) => at(row) !== null && at(row) !== undefined)]
  if (kind === 'number' || kind === 'boolean') {
    const keys = new Map(rest.map((row) => [row, numberOf(at(row))]))
    const key = (row: number) => keys.get(row) ?? 0
    return [...rest.toSorted((a, b) => sign * (key(a) - key(b)) || a - b), ...nulls]
  }
  const keys = new Map(rest.map((row) => [row, textOf(at(row))]))
  // Times are written so that their text sorts as they do; collation costs ten times as much.
  const compare = kind === 'time' || rest.length > 50_000 ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) : collator.compare
  return [...rest.toSorted((a, b) => sign * compare(keys.get(a) ?? '', keys.get(b) ?? '') || a - b), ...nulls]
}

/** A column's filter: `null`, `not null`, a comparison, or a part of the text. */
export function condition(text: string, { kind }: Pick<Column, 'kind'>): (value: unknown) => boolean {
  const lower = text.toLowerCase()
  if (lower === 'null') return (value) => value === null || value === undefined
  if (lower === 'not null') return (value) => value !== null && value !== undefined
  const match = /^(>=|<=|!=|<>|=|>|<)\s*(.+)$/.exec(text)
  const [sign, operand] = [match?.[1], match?.[2]]
  if (sign === undefined || operand === undefined) return (value) => textOf(value).toLowerCase().includes(lower)
  const number = kind === 'number' ? Number(operand) : Number.NaN
  const order = (value: unknown): number => {
    if (!Number.isNaN(number)) return numberOf(value) - number
    const [a, b] = [textOf(value).toLowerCase(), operand.toLowerCase()]
    return a < b ? -1 : a > b ? 1 : 0
  }
  return (value) => {
    if (value === null || value === undefined) return false
    const by = order(value)
    if (Number.isNaN(by)) return false
    return sign === '=' ? by === 0 : sign === '!=' || sign === '<>' ? by !== 0 : sign === '>' ? by > 0 : sign === '<' ? by < 0 : sign === '>=' ? by >= 0 : by <= 0
  }
}

/** RFC 4180. A text that a spreadsheet would take for a formula keeps its first sign behind an apostrophe. */
export function csvOf(columns: readonly Column[], data: readonly unknown[][], rows: Iterable<number>): string {
  const field = (value: unknown, text: boolean) => {
    const plain = value === null || value === undefined ? '' : textOf(value)
    const safe = text && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const lines = [columns.map(({ name }) => field(name, true)).join(',')]
  for (const row of rows) lines.push(columns.map(({ index, kind }) => field(data[row]?.[index], kind !== 'number')).join(','))
  return `${lines.join('\r\n')}\r\n`
}
/** For the clipboard: spreadsheets take tabs. */
export function tsvOf(columns: readonly Column[], data: readonly unknown[][], rows: Iterable<number>): string {
  const field = (value: unknown) => (value === null || value === undefined ? '' : textOf(value).replace(/[\t\r\n]+/g, ' '))
  const lines = [columns.map(({ name }) => field(name)).join('\t')]
  for (const row of rows) lines.push(columns.map(({ index }) => field(data[row]?.[index])).join('\t'))
  return lines.join('\n')
}

/** Widths by the heading and the first rows, in pixels. */
export function widthsOf(columns: readonly Column[], data: readonly unknown[][]): number[] {
  const first = data.slice(0, 50)
  return columns.map(({ index, name }) => Math.min(360, Math.max(88, 44 + 7.6 * Math.max(name.length + 2, ...first.map((row) => Math.min(48, textOf(row[index]).length))))))
}
