import type { Clock } from '#base/clock.ts'
import { nextScale, noHistory, remember, windowsOf, type History, type Load, type Scale } from './autoscale.ts'
import type { DriverView } from './driver-watch.ts'
import type { ClusterRow } from './store.ts'

export type Autoscaler = ReturnType<typeof autoscaler>

/** After the cloud had no machine for it, a cluster does not ask again at once. */
const backoffMs = 120_000

/** Remembers the load of autoscaling clusters between two looks. What is lost with this process is only patience: windows begin anew. */
export function autoscaler(clock: Clock) {
  const known = new Map<string, { incarnation: number; history: History; heldUntil: number }>()
  const of = (row: ClusterRow) => {
    const entry = known.get(row.cluster_id)
    if (entry?.incarnation === row.incarnation) return entry
    const fresh = { incarnation: row.incarnation, history: noHistory, heldUntil: 0 }
    known.set(row.cluster_id, fresh)
    return fresh
  }

  return {
    /** What a running cluster with a range should do about its size now. */
    look(row: ClusterRow, driver: DriverView): Scale {
      const range = row.spec.autoscale
      if (!range || driver.driver !== 'ready') return { do: 'stay' }
      const entry = of(row)
      const now = clock().getTime()
      const load = loadOf(row, driver)
      entry.history = remember(entry.history, load, now)
      const step = nextScale(range, row.num_workers, load, entry.history, windowsOf(row.spec.spark_conf ?? {}), now)
      if (step.do === 'grow' && now < entry.heldUntil) return { do: 'stay' }
      if (step.do !== 'stay') entry.history = noHistory
      return step
    },
    /** The cloud refused more machines. */
    hold(row: ClusterRow): void {
      of(row).heldUntil = clock().getTime() + backoffMs
    },
    forget: (clusterId: string) => void known.delete(clusterId),
  }
}

/** Executors by the addresses of their machines; one that Spark does not know yet counts as busy, because nothing is known of it. */
const loadOf = (row: ClusterRow, driver: DriverView): Load => ({
  waitingTasks: driver.waitingTasks,
  workers: row.machines.slice(1).flatMap(({ name, address }) => {
    const executor = driver.load.find((each) => each.host === address)
    return executor
      ? [{ name, cores: executor.cores, tasks: executor.tasks ?? 0, cached: (executor.cachedBytes ?? 0) > 0, shuffled: (executor.shuffledBytes ?? 0) > 0 }]
      : []
  }),
})
