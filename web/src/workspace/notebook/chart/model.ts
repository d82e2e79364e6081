import type { Table } from '#web/api/generated/notebook-wire.ts'
import { numberOf, textOf, type Column } from '../table/model.ts'

export const chartTypes = ['bar', 'line', 'area', 'scatter', 'pie', 'histogram'] as const
export const aggregations = ['sum', 'avg', 'count', 'min', 'max', 'none'] as const
export type ChartType = (typeof chartTypes)[number]
export type Aggregation = (typeof aggregations)[number]
/** What a person picked. Columns by name, so that it survives a table with other columns. */
export type ChartChoice = { type: ChartType; x: string; y: string; group: string; aggregation: Aggregation }

export type Series = { name: string; points: Array<[x: string | number, y: number | null]> }
export type Chart = { categories: string[] | null; series: Series[]; /** What was left out, in words. */ note?: string }

const mostPoints = 20_000
const mostCategories = 2000
const mostSeries = 24

const one = <T extends string>(of: readonly T[], value: unknown, otherwise: T): T => of.find((each) => each === value) ?? otherwise
/** A stored choice, as far as it is one. */
export function asChoice(value: unknown, columns: readonly Column[]): ChartChoice {
  const first = firstChoice(columns)
  if (typeof value !== 'object' || value === null) return first
  const kept: Record<string, unknown> = { ...value }
  const column = (name: unknown, otherwise: string) => (typeof name === 'string' && (name === '' || columns.some((each) => each.name === name)) ? name : otherwise)
  return { type: one(chartTypes, kept.type, first.type), x: column(kept.x, first.x), y: column(kept.y, first.y), group: column(kept.group, ''), aggregation: one(aggregations, kept.aggregation, first.aggregation) }
}

/** A sensible start: the first column that names or dates things, and the first number beside it. */
export function firstChoice(columns: readonly Column[]): ChartChoice {
  const x = columns.find(({ kind }) => kind === 'time') ?? columns.find(({ kind }) => kind === 'text' || kind === 'boolean') ?? columns[0]
  const y = columns.find((column) => column !== x && column.kind === 'number') ?? columns.find(({ kind }) => kind === 'number')
  return { type: x?.kind === 'time' ? 'line' : 'bar', x: x?.name ?? '', y: y?.name ?? '', group: '', aggregation: y === undefined ? 'count' : 'sum' }
}

/** The points to draw, of the rows given. */
export function chartOf(table: Table, columns: readonly Column[], rows: Iterable<number>, choice: ChartChoice): Chart {
  const find = (name: string) => columns.find((column) => column.name === name)
  const [x, y, group] = [find(choice.x), find(choice.y), find(choice.group)]
  if (choice.type === 'histogram') return histogram(table, rows, y ?? x)
  if (x === undefined) return { categories: null, series: [] }
  if (choice.type === 'scatter' || choice.aggregation === 'none') return rawPoints(table, rows, x, y, group)

  const groups = new Map<string, Map<string, Sum>>()
  const categories = new Map<string, number>()
  for (const row of rows) {
    const values = table.data[row] ?? []
    const key = textOf(values[x.index])
    if (!categories.has(key)) categories.set(key, x.kind === 'number' ? numberOf(values[x.index]) : categories.size)
    const name = group === undefined ? (y?.name ?? 'count') : textOf(values[group.index])
    const sums = groups.get(name) ?? new Map<string, Sum>()
    groups.set(name, sums)
    const sum = sums.get(key) ?? { count: 0, total: 0, min: Infinity, max: -Infinity }
    sums.set(key, sum)
    const number = y === undefined ? 1 : numberOf(values[y.index])
    if (choice.aggregation === 'count' ? y !== undefined && (values[y.index] ?? null) === null : Number.isNaN(number)) continue
    sum.count += 1
    sum.total += Number.isNaN(number) ? 0 : number
    sum.min = Math.min(sum.min, number)
    sum.max = Math.max(sum.max, number)
  }
  const inOrder = [...categories.keys()]
  if (x.kind === 'number') inOrder.sort((a, b) => (categories.get(a) ?? 0) - (categories.get(b) ?? 0))
  else if (x.kind === 'time') inOrder.sort()
  const shown = inOrder.slice(0, choice.type === 'pie' ? 60 : mostCategories)
  const series = [...groups].slice(0, mostSeries).map(([name, sums]) => ({ name, points: shown.map((key): [string, number | null] => [key, valueOf(sums.get(key), choice.aggregation)]) }))
  const left = [inOrder.length > shown.length ? `the first ${shown.length} of ${inOrder.length} values of ${x.name}` : '', groups.size > mostSeries ? `the first ${mostSeries} of ${groups.size} groups` : ''].filter(Boolean)
  return { categories: shown, series, ...(left.length === 0 ? {} : { note: `Shows ${left.join(' and ')}.` }) }
}

type Sum = { count: number; total: number; min: number; max: number }
function valueOf(sum: Sum | undefined, aggregation: Aggregation): number | null {
  if (sum === undefined) return null
  if (aggregation === 'count') return sum.count
  if (sum.count === 0) return null
  return aggregation === 'avg' ? sum.total / sum.count : aggregation === 'min' ? sum.min : aggregation === 'max' ? sum.max : sum.total
}

function rawPoints(table: Table, rows: Iterable<number>, x: Column, y: Column | undefined, group: Column | undefined): Chart {
  const groups = new Map<string, Series>()
  const categories = x.kind === 'number' ? null : new Map<string, true>()
  let [count, all] = [0, 0]
  for (const row of rows) {
    all += 1
    if (count >= mostPoints) continue
    const values = table.data[row] ?? []
    const name = group === undefined ? (y?.name ?? x.name) : textOf(values[group.index])
    if (!groups.has(name) && groups.size >= mostSeries) continue
    const series = groups.get(name) ?? { name, points: [] }
    groups.set(name, series)
    const [at, value] = [x.kind === 'number' ? numberOf(values[x.index]) : textOf(values[x.index]), y === undefined ? all : numberOf(values[y.index])]
    if (Number.isNaN(value) || Number.isNaN(at)) continue
    categories?.set(String(at), true)
    series.points.push([at, value])
    count += 1
  }
  return { categories: categories === null ? null : [...categories.keys()], series: [...groups.values()], ...(all > count && count >= mostPoints ? { note: `Shows the first ${mostPoints.toLocaleString('en')} points.` } : {}) }
}

function histogram(table: Table, rows: Iterable<number>, column: Column | undefined): Chart {
  if (column === undefined) return { categories: null, series: [] }
  const numbers: number[] = []
  for (const row of rows) {
    const number = numberOf(table.data[row]?.[column.index])
    if (Number.isFinite(number) && table.data[row]?.[column.index] !== null) numbers.push(number)
  }
  if (numbers.length === 0) return { categories: [], series: [], note: `${column.name} has no numbers.` }
  let [min, max] = [Infinity, -Infinity]
  for (const number of numbers) [min, max] = [Math.min(min, number), Math.max(max, number)]
  const bins = min === max ? 1 : Math.min(40, Math.max(5, Math.ceil(Math.log2(numbers.length)) + 1))
  const width = (max - min) / bins || 1
  const counts = Array.from({ length: bins }, () => 0)
  for (const number of numbers) {
    const bin = Math.min(bins - 1, Math.floor((number - min) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const label = (value: number) => String(Number(value.toPrecision(4)))
  const categories = counts.map((_, bin) => `${label(min + bin * width)} – ${label(min + (bin + 1) * width)}`)
  return { categories, series: [{ name: 'count', points: counts.map((count, bin) => [categories[bin] ?? '', count]) }] }
}
