import { describe, expect, it } from 'vitest'
import { asTable, columnsOf, condition, csvOf, everything, rowsOf, tsvOf } from './model.ts'

const table = asTable({
  schema: [{ name: 'id', type: 'bigint' }, { name: 'name', type: '"string"' }, { name: 'at', type: 'date' }],
  data: [['10', 'b', '2013-01-02'], ['9', 'a', null], [null, 'C, "x"', '2013-01-01']],
  truncated: false,
})
const data = table ?? { schema: [], data: [], truncated: false }
const columns = columnsOf(data)
const rows = (view: Partial<typeof everything>) => [...rowsOf(data, columns, { ...everything, ...view })]

describe('a table', () => {
  it('is refused when it is none', () => {
    expect(asTable({ schema: 1 })).toBeNull()
    expect(asTable('x')).toBeNull()
  })
  it('sorts numbers as numbers, with nulls last', () => {
    expect(rows({ sort: { column: 0, down: false } })).toEqual([1, 0, 2])
    expect(rows({ sort: { column: 0, down: true } })).toEqual([0, 1, 2])
    expect(rows({ sort: { column: 2, down: false } })).toEqual([2, 0, 1])
  })
  it('filters by words and by columns', () => {
    expect(rows({ search: 'A' })).toEqual([1])
    expect(rows({ filters: { 0: '> 9' } })).toEqual([0])
    expect(rows({ filters: { 0: 'null' } })).toEqual([2])
    expect(rows({ filters: { 0: 'not null', 2: 'not null' } })).toEqual([0])
    expect(rows({ filters: { 1: '= c, "x"' } })).toEqual([2])
    expect(rows({ filters: { 2: '>= 2013-01-02' } })).toEqual([0])
  })
  it('compares a number with a word nowhere', () => expect(condition('> abc', { kind: 'number' })(5)).toBe(false))
  it('becomes CSV that a spreadsheet reads and does not run', () => {
    expect(csvOf(columns, data.data, [2, 1])).toBe('id,name,at\r\n,"C, ""x""",2013-01-01\r\n9,a,\r\n')
    const evil = asTable({ schema: [{ name: 'f', type: 'string' }], data: [['=1+1']], truncated: false })
    expect(csvOf(columnsOf(evil ?? data), evil?.data ?? [], [0])).toBe("f\r\n'=1+1\r\n")
    expect(tsvOf(columns, data.data, [1])).toBe('id\tname\tat\n9\ta\t')
  })
  it('sorts and filters 100,000 rows in less than half a second', () => {
    const large = { schema: data.schema, data: Array.from({ length: 100_000 }, (_, n) => [String((n * 7919) % 100_000), `name ${n % 1000}`, '2013-01-01']), truncated: false }
    const begin = performance.now()
    const found = rowsOf(large, columns, { sort: { column: 1, down: true }, search: '', filters: { 0: '< 50000' } })
    expect(found.length).toBe(50_000)
    expect(performance.now() - begin).toBeLessThan(1500)
  })
})
