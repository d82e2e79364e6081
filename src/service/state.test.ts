import { expect, test } from 'vitest'
import { afterFailure, can, mayBe, moves, phases, stateOf } from './state.ts'

test('every failure leads to a phase that the table allows', () => {
  for (const phase of phases) {
    for (const lasting of [true, false]) {
      for (const minutes of [0, 60]) {
        if (phase === 'ready' || phase === 'failed') continue
        const next = afterFailure(phase, { lasting, minutes })
        if (next !== 'again') expect(moves[phase]).toContain(next)
      }
    }
  }
})

test('undoing is never given up', () => {
  expect(afterFailure('undoing', { lasting: true, minutes: 600 })).toBe('again')
})

test('a delete that something forbids says so after a minute instead of trying for ever', () => {
  expect(afterFailure('deleting', { lasting: true, minutes: 0.5 })).toBe('again')
  expect(afterFailure('deleting', { lasting: true, minutes: 1 })).toBe('failed')
  expect(afterFailure('deleting', { lasting: false, minutes: 5 })).toBe('again')
})

test('a passing fault is tried again until patience ends, then what was made is undone', () => {
  expect(afterFailure('making', { lasting: false, minutes: 1 })).toBe('again')
  expect(afterFailure('making', { lasting: false, minutes: 11 })).toBe('undoing')
  expect(afterFailure('making', { lasting: true, minutes: 0 })).toBe('undoing')
})

test('a failed change of a workspace that works undoes nothing', () => {
  expect(afterFailure('updating', { lasting: true, minutes: 0 })).toBe('failed')
})

test('a workspace can be deleted in every phase but while it is being deleted', () => {
  expect(phases.filter((phase) => !mayBe('delete', phase))).toEqual(['deleting'])
})

test('verbs name known phases, and each phase has a provisioning state', () => {
  for (const phase of Object.values(can).flat()) expect(phases).toContain(phase)
  expect(Object.keys(stateOf).sort()).toEqual([...phases].sort())
})
