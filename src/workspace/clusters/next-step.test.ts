import { expect, test } from 'vitest'
import { limits, nextStep, type Machine, type MachineState, type Seen, type Wish } from './next-step.ts'
import { can, moves, shown, states, wireStates, type State } from './state.ts'

const names: Wish['names'] = ['c-driver', 'c-worker-0']
const wish = (state: State): Wish => ({ state, names, known: names, autoterminationMs: 600_000 })
const calm: Seen = { machines: [], loose: [], driver: 'silent', silentMs: 0, executors: 0, sinceMs: 0, idleMs: 0 }
const both = (state: MachineState): Machine[] => names.map((name) => ({ name, state }))

const machineStates: readonly (MachineState | 'absent')[] = [
  'absent',
  'changing',
  'running',
  'stopped',
  'hibernated',
  'failed',
  'deleting',
  'stale',
]
function* observations(): Generator<Seen> {
  for (const driverMachine of machineStates)
    for (const worker of machineStates)
      for (const driver of ['silent', 'starting', 'ready', 'failed'] as const)
        for (const late of [0, 10_000_000])
          for (const executors of [0, 1, 2])
            for (const loose of [[], ['c-worker-7']]) {
              const pairs: [string, MachineState | 'absent'][] = [
                ['c-driver', driverMachine],
                ['c-worker-0', worker],
              ]
              const machines = pairs.flatMap(([name, state]) => (state === 'absent' ? [] : [{ name, state }]))
              yield { machines, loose, driver, silentMs: late, executors, sinceMs: late, idleMs: late }
            }
}

test('whatever is seen in whatever state, the reconciler takes only moves of the table', () => {
  let count = 0
  for (const state of states) {
    for (const seen of observations()) {
      const step = nextStep(wish(state), seen)
      const to = step.do === 'move' ? step.to : step.do === 'end' ? 'TERMINATING' : undefined
      if (to) expect(moves[state], JSON.stringify({ state, seen, step })).toContain(to)
      count += 1
    }
  }
  expect(count).toBe(states.length * 8 * 8 * 4 * 2 * 3 * 2)
})

test('a terminated cluster keeps no machine and no network card, whatever was left', () => {
  for (const seen of observations()) {
    for (const state of ['TERMINATING', 'TERMINATED'] as const) {
      const step = nextStep(wish(state), seen)
      if (step.do === 'move') expect([seen.machines, seen.loose]).toEqual([[], []])
      else if (step.do === 'release') expect(step.names.length).toBeGreaterThan(0)
      else expect(step.do).toBe('wait')
    }
  }
})

test('never are two machines of one name asked for', () => {
  for (const state of states)
    for (const seen of observations()) {
      const step = nextStep(wish(state), seen)
      if (step.do === 'create') for (const name of step.names) expect(seen.machines.map((m) => m.name)).not.toContain(name)
    }
})

test('a new cluster: machines first, then Spark, then it runs', () => {
  expect(nextStep(wish('PENDING'), calm)).toEqual({ do: 'create', names })
  expect(nextStep(wish('PENDING'), { ...calm, machines: both('running') })).toEqual({ do: 'wait' })
  expect(nextStep(wish('PENDING'), { ...calm, machines: both('running'), driver: 'ready', executors: 0 })).toEqual({ do: 'wait' })
  expect(nextStep(wish('PENDING'), { ...calm, machines: both('running'), driver: 'ready', executors: 1 })).toEqual({
    do: 'move',
    to: 'RUNNING',
  })
})

test('a restart takes the old machines away before it makes new ones', () => {
  expect(nextStep(wish('RESTARTING'), { ...calm, machines: both('stale') })).toEqual({ do: 'release', names })
  expect(nextStep(wish('RESTARTING'), { ...calm, machines: both('deleting').map((m) => ({ ...m, state: 'stale' })) })).toMatchObject({
    do: 'release',
  })
  expect(nextStep(wish('RESTARTING'), calm)).toEqual({ do: 'create', names })
})

test('a lost worker is replaced, a lost driver ends the cluster with a reason', () => {
  const [driver, worker] = both('running')
  if (!driver || !worker) throw new Error('two machines')
  const running = { ...calm, driver: 'ready' as const, executors: 1 }
  expect(nextStep(wish('RUNNING'), { ...running, machines: [driver, { ...worker, state: 'stopped' }] })).toEqual({
    do: 'release',
    names: ['c-worker-0'],
    lost: ['c-worker-0'],
  })
  expect(nextStep(wish('RUNNING'), { ...running, machines: [driver] })).toEqual({ do: 'release', names: [], lost: ['c-worker-0'] })
  expect(nextStep({ ...wish('RUNNING'), known: ['c-driver'] }, { ...running, machines: [driver] })).toEqual({
    do: 'create',
    names: ['c-worker-0'],
  })
  expect(nextStep(wish('RUNNING'), { ...running, machines: [worker] })).toMatchObject({
    do: 'end',
    reason: { code: 'DRIVER_NODE_UNREACHABLE' },
  })
})

test('a machine that nobody wants is taken away also from a cluster that runs', () => {
  const extra: Machine = { name: 'c-worker-7', state: 'running' }
  expect(nextStep(wish('RUNNING'), { ...calm, machines: [...both('running'), extra], driver: 'ready', executors: 2 })).toEqual({
    do: 'release',
    names: ['c-worker-7'],
  })
})

test('machines with init scripts may take longer', () => {
  const late: Seen = { ...calm, machines: both('running'), sinceMs: limits.bootMs + 1000 }
  expect(nextStep(wish('PENDING'), late)).toMatchObject({ do: 'end', reason: { code: 'BOOTSTRAP_TIMEOUT' } })
  expect(nextStep({ ...wish('PENDING'), initScripts: true }, late)).toEqual({ do: 'wait' })
})

test('idleness ends a running cluster, zero minutes never', () => {
  const running: Seen = { ...calm, machines: both('running'), driver: 'ready', executors: 1, idleMs: 600_000 }
  expect(nextStep(wish('RUNNING'), running)).toMatchObject({
    do: 'end',
    reason: { code: 'INACTIVITY', parameters: { inactivity_duration_min: '10' } },
  })
  expect(nextStep({ ...wish('RUNNING'), autoterminationMs: 0 }, running)).toEqual({ do: 'wait' })
})

test('pause hibernates all machines, resume wakes them', () => {
  expect(nextStep(wish('PAUSING'), { ...calm, machines: both('running') })).toEqual({ do: 'hibernate', names })
  expect(nextStep(wish('PAUSING'), { ...calm, machines: both('hibernated') })).toEqual({ do: 'move', to: 'PAUSED' })
  expect(nextStep(wish('RESUMING'), { ...calm, machines: both('hibernated') })).toEqual({ do: 'wake', names })
  expect(nextStep(wish('RESUMING'), { ...calm, machines: both('running'), driver: 'ready', executors: 1 })).toEqual({
    do: 'move',
    to: 'RUNNING',
  })
})

test('verbs and shown states are known ones', () => {
  for (const state of Object.values(can).flat()) expect(states).toContain(state)
  for (const state of Object.values(shown)) expect(wireStates).toContain(state)
})
