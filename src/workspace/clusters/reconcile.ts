import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Next } from '#base/work.ts'
import { changes } from './changes.ts'
import type { Console } from './console.ts'
import type { Autoscaler } from './autoscaler.ts'
import { unheard, type DriverView, type DriverWatch } from './driver-watch.ts'
import { machineNames, workerIndex } from './machine-names.ts'
import type { Machines, MachineView, View } from './machines.ts'
import { nextStep, type Seen, type Step, type Wish } from './next-step.ts'
import type { NewMachines } from './new-machines.ts'
import type { Reason } from './reasons.ts'
import { refusal } from './refusal.ts'
import type { Starts } from './starts.ts'
import type { State } from './state.ts'
import { runtimeOf } from './spark-versions.ts'
import type { ClusterRow, ClusterStore } from './store.ts'

export type Deps = {
  store: ClusterStore
  machines: Machines
  drivers: DriverWatch
  newMachines: NewMachines
  autoscaler: Autoscaler
  starts: Starts
  console: Console
  clock: Clock
  log: Log
  /** Epoch milliseconds since when this process looks after clusters. */ openedAt: number
}

/** States in which it matters whether a machine computes; elsewhere its existence is enough. */
const needsPower: readonly State[] = ['RUNNING', 'RESIZING', 'PAUSING', 'PAUSED', 'RESUMING']
const ending: readonly State[] = ['TERMINATING', 'TERMINATED']
const hasDriver: readonly State[] = ['PENDING', 'RUNNING', 'RESIZING', 'RESTARTING', 'RESUMING']
const waitsForSpark: readonly State[] = ['PENDING', 'RESTARTING', 'RESIZING', 'RESUMING']

/** One step of one cluster: look at the cloud and the driver, do the one thing that is next, say when to look again. */
export const clusterReconciler =
  (deps: Deps) =>
  async (clusterId: string, signal: AbortSignal): Promise<Next> => {
    const { store, machines, drivers, clock } = deps
    const row = await store.find(clusterId)
    if (!row) return 'done'
    const sinceMs = clock().getTime() - row.since.getTime()
    const withPower = needsPower.includes(row.state) || (row.state === 'PENDING' && sinceMs > 15_000)
    const view = await machines.view(clusterId, row.incarnation, withPower, ending.includes(row.state), signal)
    // Asking a driver whose machine does not compute would only wait for its silence.
    const machine = view.machines.find((each) => each.name === machineNames(clusterId, 0)[0])
    const awake =
      hasDriver.includes(row.state) && (machine?.state === 'running' || (machine?.state === 'changing' && row.state !== 'RESUMING'))
    const driver = awake ? await drivers.look(clusterId, row.incarnation) : unheard
    const wish = wishOf(row)
    const seen = seenOf(row, view, driver, clock().getTime(), deps.openedAt)
    const step = nextStep(wish, seen)
    await deps.starts.see(row, sightOf(row, seen, driver))
    if (step.do === 'wait') return (await rescale(deps, row, driver)) ?? rest(deps, row, view, seen, signal)
    deps.log.debug({ clusterId, state: row.state, step }, 'a step of a cluster')
    if (step.do === 'move' && step.to === 'RUNNING') await deps.starts.done(row, sightOf(row, seen, driver))
    return act(deps, row, step, view, signal)
  }

const sightOf = (row: ClusterRow, seen: Seen, driver: DriverView) => ({ ...seen, wanted: row.num_workers + 1, steps: driver.steps })

const wishOf = (row: ClusterRow): Wish => ({
  state: row.state,
  names: machineNames(row.cluster_id, row.workers ?? row.num_workers),
  known: row.machines.map((machine) => machine.name),
  autoterminationMs: (row.spec.autotermination_minutes ?? 0) * 60_000,
  initScripts: (row.spec.init_scripts?.length ?? 0) > 0,
})

