import { expect, it } from 'vitest'
import { tableMime, type Output } from '../wire.ts'
import { resultsOf } from './results.ts'

const print = (text: string): Output => ({ kind: 'stream', name: 'stdout', text })
const show = (data: Record<string, unknown>): Output => ({ kind: 'display', data, metadata: {} })
const table = show({ [tableMime]: { schema: [{ name: 'n', type: '"long"' }], data: [[1]], truncated: false }, 'text/plain': 'n\n1' })

it('gives prints and the last value as one text', () => expect(resultsOf([print('a\n'), show({ 'text/plain': '2' })])).toEqual({ resultType: 'text', data: 'a\n2' }))
it('prefers a table to text', () => expect(resultsOf([print('a\n'), table])).toMatchObject({ resultType: 'table', data: [[1]], schema: [{ name: 'n', type: '"long"', metadata: '{}' }] }))
it('prefers an error to everything and takes the colours out of its traceback', () => {
  const error: Output = { kind: 'error', name: 'ValueError', value: 'no', traceback: ['\u001b[31mValueError\u001b[0m: no'] }
  expect(resultsOf([table, error])).toEqual({ resultType: 'error', summary: 'ValueError: no', cause: 'ValueError: no' })
})
it('gives one picture as an image and several as images', () => {
  expect(resultsOf([show({ 'image/png': 'aGk=\n' })])).toEqual({ resultType: 'image', fileName: 'data:image/png;base64,aGk=' })
  expect(resultsOf([show({ 'image/png': 'a' }), show({ 'image/png': 'b' })])).toMatchObject({ resultType: 'images' })
})
it('gives an empty text for a command that showed nothing', () => expect(resultsOf([])).toEqual({ resultType: 'text', data: '' }))
