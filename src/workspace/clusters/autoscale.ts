/** The range that a person gave. Source: compute.AutoScale in databricks-sdk-py. */
export type Range = { min_workers: number; max_workers: number }

/** A worker as Spark sees it now. */
export type WorkerLoad = {
  name: string
  cores: number
  /** Tasks that it runs. */
  tasks: number
  /** It holds parts of cached tables: computed again when it goes. */
  cached: boolean
  /** It holds outputs of shuffles: while jobs run, losing them repeats whole stages. */
  shuffled: boolean
}
export type Load = { waitingTasks: number; workers: readonly WorkerLoad[] }

/** What is remembered between two looks: since when tasks wait, and since when each worker has had none. */
export type History = { backlogSince: number | null; idleSince: Readonly<Record<string, number>> }
export const noHistory: History = { backlogSince: null, idleSince: {} }

export type Windows = {
  /** Tasks must wait this long before the cluster grows: a burst that is over in a moment costs no machine. */
  growMs: number
  /** A worker must have had no task for this long before it goes. */
  shrinkMs: number
  /** The same for one that holds cached data. */
  shrinkCachedMs: number
}
export type Scale = { do: 'stay' } | { do: 'grow'; workers: number; why: string } | { do: 'shrink'; leave: readonly string[]; why: string }

/**
 * How patient a cluster is. `spark.databricks.aggressiveWindowDownS` is Databricks' own setting, up to 600 s; without it an
 * all-purpose cluster gives up a worker after 150 s. Source: "Optimized autoscaling", Azure Databricks compute reference.
 */
export function windowsOf(sparkConf: Readonly<Record<string, string>>): Windows {
  const asked = Number(sparkConf['spark.databricks.aggressiveWindowDownS'])
  const shrinkMs = asked >= 1 && asked <= 600 ? asked * 1000 : 150_000
  return { growMs: 3000, shrinkMs, shrinkCachedMs: shrinkMs * 4 }
}

/** Pure: what was seen, added to what was known. */
export function remember(history: History, load: Load, now: number): History {
  const idle = load.workers.filter((worker) => worker.tasks === 0)
  return {
    backlogSince: load.waitingTasks === 0 ? null : (history.backlogSince ?? now),
    idleSince: Object.fromEntries(idle.map(({ name }) => [name, history.idleSince[name] ?? now])),
  }
}

/**
 * Pure: the size that the load asks for. It grows at most twofold at once, and only to what waits and runs needs; it shrinks by
 * workers that each had nothing to do for long, those without cached data first. Between the two lies the window: no flapping.
 */
export function nextScale(range: Range, wanted: number, load: Load, history: History, windows: Windows, now: number): Scale {
  if (wanted < range.min_workers) return { do: 'grow', workers: range.min_workers, why: `the cluster has at least ${range.min_workers} workers` }
  return grow(range, wanted, load, history, windows, now) ?? shrink(range, wanted, load, history, windows, now) ?? { do: 'stay' }
}

function grow(range: Range, wanted: number, load: Load, history: History, windows: Windows, now: number): Scale | undefined {
  if (history.backlogSince === null || now - history.backlogSince < windows.growMs || wanted >= range.max_workers) return undefined
  const cores = Math.max(1, ...load.workers.map((worker) => worker.cores))
  const running = load.workers.reduce((sum, worker) => sum + worker.tasks, 0)
  const workers = Math.min(range.max_workers, Math.max(wanted + 1, wanted * 2), Math.ceil((running + load.waitingTasks) / cores))
  return workers > wanted ? { do: 'grow', workers, why: `${load.waitingTasks} tasks wait for a core` } : undefined
}

function shrink(range: Range, wanted: number, load: Load, history: History, windows: Windows, now: number): Scale | undefined {
  const least = Math.min(wanted, range.max_workers)
  const busy = load.waitingTasks > 0 || load.workers.some((worker) => worker.tasks > 0)
  const leaving = load.workers
    .map((worker) => ({ ...worker, idleMs: now - (history.idleSince[worker.name] ?? now) }))
    .filter((worker) => worker.tasks === 0 && !(busy && worker.shuffled))
    .filter((worker) => worker.idleMs >= (worker.cached ? windows.shrinkCachedMs : windows.shrinkMs))
    .sort((a, b) => Number(a.cached) - Number(b.cached) || b.idleMs - a.idleMs || b.name.localeCompare(a.name, undefined, { numeric: true }))
    .slice(0, Math.max(0, load.waitingTasks > 0 ? wanted - least : wanted - range.min_workers))
  if (leaving.length === 0) return undefined
  const seconds = Math.round(Math.min(...leaving.map((worker) => worker.idleMs)) / 1000)
  return { do: 'shrink', leave: leaving.map((worker) => worker.name), why: `${leaving.length} workers had nothing to do for ${seconds} s` }
}
