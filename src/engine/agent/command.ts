import { isFinal, type Command, type CommandParameters, type CommandState, type KernelReply, type Language } from '../wire.ts'
import { eventLog, errorOutput, type EventLog, type NewEvent } from './events.ts'
import { resultsOf } from './results.ts'

/** A command as the agent keeps it. */
export type Given = {
  id: string
  code: string
  language: Language
  parameters: CommandParameters
  status: CommandState
  startedAt?: number
  finishedAt?: number
  /** The value of dbutils.notebook.exit. */
  exit?: string
  log: EventLog
  /** Questions of its code that wait for the workspace. */
  requests: Map<string, (reply: KernelReply) => void>
}

export function newCommand(given: Pick<Given, 'id' | 'code' | 'language' | 'parameters'>): Given {
  const command: Given = { ...given, status: 'Queued', log: eventLog(), requests: new Map() }
  command.log.add({ kind: 'status', status: 'Queued' })
  return command
}

/** Changes the status and tells it. A command that has ended stays as it is. */
export function setStatus(command: Given, status: CommandState, more: { why?: string; executionCount?: number } = {}): void {
  if (isFinal(command.status)) return
  command.status = status
  if (status === 'Running') command.startedAt = Date.now()
  if (isFinal(status)) {
    command.finishedAt = Date.now()
    for (const answer of command.requests.values()) answer({ ok: false, message: 'The command has ended' })
    command.requests.clear()
  }
  command.log.add({ kind: 'status', status, ...more, ...(command.exit === undefined ? {} : { exit: command.exit }) })
}

/** Ends a command that could not be run to its end, with the reason as its error. */
export function failed(command: Given, name: string, why: string): void {
  if (command.status !== 'Cancelling') command.log.add({ kind: 'output', output: errorOutput(name, why) })
  setStatus(command, command.status === 'Cancelling' ? 'Cancelled' : 'Error', { why })
}

/** What a command's code shows. */
export const show = (command: Given, event: NewEvent): void => command.log.add(event)

/** As the workspace sees it. Results are made when somebody asks: a notebook follows the events instead. */
export function shown(command: Given): Command {
  const { id, status, startedAt, finishedAt } = command
  const outputs = command.log.outputs()
  const done = status === 'Finished' || status === 'Error'
  return { id, status, outputs, results: done ? resultsOf(outputs) : null, ...(startedAt === undefined ? {} : { startedAt }), ...(finishedAt === undefined ? {} : { finishedAt }) }
}
