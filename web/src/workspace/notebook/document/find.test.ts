import { describe, expect, it } from 'vitest'
import { findAll, replacementOf } from './find.ts'

const cells = [{ id: 'a', source: 'flights = 1\nFlights' }, { id: 'b', source: 'x.y' }]
const query = (text: string, more = {}) => ({ text, caseSensitive: false, regex: false, ...more })

describe('find', () => {
  it('finds in all cells', () => {
    expect(findAll(cells, query('flights'))).toEqual([{ cell: 'a', from: 0, to: 7 }, { cell: 'a', from: 12, to: 19 }])
    expect(findAll(cells, query('flights', { caseSensitive: true }))).toHaveLength(1)
  })
  it('takes signs literally unless it is an expression', () => {
    expect(findAll(cells, query('.'))).toHaveLength(1)
    expect(findAll(cells, query('[', { regex: true }))).toEqual([])
    expect(findAll(cells, query('^f\\w+', { regex: true }))).toHaveLength(2)
  })
  it('replaces with groups', () => {
    expect(replacementOf('x.y', { from: 0, to: 3 }, query('(x).(y)', { regex: true }), '$2-$1')).toBe('y-x')
    expect(replacementOf('x.y', { from: 0, to: 1 }, query('x'), '$1')).toBe('$1')
  })
})
