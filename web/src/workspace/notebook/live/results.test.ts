import { describe, expect, it } from 'vitest'
import { plainText, shownLines } from '../output/screen.ts'
import { resultAfter, resultOf, type Result, type ResultEvent } from './results.ts'

const stream = (seq: number, text: string, run_id = 'r1'): ResultEvent => ({ type: 'output', run_id, seq, output: { kind: 'stream', name: 'stdout', text } })
const all = (events: ResultEvent[], from?: Result) => events.reduce<Result | undefined>((result, event) => resultAfter(result, event), from)
const texts = (result: Result | undefined) => (result?.shown ?? []).map((one) => (one.kind === 'text' ? plainText(shownLines(one.screen)) : one.kind))

describe('the result of a cell', () => {
  it('joins streams in a row', () => expect(texts(all([stream(1, 'a\n'), stream(2, 'b\n')]))).toEqual(['a\nb']))
  it('ignores what it has seen', () => expect(texts(all([stream(1, 'a'), stream(1, 'a'), stream(2, 'b')]))).toEqual(['ab']))
  it('begins anew with a new run', () => expect(texts(all([stream(1, 'old'), stream(1, 'new', 'r2')]))).toEqual(['new']))
  it('goes on where the stored one ends', () => {
    const stored = resultOf({ cell_id: 'c', run_id: 'r1', seq: 7, outputs: [{ kind: 'stream', name: 'stdout', text: 'so far ' }] })
    expect(texts(all([stream(7, 'so far '), stream(8, 'and on')], stored))).toEqual(['so far and on'])
  })
  it('is cleared at once or with the next output', () => {
    expect(texts(all([stream(1, 'a'), { type: 'clearOutput', run_id: 'r1', seq: 2, wait: false }]))).toEqual([])
    const waiting = all([stream(1, 'a'), { type: 'clearOutput', run_id: 'r1', seq: 2, wait: true }])
    expect(texts(waiting)).toEqual(['a'])
    expect(texts(all([stream(3, 'b')], waiting))).toEqual(['b'])
  })
  it('replaces a display that is updated', () => {
    const display = (seq: number, text: string, update: boolean): ResultEvent => ({ type: 'output', run_id: 'r1', seq, output: { kind: 'display', data: { 'text/plain': text }, metadata: {}, display_id: 'd', update } })
    const result = all([display(1, 'one', false), stream(2, 'x'), display(3, 'two', true)])
    expect(result?.shown.map((one) => (one.kind === 'display' ? [one.data, one.version] : one.kind))).toEqual([[{ 'text/plain': 'two' }, 2], 'text'])
  })
})
