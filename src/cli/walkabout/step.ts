import type { Cell } from './table.ts'

/** Where a step says what it sees while it works. */
export type Tell = {
  line(text: string): void
  table(columns: readonly string[], rows: readonly (readonly Cell[])[]): void
}

/**
 * One scene of the story: it acts, looks, and throws when what it sees is not what the story promises.
 * The reply says in a few words what was seen.
 */
export type Step<World> = {
  name: string
  /** Takes away what the others made: not played when that is to be kept. */
  ends?: true
  run(world: World, tell: Tell): Promise<string>
}

export type StepResult = { name: string; seconds: number; ok: boolean; detail: string }

/** The step's own check: what was promised, and what was there instead. */
export function check(holds: unknown, promise: string, instead?: unknown): asserts holds {
  if (holds) return
  const seen = instead === undefined ? '' : ` It is ${typeof instead === 'string' ? instead : JSON.stringify(instead)}.`
  throw new Error(`Not as promised: ${promise}.${seen}`)
}