const seenOf = (row: ClusterRow, view: View, driver: DriverView, now: number, openedAt: number): Seen => ({
  machines: view.machines,
  loose: view.loose,
  driver: driver.driver,
  ...(driver.why === undefined ? {} : { driverWhy: driver.why }),
  silentMs: driver.silentMs,
  // Bare workers register with nobody: their machines are all there is of them.
  executors:
    runtimeOf(row.spec.spark_version) === 'bare'
      ? view.machines.filter(({ name, state }) => state === 'running' && name !== machineNames(row.cluster_id, 0)[0]).length
      : driver.executors,
  // Time in which nobody looked does not count: a start is not late because we were away.
  sinceMs: now - Math.max(row.since.getTime(), openedAt),
  // Only the driver knows; until it is heard nobody is idle.
  idleMs: driver.driver === 'ready' ? now - Math.max(driver.lastActivity, row.since.getTime()) : 0,
})

/** A running cluster with a range follows Spark's load. */
async function rescale({ store, autoscaler, clock, log }: Deps, row: ClusterRow, driver: DriverView): Promise<Next | undefined> {
  if (row.state !== 'RUNNING' || !row.spec.autoscale || row.machines.length !== row.num_workers + 1) return undefined
  const step = autoscaler.look(row, driver)
  if (step.do === 'stay') return undefined
  log.info({ clusterId: row.cluster_id, step }, 'a cluster follows its load')
  const leave = step.do === 'shrink' ? step.leave.map(workerIndex) : []
  const workers = step.do === 'grow' ? step.workers : row.num_workers - leave.length
  await store.change(row.cluster_id, clock(), (now) =>
    now.state === 'RUNNING' && now.incarnation === row.incarnation && now.num_workers === row.num_workers
      ? changes.resize(now, workers, { autoscale: step.why, leave })
      : null,
  )
  return { again: 0 }
}

/** Nothing to do now: note machines that have come, and wait as long as the state allows. */
async function rest({ store, drivers, autoscaler, starts, clock }: Deps, row: ClusterRow, view: View, seen: Seen, signal: AbortSignal): Promise<Next> {
  if (row.state === 'TERMINATED') {
    drivers.forget(row.cluster_id)
    autoscaler.forget(row.cluster_id)
    starts.forget(row.cluster_id)
    if (row.removed) await store.forget(row.cluster_id)
    return 'done'
  }
  if (
    (row.state === 'RUNNING' || row.state === 'RESIZING') &&
    view.machines.every((machine) => machine.state === 'running') &&
    view.machines.some((machine) => !row.machines.some((known) => known.vmId === machine.vmId))
  ) {
    await store.change(row.cluster_id, clock(), () => ({ row: { machines: known(view.machines) } }))
  }
  if (waitsForSpark.includes(row.state)) {
    if (drivers.online(row.cluster_id)) {
      if (runtimeOf(row.spec.spark_version) === 'bare') return { again: 100 }
      await drivers.progress(row.cluster_id, row.incarnation, row.num_workers, 1500, signal)
      return { again: 0 }
    }
    return { again: patience(seen.sinceMs, 1000) } // the driver's call wakes us
  }
  if (row.state === 'PAUSED') return { again: 60_000 }
  if (row.state === 'RUNNING') return { again: seen.driver === 'silent' ? 1000 : row.spec.autoscale ? 1500 : 5000 }
  return { again: patience(seen.sinceMs, 3000) }
}

/** The longer it takes the less often we look. */
const patience = (sinceMs: number, mostMs: number) => Math.min(mostMs, Math.max(100, sinceMs / 10))

