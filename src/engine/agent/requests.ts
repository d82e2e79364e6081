import type { KernelReply, KernelRequest } from '../wire.ts'
import type { Answer, Ask } from './asks.ts'
import type { Given } from './command.ts'
import { newId } from './jupyter.ts'
import { record } from './results.ts'

/** So long a question may wait for somebody who follows the command. */
const patience = 4_000

/** Puts a question of a command's code to whoever follows it, and waits for the reply. */
export function forward(command: Given, ask: Ask): Promise<Answer> {
  const request = requestOf(ask)
  if (request === null) return Promise.resolve({ ok: false, message: `${ask.name} is not known to this cluster` })
  const requestId = newId()
  const { promise, resolve } = Promise.withResolvers<KernelReply>()
  command.requests.set(requestId, resolve)
  command.log.add({ kind: 'request', requestId, request })
  const nobody = setTimeout(() => {
    if (command.log.followers() === 0) resolve({ ok: false, message: 'Nobody runs other notebooks for this command. dbutils.notebook.run works in a notebook that is open or run by the workspace.' })
  }, patience)
  return promise.finally(() => {
    clearTimeout(nobody)
    command.requests.delete(requestId)
    command.log.add({ kind: 'answered', requestId })
  })
}

function requestOf({ name, body }: Ask): KernelRequest | null {
  if (name !== 'notebook.run') return null
  const given = Object.entries(record(body.arguments)).map(([key, value]): [string, string] => [key, String(value)])
  return { name, path: String(body.path), timeoutSeconds: Number(body.timeoutSeconds) || 0, arguments: Object.fromEntries(given) }
}
