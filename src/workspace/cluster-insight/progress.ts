import type { z } from 'zod'
import type { DriverWatch } from '../clusters/driver-watch.ts'
import { unheard } from '../clusters/driver-watch.ts'
import { machineNames } from '../clusters/machine-names.ts'
import type { Machines } from '../clusters/machines.ts'
import { durations, kindOf, stepsOf, type Kind, type StepName } from '../clusters/start-steps.ts'
import type { Starts } from '../clusters/starts.ts'
import type { ClusterRow } from '../clusters/store.ts'
import type { clusterInsightApi } from './api.ts'

type Progress = z.input<typeof clusterInsightApi.progress.reply>
type Step = Progress['steps'][number]
type Start = Awaited<ReturnType<Starts['of']>>[number]

const titles: Record<StepName, string> = {
  machines: 'Asking for machines',
  boot: 'Booting the machines',
  wake: 'Waking the machines',
  init_scripts: 'Running init scripts',
  driver: 'Waiting for the driver to call',
  jvm: "Starting Spark's driver",
  session: 'Opening the Spark session',
  connect: 'Opening Spark Connect',
  executors: 'Workers join Spark',
}
const round = (seconds: number) => Math.round(seconds * 100) / 100
/** How many machines and executors there are of those that are wanted. */
export type Counts = { wanted: number; asked: number; running: number; executors: number }

/** Pure: the steps of what is on its way, or of the last start. */
export function shownProgress(row: ClusterRow, starts: readonly Start[], counts: Counts, now: number): Progress {
  const base = { cluster_id: row.cluster_id, state: row.state, state_message: row.state_message }
  if (row.state === 'RESIZING') return { ...base, kind: 'resize', began_at: row.since.getTime(), seconds: round((now - row.since.getTime()) / 1000), steps: resizing(counts) }
  const kind = kindOf(row.state)
  const current = kind ? starts.find((start) => start.began_at.getTime() === row.since.getTime()) : starts[0]
  const shown: Kind = kind ?? current?.kind ?? 'start'
  const names = stepsOf(shown, row.spec)
  const last = starts.find((start) => start.done && start.kind === shown && start !== current)
  const before = last ? durations(names, last.marks) : {}
  const took = current ? durations(names, current.marks) : {}
  const elapsed = kind ? (now - row.since.getTime()) / 1000 : undefined
  const whole = (durationsOf: typeof took) => round(Object.values(durationsOf).reduce((sum, seconds) => sum + seconds, 0))
  return {
    ...base,
    kind: kind ?? 'none',
    ...(current || kind ? { began_at: (current?.began_at ?? row.since).getTime() } : {}),
    ...(elapsed !== undefined ? { seconds: round(elapsed) } : current ? { seconds: whole(took) } : {}),
    ...(last ? { last_seconds: whole(before) } : {}),
    steps: current || kind ? steps(names, { took, before, elapsed, counts, failed: !kind && current?.done === false }) : [],
  }
}

type Told = { took: Partial<Record<StepName, number>>; before: Partial<Record<StepName, number>>; elapsed: number | undefined; counts: Counts; failed: boolean }
function steps(names: readonly StepName[], { took, before, elapsed, counts, failed }: Told): Step[] {
  const open = names.findIndex((name) => took[name] === undefined)
  const spent = Object.values(took).reduce((sum, seconds) => sum + seconds, 0)
  return names.map((name, index): Step => {
    const state = took[name] !== undefined ? 'done' : index !== open ? 'waiting' : failed ? 'failed' : elapsed === undefined ? 'waiting' : 'active'
    const seconds = state === 'active' && elapsed !== undefined ? Math.max(0, elapsed - spent) : took[name]
    const last = before[name]
    return {
      name,
      title: titles[name],
      state,
      ...(seconds === undefined ? {} : { seconds: round(seconds) }),
      ...(last === undefined ? {} : { last_seconds: last }),
      ...(elapsed === undefined ? {} : counted(name, counts)),
    }
  })
}

function counted(name: StepName, { wanted, asked, running, executors }: Counts): { count?: number; of?: number } {
  if (name === 'machines') return { count: Math.min(asked, wanted), of: wanted }
  if (name === 'boot' || name === 'wake') return { count: Math.min(running, wanted), of: wanted }
  return name === 'executors' ? { count: Math.min(executors, wanted - 1), of: wanted - 1 } : {}
}

function resizing(counts: Counts): Step[] {
  const line = (name: 'boot' | 'executors', done: boolean): Step => ({ name, title: titles[name], state: done ? 'done' : 'active', ...counted(name, counts) })
  return [line('boot', counts.running >= counts.wanted), line('executors', counts.executors >= counts.wanted - 1)]
}

export type Deps = { machines: Machines; drivers: DriverWatch; starts: Starts; now: () => number }

/** Looks at the cloud and the driver only while something is on its way. */
export const clusterProgress =
  ({ machines, drivers, starts, now }: Deps) =>
  async (row: ClusterRow, signal: AbortSignal): Promise<Progress> => {
    const wanted = row.num_workers + 1
    const moving = kindOf(row.state) !== null || row.state === 'RESIZING'
    const [known, view, driver] = await Promise.all([
      starts.of(row.cluster_id),
      // A cloud that is away must not hide how far the start has come.
      moving ? machines.view(row.cluster_id, row.incarnation, row.state === 'RESUMING', false, signal).catch(() => undefined) : undefined,
      moving ? drivers.look(row.cluster_id, row.incarnation) : unheard,
    ])
    const names = machineNames(row.cluster_id, row.workers ?? row.num_workers)
    const ours = view?.machines.filter((machine) => names.includes(machine.name) && machine.state !== 'stale') ?? []
    const counts = { wanted, asked: ours.length, running: ours.filter(({ state }) => state === 'running').length, executors: driver.executors }
    return shownProgress(row, known, counts, now())
  }
