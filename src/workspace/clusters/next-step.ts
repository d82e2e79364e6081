import type { Reason } from './reasons.ts'
import { reasons } from './reasons.ts'
import type { State } from './state.ts'

/** `changing`: on its way up or down. `stale`: a machine of an earlier start of the same cluster. */
export type MachineState = 'changing' | 'running' | 'stopped' | 'hibernated' | 'failed' | 'deleting' | 'stale'
export type Machine = { name: string; state: MachineState; why?: string }

/** What is true now. */
export type Seen = {
  machines: readonly Machine[]
  /** Names of machines that are gone but have left a network card or a disk. */
  loose: readonly string[]
  driver: 'silent' | 'starting' | 'ready' | 'failed'
  driverWhy?: string
  /** How long the driver has not been heard, as far as this process can tell. */
  silentMs: number
  /** Registered with Spark. */
  executors: number
  /** Since the cluster came into its state. */
  sinceMs: number
  /** Since anybody used it. */
  idleMs: number
}
export type Wish = {
  state: State
  /** Driver first, then workers in order. */
  names: readonly [driver: string, ...workers: string[]]
  /** Machines that were complete when last looked at. */
  known: readonly string[]
  autoterminationMs: number
  /** Its machines run scripts before Spark starts. */
  initScripts?: boolean
}
export type Step =
  | { do: 'wait' }
  | { do: 'create'; names: readonly string[] }
  | { do: 'release'; names: readonly string[]; lost?: readonly string[] }
  | { do: 'hibernate'; names: readonly string[] }
  | { do: 'wake'; names: readonly string[] }
  | { do: 'move'; to: State; short?: boolean }
  | { do: 'end'; reason: Reason }

export const limits = { bootMs: 300_000, resizeMs: 300_000, /** More for machines with init scripts. */ initMs: 900_000, silentMs: 60_000 }

/** Pure: the one thing to do next, given what is wanted and what is true. */
export function nextStep(wish: Wish, seen: Seen): Step {
  switch (wish.state) {
    case 'PENDING':
    case 'RESTARTING':
      return boot(wish, seen)
    case 'RUNNING':
      return keep(wish, seen)
    case 'RESIZING':
      return resize(wish, seen)
    case 'PAUSING':
      return pause(wish, seen)
    case 'PAUSED':
      return lostDriver(wish, seen) ?? { do: 'wait' }
    case 'RESUMING':
      return resume(wish, seen)
    case 'TERMINATING':
      return release(everything(seen)) ?? (seen.machines.length > 0 ? { do: 'wait' } : { do: 'move', to: 'TERMINATED' })
    case 'TERMINATED':
      return release(everything(seen)) ?? { do: 'wait' }
  }
}

function boot(wish: Wish, seen: Seen): Step {
  const old = seen.machines.filter((m) => m.state === 'stale' || !wish.names.includes(m.name))
  const gone = release(old.filter(removable).map(name)) ?? (old.length > 0 ? { do: 'wait' as const } : undefined)
  if (gone) return gone
  const broken = seen.machines.find((m) => m.state === 'failed')
  if (broken) return { do: 'end', reason: reasons.launchFailure(broken.name, broken.why) }
  const missing = wish.names.filter((each) => !seen.machines.some((m) => m.name === each))
  if (missing.length > 0) return { do: 'create', names: missing }
  if (seen.driver === 'failed') return { do: 'end', reason: reasons.sparkStartup(seen.driverWhy) }
  if (seen.driver === 'ready' && seen.executors >= wish.names.length - 1) return { do: 'move', to: 'RUNNING' }
  const patience = limits.bootMs + (wish.initScripts ? limits.initMs : 0)
  if (seen.sinceMs > patience)
    return {
      do: 'end',
      reason:
        seen.driver === 'ready'
          ? reasons.workersMissing(wish.names.length - 1, seen.executors)
          : reasons.bootTimeout(seen.driver, patience),
    }
  return { do: 'wait' }
}

function keep(wish: Wish, seen: Seen): Step {
  const ending = lostDriver(wish, seen) ?? deadDriver(seen)
  if (ending) return ending
  const surplus = seen.machines.filter((m) => !wish.names.includes(m.name))
  const repair = release(surplus.filter(removable).map(name)) ?? replaceWorkers(wish, seen)
  if (repair) return repair
  if (wish.autoterminationMs > 0 && seen.idleMs >= wish.autoterminationMs)
    return { do: 'end', reason: reasons.inactivity(wish.autoterminationMs) }
  return { do: 'wait' }
}

