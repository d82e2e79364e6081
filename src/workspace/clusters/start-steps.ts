import type { Spec } from './spec.ts'
import { runtimeOf } from './spark-versions.ts'
import type { State } from './state.ts'

export type Kind = 'start' | 'resume'
export type StepName = 'machines' | 'boot' | 'wake' | 'init_scripts' | 'driver' | 'jvm' | 'session' | 'connect' | 'executors'
/** Seconds since the start began at which a step was over. */
export type Marks = Partial<Record<StepName, number>>

/** What a cluster does on its way, in order. */
export function stepsOf(kind: Kind, spec: Spec): StepName[] {
  if (kind === 'resume') return ['wake', 'driver', 'executors']
  const spark = runtimeOf(spec.spark_version) === 'spark'
  return ['machines', 'boot', ...(spec.init_scripts?.length ? ['init_scripts' as const] : []), 'driver', ...(spark ? (['jvm', 'session', 'connect', 'executors'] as const) : [])]
}

export const kindOf = (state: State): Kind | null => (state === 'PENDING' || state === 'RESTARTING' ? 'start' : state === 'RESUMING' ? 'resume' : null)

/** What can be seen of a start. `steps` are the driver's own, in seconds since its agent began. */
export type Sight = {
  wanted: number
  machines: readonly { state: string }[]
  driver: 'silent' | 'starting' | 'ready' | 'failed'
  executors: number
  steps: readonly { name: string; seconds: number }[]
}
/** The words of the driver's agent. */
const agentSteps = { jvm: 'driver JVM', session: 'session', connect: 'Spark Connect' } as const

/** Pure: the marks with what is seen for the first time. A mark once made stays. */
export function marked(marks: Marks, seen: Sight, elapsed: number): Marks {
  const machines = seen.machines.filter(({ state }) => state !== 'stale' && state !== 'deleting')
  const running = machines.filter(({ state }) => state === 'running').length
  const heard = seen.driver !== 'silent'
  const now: Marks = {}
  if (machines.length >= seen.wanted) now.machines = elapsed
  if (running >= seen.wanted) now.boot = now.wake = elapsed
  if (heard) Object.assign(now, { machines: elapsed, boot: elapsed, wake: elapsed, init_scripts: elapsed, driver: elapsed })
  const driver = marks.driver ?? elapsed
  for (const step of ['jvm', 'session', 'connect'] as const) {
    const told = seen.steps.find(({ name }) => name === agentSteps[step])
    // The agent's clock began when it was first heard, or a moment before.
    if (heard && told) now[step] = Math.min(elapsed, driver + told.seconds)
  }
  if (heard && seen.driver === 'ready' && seen.executors >= seen.wanted - 1) now.executors = elapsed
  return { ...now, ...marks }
}

/** How long each step took: from the end of the one before it. */
export function durations(names: readonly StepName[], marks: Marks): Partial<Record<StepName, number>> {
  const took: Partial<Record<StepName, number>> = {}
  let before = 0
  for (const name of names) {
    const end = marks[name]
    if (end === undefined) break
    took[name] = Math.round(Math.max(0, end - before) * 100) / 100
    before = Math.max(before, end)
  }
  return took
}