async function act(deps: Deps, row: ClusterRow, step: Exclude<Step, { do: 'wait' }>, view: View, signal: AbortSignal): Promise<Next> {
  const { store, machines, clock } = deps
  /** Only in the state that we looked at: a person may have asked for something else meanwhile. */
  const change = (edit: (now: ClusterRow) => ReturnType<typeof changes.ended>) =>
    store.change(row.cluster_id, clock(), (now) => (now.state === row.state && now.incarnation === row.incarnation ? edit(now) : null))

  switch (step.do) {
    case 'create':
      return deps.newMachines.ensure(row, step.names, view, signal).then(
        () => ({ again: 50 }),
        (error: unknown) => refused(deps, row, error, change),
      )
    case 'release':
      if (ending.includes(row.state)) await deps.console.keep(row, view.machines.map((machine) => machine.name))
      if (step.lost) await lose(store, row, step.lost, clock())
      else if (row.state === 'RESIZING')
        await deps.drivers.retire(
          row.cluster_id,
          step.names.flatMap((name) => view.addresses.get(name) ?? []),
        )
      await Promise.all(
        step.names.map((name) =>
          view.machines.some((machine) => machine.name === name) ? machines.remove(name, signal) : machines.removeLeftovers(name, signal),
        ),
      )
      return { again: 100 }
    case 'hibernate':
      await Promise.all(step.names.map((name) => machines.hibernate(name, signal)))
      return { again: 100 }
    case 'wake':
      await Promise.all(step.names.map((name) => machines.wake(name, signal)))
      return { again: 100 }
    case 'end': {
      const reason = await deps.console.explain(step.reason, row.cluster_id)
      await change((now) => changes.end(now, reason))
      return { again: 0 }
    }
    case 'move':
      await change((now) => moved(now, step, view, clock()))
      return { again: 0 }
  }
}

function moved(row: ClusterRow, step: { to: State; short?: boolean }, view: View, now: Date): ReturnType<typeof changes.ended> {
  if (step.to === 'TERMINATED') return changes.ended(row, now)
  if (step.to === 'PAUSED') return changes.paused(row, now)
  const machines = known(view.machines)
  const change = changes.running({ ...row, machines }, now, step.short === true)
  return { ...change, row: { ...change.row, machines } }
}

/** The cloud said no. A new cluster ends with the cloud's words; a running one goes on with the workers it has. */
async function refused(
  deps: Deps,
  row: ClusterRow,
  error: unknown,
  change: (edit: (now: ClusterRow) => ReturnType<typeof changes.ended>) => Promise<unknown>,
): Promise<Next> {
  const reason: Reason | null = refusal(error)
  if (!reason) throw error
  deps.log.info({ clusterId: row.cluster_id, reason }, 'the cloud refused a machine')
  if (row.state === 'RESIZING') {
    deps.autoscaler.hold(row)
    await change((now) => withMessage(changes.running(now, deps.clock(), true), reason.message))
  }
  else if (row.state === 'RUNNING') {
    await deps.store.addEvents(row.cluster_id, deps.clock(), [
      { type: 'ADD_NODES_FAILED', details: { driver_state_message: reason.message } },
    ])
    return { again: 30_000 }
  } else await change((now) => changes.end(now, reason))
  return { again: 0 }
}

const withMessage = (change: ReturnType<typeof changes.ended>, message: string) => ({
  ...change,
  row: { ...change.row, state_message: message },
})

async function lose(store: ClusterStore, row: ClusterRow, names: readonly string[], now: Date): Promise<void> {
  await store.change(row.cluster_id, now, (current) => {
    const machines = current.machines.filter((machine) => !names.includes(machine.name))
    if (machines.length === current.machines.length) return null
    const details = { current_num_workers: machines.length - 1, target_num_workers: current.num_workers, cause: 'AUTORECOVERY' }
    return { row: { machines }, events: names.map((name) => ({ type: 'NODES_LOST', details: { ...details, instance_id: name } })) }
  })
}

const known = (machines: readonly MachineView[]) =>
  machines.map(({ name, address, vmId, startedAt }) => ({ name, address, vmId, startedAt })).sort((a, b) => rank(a.name) - rank(b.name))
const rank = (name: string) => workerIndex(name)
