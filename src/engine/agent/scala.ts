import { tableMime, type Completions } from '../wire.ts'
import { record } from './results.ts'
import type { NewEvent } from './events.ts'
import type { Gateway } from './py4j.ts'

/**
 * Runs Scala in the REPL of a context, which lives in the driver JVM (brickyard.Repl). `next` waits there until there is something to tell.
 */
export async function runScala(gateway: Gateway, context: string, command: string, code: string, rows: number, tell: (event: NewEvent) => void): Promise<void> {
  await gateway.call('z:brickyard.Repl', 'start', context, command, code, rows)
  for (;;) {
    const said: unknown[] = JSON.parse(await gateway.text('z:brickyard.Repl', 'next', context))
    for (const one of said.map(record)) {
      if (one.kind === 'end') return
      const event = eventOf(one)
      if (event) tell(event)
    }
  }
}

function eventOf(one: Record<string, unknown>): NewEvent | null {
  if (one.kind === 'out' || one.kind === 'err') return { kind: 'output', output: { kind: 'stream', name: one.kind === 'out' ? 'stdout' : 'stderr', text: String(one.text) } }
  if (one.kind === 'error') return { kind: 'output', output: { kind: 'error', name: String(one.name), value: String(one.value), traceback: String(one.trace).split('\n') } }
  if (one.kind === 'html') return { kind: 'output', output: { kind: 'display', data: { 'text/html': String(one.text) }, metadata: {} } }
  if (one.kind === 'table') return { kind: 'output', output: { kind: 'display', data: { [tableMime]: one.table }, metadata: {} } }
  return null
}

/** Names that fit at the cursor, from the context's interpreter; none while it runs a command. */
export async function completeScala(gateway: Gateway, context: string, code: string, cursor: number): Promise<Completions> {
  const { at, names }: { at: number; names: string[] } = JSON.parse(await gateway.text('z:brickyard.Repl', 'complete', context, code, cursor))
  return { matches: [...new Set(names)].slice(0, 500).map((text) => ({ text })), start: at, end: cursor }
}
