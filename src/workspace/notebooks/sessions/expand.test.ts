import { expect, test } from 'vitest'
import { readCellSource } from './cell-source.ts'
import { pathFrom } from './expand.ts'

test.each([
  ['./other', '/Users/ada/other'],
  ['other', '/Users/ada/other'],
  ['../bob/other', '/Users/bob/other'],
  ['/Shared/other', '/Shared/other'],
  ['/Workspace/Shared/other', '/Shared/other'],
  ['../../../../x', '/x'],
])('from /Users/ada/first, %s is %s', (path, expected) => {
  expect(pathFrom('/Users/ada/first', path)).toBe(expected)
})

test.each([
  ['1 + 1', { kind: 'code', language: 'python' }],
  ['%sql select 1', { kind: 'code', language: 'sql' }],
  ['\n%scala\nval x = 1', { kind: 'code', language: 'scala' }],
  ['%sh ls', { kind: 'code', language: 'sh' }],
  ['%%time\nx', { kind: 'code', language: 'python' }],
  ['%timeit x', { kind: 'code', language: 'python' }],
  ['%md # Title', { kind: 'markdown' }],
  ['%md-sandbox <b>', { kind: 'markdown' }],
  ['%run "./my notebook"', { kind: 'run', path: './my notebook', values: {}, rest: '' }],
  ['%run ./my notebook', { kind: 'run', path: './my notebook', values: {}, rest: '' }],
  ['%run ./other $year="2013" $carrier=UA', { kind: 'run', path: './other', values: { year: '2013', carrier: 'UA' }, rest: '' }],
  ['%run ./other\n\nx = 1', { kind: 'run', path: './other', values: {}, rest: 'x = 1' }],
])('the first line says what a cell is: %j', (source, expected) => {
  expect(readCellSource(source, 'PYTHON')).toEqual(expected)
})