function resize(wish: Wish, seen: Seen): Step {
  const ending = lostDriver(wish, seen) ?? deadDriver(seen)
  if (ending) return ending
  const surplus = seen.machines.filter((m) => !wish.names.includes(m.name))
  const repair = release(surplus.filter(removable).map(name)) ?? replaceWorkers(wish, seen)
  if (repair) return repair
  if (surplus.length === 0 && seen.driver === 'ready' && seen.executors >= wish.names.length - 1) return { do: 'move', to: 'RUNNING' }
  return seen.sinceMs > limits.resizeMs + (wish.initScripts ? limits.initMs : 0) ? { do: 'move', to: 'RUNNING', short: true } : { do: 'wait' }
}

function pause(wish: Wish, seen: Seen): Step {
  const ending = lostDriver(wish, seen)
  if (ending) return ending
  const awake = seen.machines.filter((m) => m.state === 'running').map(name)
  if (awake.length > 0) return { do: 'hibernate', names: awake }
  return seen.machines.every((m) => m.state === 'hibernated' || m.state === 'failed' || m.state === 'stopped')
    ? { do: 'move', to: 'PAUSED' }
    : { do: 'wait' }
}

function resume(wish: Wish, seen: Seen): Step {
  const asleep = seen.machines.filter((m) => m.state === 'hibernated' || m.state === 'stopped').map(name)
  if (asleep.length > 0 && wish.names.every((each) => seen.machines.some((m) => m.name === each))) return { do: 'wake', names: asleep }
  const gone = seen.machines.find((m) => m.name === wish.names[0])
  if (!gone || gone.state === 'failed' || gone.state === 'stale') return { do: 'end', reason: reasons.driverLost(gone?.why) }
  if (seen.driver === 'failed') return { do: 'end', reason: reasons.sparkStartup(seen.driverWhy) }
  const repair = replaceWorkers(wish, seen)
  if (repair) return repair
  if (seen.driver === 'ready' && seen.executors >= wish.names.length - 1) return { do: 'move', to: 'RUNNING' }
  return seen.sinceMs > limits.bootMs ? { do: 'end', reason: reasons.bootTimeout(seen.driver, limits.bootMs) } : { do: 'wait' }
}

/** The driver's machine is gone or dead: what it held in memory is lost, so the cluster ends. */
function lostDriver(wish: Wish, seen: Seen): Step | undefined {
  const driver = seen.machines.find((m) => m.name === wish.names[0])
  const sleeping: readonly State[] = ['PAUSING', 'PAUSED']
  const dead: readonly (MachineState | undefined)[] = [
    undefined,
    'failed',
    'deleting',
    'stale',
    'stopped',
    ...(sleeping.includes(wish.state) ? [] : ['hibernated' as const]),
  ]
  return dead.includes(driver?.state)
    ? { do: 'end', reason: reasons.driverLost(driver?.why ?? (driver ? `its machine is ${driver.state}` : undefined)) }
    : undefined
}

function deadDriver(seen: Seen): Step | undefined {
  if (seen.driver === 'failed') return { do: 'end', reason: reasons.driverFailed(seen.driverWhy) }
  return seen.driver === 'silent' && seen.silentMs > limits.silentMs
    ? { do: 'end', reason: reasons.driverUnreachable(seen.silentMs) }
    : undefined
}

/** Workers hold nothing that Spark cannot compute again: a dead one is replaced. */
function replaceWorkers(wish: Wish, seen: Seen): Step | undefined {
  const dead = seen.machines.filter(
    (m) => m.name !== wish.names[0] && wish.names.includes(m.name) && !['changing', 'running', 'deleting'].includes(m.state),
  )
  if (dead.length > 0) return { do: 'release', names: dead.map(name), lost: dead.map(name) }
  const missing = wish.names.filter((each) => !seen.machines.some((m) => m.name === each))
  const lost = missing.filter((each) => wish.known.includes(each))
  if (lost.length > 0) return { do: 'release', names: [], lost }
  return missing.length > 0 ? { do: 'create', names: missing } : undefined
}

const name = (machine: Machine) => machine.name
const removable = (machine: Machine) => machine.state !== 'deleting'
const everything = (seen: Seen) => [...seen.machines.filter(removable).map(name), ...seen.loose]
const release = (names: readonly string[]): Step | undefined => (names.length > 0 ? { do: 'release', names } : undefined)
