import { expect, test } from 'vitest'
import type { NotebookDocument } from './document.ts'
import { changes } from './revisions.ts'

const document = (...cells: string[]): NotebookDocument => ({ language: 'PYTHON', cells: cells.map((source) => ({ id: source[0] ?? '', source })) })

test.each([
  ['nothing', document('a', 'b'), document('a', 'b'), 'a same, b same'],
  ['a changed cell', document('a', 'b'), document('a', 'b2'), 'a same, b changed'],
  ['an added cell', document('a'), document('x', 'a'), 'x added, a same'],
  ['a removed cell, where it was', document('a', 'b', 'c'), document('a', 'c'), 'a same, b removed, c same'],
  ['a removed first cell', document('a', 'b'), document('b'), 'a removed, b same'],
  ['removed cells in a row', document('a', 'b', 'c', 'd'), document('a', 'd'), 'a same, b removed, c removed, d same'],
  ['cells in another order', document('a', 'b'), document('b', 'a'), 'b moved, a moved'],
] as const)('a comparison shows %s', (_what, before, after, expected) => {
  expect(changes(before, after).map(({ cell_id, change }) => `${cell_id} ${change}`).join(', ')).toBe(expected)
})
