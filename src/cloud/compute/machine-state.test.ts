import { describe, expect, test } from 'vitest'
import { holds, nextStep, type Step } from './machine-state.ts'
import type { Power, Wish } from '../store/tables.ts'

const calm = { restarts_wished: 0, restarts_done: 0 }
const seen = [null, 'starting', 'running', 'stopped', 'hibernated'] as const

test.each<[Wish, Power, (typeof seen)[number], Partial<Step>]>([
  ['running', 'creating', null, { do: 'boot' }],
  ['running', 'creating', 'stopped', { do: 'boot' }],
  ['running', 'starting', 'hibernated', { do: 'thaw' }],
  ['running', 'starting', 'running', { do: 'settle', power: 'running' }],
  ['running', 'running', 'stopped', { do: 'settle', power: 'stopped' }],
  ['running', 'running', null, { do: 'settle', power: 'stopped' }],
  ['stopped', 'stopping', 'running', { do: 'stop', so: 'off' }],
  ['stopped', 'stopping', 'hibernated', { do: 'stop', so: 'off' }],
  ['deallocated', 'deallocating', 'stopped', { do: 'settle', power: 'deallocated' }],
  ['hibernated', 'deallocating', 'running', { do: 'freeze' }],
  ['hibernated', 'deallocating', 'hibernated', { do: 'settle', power: 'hibernated' }],
  ['hibernated', 'hibernated', 'stopped', { do: 'settle', power: 'deallocated' }],
  ['deleted', 'deleting', 'running', { do: 'release' }],
  ['deleted', 'deleting', 'hibernated', { do: 'release' }],
  ['deleted', 'deleting', null, { do: 'forget' }],
])('wanted %s, shown %s, seen %s', (wish, power, power2, step) => {
  expect(nextStep({ ...calm, wish, power }, power2 === null ? null : { power: power2 })).toMatchObject(step)
})

describe('every wish ends', () => {
  const after: Record<string, (typeof seen)[number]> = { boot: 'running', thaw: 'running', stop: 'stopped', freeze: 'hibernated', release: null }
  test.each((['running', 'stopped', 'deallocated', 'hibernated', 'deleted'] as const).flatMap((wish) => seen.map((from) => [wish, from] as const)))('%s from %s', (wish, from) => {
    let live = from
    let machine: Parameters<typeof nextStep>[0] = { restarts_wished: 1, restarts_done: 0, wish, power: 'starting' }
    for (let count = 0; count < 5; count += 1) {
      const step = nextStep(machine, live === null ? null : { power: live })
      if (step.do === 'settle' || step.do === 'forget') return
      if (step.do === 'stop' && step.so === 'restart') machine = { ...machine, restarts_done: machine.restarts_wished }
      live = after[step.do] ?? null
    }
    throw new Error('no end')
  })
})

test('hibernated machines keep their memory and no cores, deallocated ones nothing', () => {
  expect(holds('hibernated')).toEqual({ holds_cores: false, holds_memory: true })
  expect(holds('deallocated')).toEqual({ holds_cores: false, holds_memory: false })
})
