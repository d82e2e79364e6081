import { describe, expect, it } from 'vitest'
import type { CommandEvent, Output } from '../wire.ts'
import { eventLog } from './events.ts'

const print = (text: string): { kind: 'output'; output: Output } => ({ kind: 'output', output: { kind: 'stream', name: 'stdout', text } })
const show = (text: string, displayId?: string) => ({ kind: 'output' as const, output: { kind: 'display' as const, data: { 'text/plain': text }, metadata: {} }, ...(displayId === undefined ? {} : { displayId }) })
function replay(log: ReturnType<typeof eventLog>, from = 0): CommandEvent[] {
  const events: CommandEvent[] = []
  log.follow(from, (event) => events.push(event), () => {})()
  return events
}

describe('what happened to a command', () => {
  it('is numbered, and told from any number on, then as it comes, to its end', () => {
    const log = eventLog()
    log.add({ kind: 'status', status: 'Running' })
    log.add(print('a'))
    const seen: number[] = []
    let ended = false
    log.follow(1, (event) => seen.push(event.seq), () => { ended = true })
    log.add(print('b'))
    log.add({ kind: 'status', status: 'Finished' })
    log.add(print('too late'))
    expect([seen, ended]).toEqual([[1, 2, 3], true])
    expect(replay(log, 3)).toMatchObject([{ seq: 3, kind: 'status', status: 'Finished' }])
  })
  it('joins what was printed in a row', () => {
    const log = eventLog()
    for (const text of ['a', 'b']) log.add(print(text))
    expect(log.outputs()).toEqual([{ kind: 'stream', name: 'stdout', text: 'ab' }])
  })
  it('forgets what was cleared, at once or when the next output comes', () => {
    const log = eventLog()
    log.add(print('a'))
    log.add({ kind: 'clear', wait: true })
    expect(log.outputs()).toHaveLength(1)
    log.add(print('b'))
    expect(log.outputs()).toEqual([{ kind: 'stream', name: 'stdout', text: 'b' }])
    expect(replay(log).map((event) => event.kind)).toEqual(['clear', 'output'])
    log.add({ kind: 'clear', wait: false })
    expect(log.outputs()).toEqual([])
  })
  it('shows an updated output in its last form to those who come later', () => {
    const log = eventLog()
    log.add(show('1 %', 'bar'))
    for (const text of ['50 %', '100 %']) log.add({ kind: 'update', displayId: 'bar', data: { 'text/plain': text }, metadata: {} })
    expect(log.outputs()).toMatchObject([{ data: { 'text/plain': '100 %' } }])
    expect(replay(log).map((event) => event.seq)).toEqual([0, 2])
  })
  it('keeps the head of a long output, says so once more at the end, and never loses an error', () => {
    const log = eventLog(10_000)
    for (let at = 0; at < 100; at++) log.add(print('x'.repeat(1000)))
    log.add({ kind: 'output', output: { kind: 'error', name: 'E', value: 'v', traceback: [] } })
    log.add({ kind: 'status', status: 'Finished' })
    const [text, error] = log.outputs()
    expect(text?.kind === 'stream' && text.text.length).toBeGreaterThan(8_000)
    expect(error).toMatchObject({ kind: 'error' })
    expect(replay(log).filter((event) => event.kind === 'truncated')).toMatchObject([{ total: expect.closeTo(112_000, -4) }])
    expect(log.bytes()).toBeLessThan(11_000)
  })
  it('keeps the last progress only, and has bounded memory under an endless progress bar', () => {
    const log = eventLog()
    for (let at = 0; at < 5000; at++) {
      log.add({ kind: 'clear', wait: true })
      log.add(show(`step ${at}`))
      log.add({ kind: 'progress', progress: { tasks: { total: 1, done: 0, active: 1, failed: 0 }, jobs: [], jobCount: 0 } })
    }
    expect(log.bytes()).toBeLessThan(2_000)
    expect(replay(log).map((event) => event.kind)).toEqual(['clear', 'output', 'progress'])
  })
})
