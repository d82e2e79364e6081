/** Names of a cluster's machines, derived: `ensure` finds what a killed process already made. Driver first. */
export const machineNames = (clusterId: string, workers: number | readonly number[]): readonly [driver: string, ...workers: string[]] => [
  `${clusterId}-driver`,
  ...(typeof workers === 'number' ? Array.from({ length: workers }, (_, index) => index) : workers).map((index) => `${clusterId}-worker-${index}`),
]

/** The number in a worker's name. */
export const workerIndex = (name: string): number => Number(/-worker-(\d+)$/.exec(name)?.[1] ?? -1)

/** The same workers, fewer or more of them: the highest numbers leave, the lowest free ones come. */
export function workersFor(now: readonly number[], size: number, leave: readonly number[] = []): number[] {
  const stay = now.filter((index) => !leave.includes(index)).slice(0, size)
  for (let index = 0; stay.length < size; index += 1) if (!stay.includes(index)) stay.push(index)
  return stay.toSorted((a, b) => a - b)
}
/** Workers of a cluster that never lost one from the middle. */
export const firstWorkers = (size: number): number[] => Array.from({ length: size }, (_, index) => index)
