import { expect, test } from 'vitest'
import { durations, marked, stepsOf, type Marks, type Sight } from './start-steps.ts'

const spec = { spark_version: '4.2.x-scala2.13' }
const nothing: Sight = { wanted: 3, machines: [], driver: 'silent', executors: 0, steps: [] }
const machines = (running: number, changing = 0) => [...Array.from({ length: running }, () => ({ state: 'running' })), ...Array.from({ length: changing }, () => ({ state: 'changing' }))]

test('a start is told in order, and each step from the end of the one before', () => {
  const story: [Partial<Sight>, number][] = [
    [{}, 0.5],
    [{ machines: machines(0, 3) }, 1],
    [{ machines: machines(3) }, 2],
    [{ machines: machines(3), driver: 'starting' }, 3],
    [{ machines: machines(3), driver: 'starting', steps: [{ name: 'driver JVM', seconds: 1 }] }, 4.2],
    [{ machines: machines(3), driver: 'ready', executors: 1, steps: [{ name: 'driver JVM', seconds: 1 }, { name: 'session', seconds: 2 }, { name: 'Spark Connect', seconds: 2.1 }] }, 6],
    [{ machines: machines(3), driver: 'ready', executors: 2, steps: [] }, 7],
  ]
  const marks = story.reduce<Marks>((known, [seen, at]) => marked(known, { ...nothing, ...seen }, at), {})
  expect(durations(stepsOf('start', spec), marks)).toEqual({ machines: 1, boot: 1, driver: 1, jvm: 1, session: 1, connect: 0.1, executors: 1.9 })
})

test('what was not looked at in time is not guessed: it ends with what proves it', () => {
  expect(marked({}, { ...nothing, driver: 'starting' }, 9)).toMatchObject({ machines: 9, boot: 9, driver: 9 })
  expect(durations(stepsOf('start', spec), { machines: 1 })).toEqual({ machines: 1 })
})

test('init scripts, bare machines and a resume have their own steps', () => {
  expect(stepsOf('start', { ...spec, init_scripts: [{ file: { destination: 'file:/a' } }] })).toContain('init_scripts')
  expect(stepsOf('start', { spark_version: 'bare' })).toEqual(['machines', 'boot', 'driver'])
  expect(stepsOf('resume', spec)).toEqual(['wake', 'driver', 'executors'])
})
