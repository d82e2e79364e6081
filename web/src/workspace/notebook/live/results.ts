import type { CellResult, Output, Truncated } from '#web/api/generated/notebook-wire.ts'
import { newScreen, type Screen } from '../output/screen.ts'

/** One thing that a cell shows. `version` grows with each addition, so that only what changed is drawn anew. */
export type Shown =
  | { kind: 'text'; key: number; name: 'stdout' | 'stderr'; screen: Screen; version: number; length: number }
  | { kind: 'display'; key: number; data: Record<string, unknown>; metadata: Record<string, unknown>; displayId?: string; version: number }
  | { kind: 'error'; key: number; name: string; value: string; traceback: readonly string[] }

/** What a cell shows of one run. */
export type Result = {
  run_id: string
  /** The last event that is in it. */
  seq: number
  shown: readonly Shown[]
  truncated?: Truncated
  /** It asked to be cleared when it next shows something (Jupyter's `clear_output(wait=True)`). */
  clearNext?: boolean
}

export const newResult = (runId: string): Result => ({ run_id: runId, seq: 0, shown: [] })
let lastKey = 0

/** A result as the server keeps it. */
export function resultOf(kept: CellResult): Result {
  let result = newResult(kept.run_id)
  for (const output of kept.outputs) result = { ...result, shown: added(result.shown, output) }
  return { ...result, seq: kept.seq, ...(kept.truncated ? { truncated: kept.truncated } : {}) }
}

export type ResultEvent = { run_id: string; seq: number } & ({ type: 'output'; output: Output } | { type: 'clearOutput'; wait: boolean } | { type: 'truncated'; truncated: Truncated })

/** The result after an event. An event that is in it already changes nothing; one of a newer run begins anew. */
export function resultAfter(before: Result | undefined, event: ResultEvent): Result {
  const now = before === undefined || before.run_id !== event.run_id ? newResult(event.run_id) : before
  if (event.seq <= now.seq) return now
  const { clearNext, ...kept } = now
  switch (event.type) {
    case 'output':
      return { ...kept, seq: event.seq, shown: added(clearNext ? [] : now.shown, event.output) }
    case 'clearOutput':
      return event.wait ? { ...now, seq: event.seq, clearNext: true } : { ...kept, seq: event.seq, shown: [] }
    case 'truncated':
      return { ...now, seq: event.seq, truncated: event.truncated }
  }
}

function added(shown: readonly Shown[], output: Output): readonly Shown[] {
  switch (output.kind) {
    case 'stream': {
      const last = shown.at(-1)
      const goesOn = last?.kind === 'text' && last.name === output.name
      const screen = goesOn ? last.screen : newScreen()
      screen.write(output.text)
      if (!goesOn) return [...shown, { kind: 'text', key: ++lastKey, name: output.name, screen, version: 1, length: output.text.length }]
      return [...shown.slice(0, -1), { ...last, version: last.version + 1, length: last.length + output.text.length }]
    }
    case 'display': {
      const { data, metadata, display_id: displayId } = output
      const known = displayId !== undefined && output.update ? shown.some((one) => one.kind === 'display' && one.displayId === displayId) : false
      if (known) return shown.map((one) => (one.kind === 'display' && one.displayId === displayId ? { ...one, data, metadata, version: one.version + 1 } : one))
      return [...shown, { kind: 'display', key: ++lastKey, data, metadata, version: 1, ...(displayId === undefined ? {} : { displayId }) }]
    }
    case 'error':
      return [...shown, { kind: 'error', key: ++lastKey, name: output.name, value: output.value, traceback: output.traceback }]
  }
}
