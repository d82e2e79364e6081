import { expect, test } from 'vitest'
import { drawTable } from './table.ts'

test('names stand to the left and numbers to the right, under their columns', () => {
  expect(drawTable(['airline', 'flights', 'delay'], [['Frontier', 681, 21.9], ['ExpressJet', 51_108, 15.8]])).toEqual([
    'airline     flights  delay',
    '──────────  ───────  ─────',
    'Frontier        681   21.9',
    'ExpressJet   51,108   15.8',
  ])
})

test('an empty table is its heading, and an empty cell is a gap', () => {
  expect(drawTable(['a', 'b'], [])).toEqual(['a  b', '─  ─'])
  expect(drawTable(['a', 'b'], [[null, 'x']])[2]).toBe('   x')
})
