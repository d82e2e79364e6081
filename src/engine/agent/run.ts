import type { CommandParameters, CommandState } from '../wire.ts'
import { setStatus, show, type Given } from './command.ts'
import type { Open } from './contexts.ts'
import { errorOutput } from './events.ts'
import type { Kernel } from './kernel.ts'
import { readCell, statements, withWidgets, type Cell } from './magic.ts'
import { watchProgress } from './progress.ts'
import type { Gateway } from './py4j.ts'
import { eventOf, exitOf, outputOfStatement } from './results.ts'
import { runScala } from './scala.ts'

export type RunDeps = { gateway: Promise<Gateway>; kernel: () => Promise<Kernel> }
type Code = Extract<Cell, { kind: 'code' }>

/** Rows of a shown table: a notebook scrolls through many, Command Execution 1.2 answers with few. */
const rowsOf = ({ rows, notebookPath }: CommandParameters): number => Math.max(1, Math.min(100_000, rows ?? (notebookPath === undefined ? 1_000 : 10_000)))

/** Runs a command to its end and sets its last status. Throws when what runs it is gone. */
export async function perform(deps: RunDeps, one: Open, command: Given): Promise<void> {
  const cell = readCell(command.code, command.language)
  if (cell.kind !== 'code') {
    setStatus(command, 'Running')
    show(command, { kind: 'output', output: cell.kind === 'markdown' ? { kind: 'display', data: { 'text/markdown': cell.text }, metadata: {} } : errorOutput('NotACommand', cell.why) })
    return setStatus(command, 'Finished')
  }
  await (cell.language === 'python' ? deps.kernel() : deps.gateway)
  // It may have been cancelled in the meantime.
  if (command.status !== 'Queued') return
  setStatus(command, 'Running')
  const progress = watchProgress(deps.gateway, command.id, (seen) => command.log.add({ kind: 'progress', progress: seen }))
  let executionCount: number | undefined
  try {
    executionCount = await runCode(deps, one, command, cell)
  } finally {
    await progress.stop()
  }
  setStatus(command, wasCancelled(command) ? 'Cancelled' : 'Finished', executionCount === undefined ? {} : { executionCount })
}

async function runCode(deps: RunDeps, one: Open, command: Given, { language, code }: Code): Promise<number | undefined> {
  const rows = rowsOf(command.parameters)
  if (language === 'r') show(command, { kind: 'output', output: errorOutput('NotImplemented', 'R is not implemented by this cluster. There are Python, SQL and Scala.') })
  if (language === 'sql') await runSql(await deps.gateway, one.context.id, command, code, rows)
  if (language === 'scala') await runScala(await deps.gateway, one.context.id, command.id, code, rows, (event) => show(command, event))
  return language === 'python' ? runPython(deps, one, command, code, rows) : undefined
}

async function runPython(deps: RunDeps, one: Open, command: Given, code: string, rows: number): Promise<number | undefined> {
  if (one.lost !== undefined) {
    show(command, { kind: 'output', output: { kind: 'stream', name: 'stderr', text: `${one.lost} A new one was started: the variables of earlier commands are gone.\n` } })
    delete one.lost
  }
  const { content } = await (await deps.kernel()).execute(command.id, code, { ...command.parameters, rows }, (message) => {
    const event = eventOf(message)
    if (!event) return
    const exit = exitOf(event)
    if (exit === undefined) show(command, event)
    else command.exit = exit
  })
  return typeof content.execution_count === 'number' ? content.execution_count : undefined
}

/** SQL needs no kernel: the driver JVM runs it, in the session that the context's kernel attaches to. All statements but the last show only what has columns. */
async function runSql(gateway: Gateway, context: string, command: Given, code: string, rows: number): Promise<void> {
  const all = statements(code)
  for (const [at, statement] of all.entries()) {
    if (wasCancelled(command)) return
    const sql = withWidgets(statement, command.parameters.widgets ?? {})
    const { output, empty } = outputOfStatement(await gateway.text('z:brickyard.Statements', 'run', context, command.id, sql, rows))
    if (!empty || at === all.length - 1) show(command, { kind: 'output', output })
    if (output.kind === 'error') return
  }
}

/** Asks what runs for a command to stop. */
export async function stopWork(deps: RunDeps, one: Open, command: Given): Promise<void> {
  const cell = readCell(command.code, command.language)
  const language = cell.kind === 'code' ? cell.language : 'python'
  if (language === 'python' && one.kernel) (await one.kernel).interrupt(command.id)
  const gateway = await deps.gateway
  await gateway.call('z:brickyard.Driver', 'cancel', command.id)
  if (language === 'scala') await gateway.call('z:brickyard.Repl', 'interrupt', one.context.id, command.id)
}

const wasCancelled = (command: { status: CommandState }): boolean => command.status === 'Cancelling'
