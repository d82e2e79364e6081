import { expect, test } from 'vitest'
import { nextScale, noHistory, remember, windowsOf, type History, type Load, type WorkerLoad } from './autoscale.ts'

const range = { min_workers: 1, max_workers: 4 }
const windows = windowsOf({ 'spark.databricks.aggressiveWindowDownS': '60' })
const worker = (name: string, more: Partial<WorkerLoad> = {}): WorkerLoad => ({ name, cores: 2, tasks: 0, cached: false, shuffled: false, ...more })
const load = (waitingTasks: number, ...workers: WorkerLoad[]): Load => ({ waitingTasks, workers })
/** The same load, looked at every second for so long. */
const after = (seen: Load, seconds: number, history: History = noHistory) => {
  for (let second = 0; second <= seconds; second += 1) history = remember(history, seen, second * 1000)
  return history
}

test('a cluster grows when tasks have waited, to what they need, at most twofold at once', () => {
  const seen = load(30, worker('w-0', { tasks: 2 }))
  expect(nextScale(range, 1, seen, after(seen, 1), windows, 1000)).toEqual({ do: 'stay' })
  expect(nextScale(range, 1, seen, after(seen, 3), windows, 3000)).toMatchObject({ do: 'grow', workers: 2 })
  const two = load(30, worker('w-0', { tasks: 2 }), worker('w-1', { tasks: 2 }))
  expect(nextScale(range, 2, two, after(two, 3), windows, 3000)).toMatchObject({ do: 'grow', workers: 4 })
  const little = load(1, worker('w-0', { tasks: 2 }), worker('w-1', { tasks: 2 }))
  expect(nextScale(range, 2, little, after(little, 3), windows, 3000)).toMatchObject({ do: 'grow', workers: 3 })
})

test('it never grows beyond its range, nor for a burst that is over', () => {
  const seen = load(30, ...[0, 1, 2, 3].map((n) => worker(`w-${n}`, { tasks: 2 })))
  expect(nextScale(range, 4, seen, after(seen, 60), windows, 60_000)).toEqual({ do: 'stay' })
  const calm = load(0, worker('w-0'))
  expect(nextScale(range, 1, calm, remember(after(seen, 2), calm, 2500), windows, 10_000)).toEqual({ do: 'stay' })
})

test('workers leave when each of them had nothing to do for the window, down to the least', () => {
  const seen = load(0, worker('w-0'), worker('w-1'), worker('w-2'))
  expect(nextScale(range, 3, seen, after(seen, 59), windows, 59_000)).toEqual({ do: 'stay' })
  expect(nextScale(range, 3, seen, after(seen, 60), windows, 60_000)).toMatchObject({ do: 'shrink', leave: ['w-2', 'w-1'] })
})

test('those without cached data leave first; those with it are kept four times as long', () => {
  const seen = load(0, worker('w-0'), worker('w-1'), worker('w-2', { cached: true }))
  expect(nextScale(range, 3, seen, after(seen, 60), windows, 60_000)).toMatchObject({ leave: ['w-1', 'w-0'] })
  expect(nextScale({ ...range, min_workers: 2 }, 3, seen, after(seen, 300), windows, 300_000)).toMatchObject({ leave: ['w-1'] })
})

test('a worker with a task stays, and while jobs run so does one with shuffle files', () => {
  const seen = load(0, worker('w-0', { tasks: 1 }), worker('w-1', { shuffled: true }), worker('w-2'))
  expect(nextScale(range, 3, seen, after(seen, 60), windows, 60_000)).toMatchObject({ leave: ['w-2'] })
  const calm = load(0, worker('w-0', { shuffled: true }), worker('w-1', { shuffled: true }))
  expect(nextScale(range, 2, calm, after(calm, 60), windows, 60_000)).toMatchObject({ leave: ['w-1'] })
})

test('a smaller range is kept even while tasks wait, by workers that are idle', () => {
  const seen = load(5, worker('w-0', { tasks: 2 }), worker('w-1'), worker('w-2'))
  expect(nextScale({ min_workers: 1, max_workers: 2 }, 3, seen, after(seen, 60), windows, 60_000)).toMatchObject({ do: 'shrink', leave: ['w-2'] })
  expect(nextScale({ min_workers: 2, max_workers: 3 }, 1, seen, noHistory, windows, 0)).toMatchObject({ do: 'grow', workers: 2 })
})

/** A load that comes and goes faster than the window moves the size once, not with every wave. */
test('a load in waves does not make the size flap', () => {
  let size = 1
  let moves = 0
  let history = noHistory
  for (let second = 0; second < 600; second += 1) {
    const wave = second % 40 < 20
    const seen = load(wave ? 8 : 0, ...Array.from({ length: size }, (_, n) => worker(`w-${n}`, { tasks: wave ? 2 : 0 })))
    history = remember(history, seen, second * 1000)
    const step = nextScale(range, size, seen, history, windows, second * 1000)
    if (step.do === 'stay') continue
    moves += 1
    size = step.do === 'grow' ? step.workers : size - step.leave.length
  }
  expect([size, moves]).toEqual([4, 2])
})

test('the window is the one that Databricks knows, within its bounds', () => {
  expect(windowsOf({}).shrinkMs).toBe(150_000)
  expect(windowsOf({ 'spark.databricks.aggressiveWindowDownS': '40' }).shrinkMs).toBe(40_000)
  expect(windowsOf({ 'spark.databricks.aggressiveWindowDownS': 'soon' }).shrinkMs).toBe(150_000)
})
