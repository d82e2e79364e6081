import { describe, expect, it } from 'vitest'
import { asTable, columnsOf } from '../table/model.ts'
import { asChoice, chartOf, firstChoice } from './model.ts'

const table = asTable({
  schema: [{ name: 'carrier', type: 'string' }, { name: 'month', type: 'int' }, { name: 'delay', type: 'double' }],
  data: [['UA', 2, 4], ['AA', 1, 2], ['UA', 1, 6], ['AA', 1, null]],
  truncated: false,
}) ?? { schema: [], data: [], truncated: false }
const columns = columnsOf(table)
const rows = table.data.keys()
const draw = (choice: Parameters<typeof chartOf>[3]) => chartOf(table, columns, [...table.data.keys()], choice)

describe('a chart of a table', () => {
  it('starts with what names things and a number', () => {
    expect(firstChoice(columns)).toEqual({ type: 'bar', x: 'carrier', y: 'month', group: '', aggregation: 'sum' })
    expect([...rows]).toHaveLength(4)
  })
  it('keeps of a stored choice what still fits', () => {
    expect(asChoice({ type: 'pie', x: 'gone', y: 'delay', aggregation: 'avg' }, columns)).toEqual({ type: 'pie', x: 'carrier', y: 'delay', group: '', aggregation: 'avg' })
    expect(asChoice('x', columns)).toEqual(firstChoice(columns))
  })
  it('adds up, averages and counts without nulls', () => {
    const by = (aggregation: 'sum' | 'avg' | 'count' | 'min' | 'max') => draw({ type: 'bar', x: 'carrier', y: 'delay', group: '', aggregation }).series[0]?.points
    expect(by('sum')).toEqual([['UA', 10], ['AA', 2]])
    expect(by('avg')).toEqual([['UA', 5], ['AA', 2]])
    expect(by('count')).toEqual([['UA', 2], ['AA', 1]])
    expect(by('max')).toEqual([['UA', 6], ['AA', 2]])
  })
  it('makes a series of each group, with numbers in order on the axis', () => {
    const chart = draw({ type: 'line', x: 'month', y: 'delay', group: 'carrier', aggregation: 'sum' })
    expect(chart.categories).toEqual(['1', '2'])
    expect(chart.series).toEqual([{ name: 'UA', points: [['1', 6], ['2', 4]] }, { name: 'AA', points: [['1', 2], ['2', null]] }])
  })
  it('draws raw points and a histogram', () => {
    expect(draw({ type: 'scatter', x: 'month', y: 'delay', group: '', aggregation: 'none' }).series[0]?.points).toContainEqual([2, 4])
    const bins = draw({ type: 'histogram', x: '', y: 'delay', group: '', aggregation: 'none' }).series[0]?.points ?? []
    expect(bins.reduce((sum, [, count]) => sum + (count ?? 0), 0)).toBe(3)
  })
})
