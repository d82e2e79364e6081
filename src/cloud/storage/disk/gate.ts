/** Many may pass together, or one alone. First come, first served. */
export type Gate = { shared<T>(work: () => Promise<T>): Promise<T>; alone<T>(work: () => Promise<T>): Promise<T> }

/** Opens a gate: appends share it, a flush has it alone. */
export function openGate(): Gate {
  let lastAlone: Promise<unknown> = Promise.resolve()
  let inside = new Set<Promise<unknown>>()
  const settled = (work: Promise<unknown>) => work.then(() => {}, () => {})
  return {
    shared(work) {
      const passing = lastAlone.then(work)
      const quiet = settled(passing)
      const group = inside
      group.add(quiet)
      void quiet.then(() => group.delete(quiet))
      return passing
    },
    alone(work) {
      const before = [lastAlone, ...inside]
      inside = new Set()
      const passing = Promise.all(before).then(work)
      lastAlone = settled(passing)
      return passing
    },
  }
}
