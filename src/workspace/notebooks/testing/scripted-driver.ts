import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '#base/problem.ts'
import { eventLog, type EventLog } from '#engine/agent/events.ts'
import type { DriverClient } from '#engine/driver.ts'
import { isFinal, type CommandEvent, type CommandParameters, type CommandState, type KernelReply } from '#engine/wire.ts'

type Command = { log: EventLog; code: string; status: CommandState; parameters: CommandParameters; cancel(): void; replies: Map<string, (reply: KernelReply) => void> }

/**
 * A driver whose "language" is a line an instruction: `print x`, `error x`, `flood bytes`, `hold` (until `release`), `show {json}`,
 * `widget {json}`, `exit x`, `die`, `call path` (dbutils.notebook.run, prints the answer). It keeps what the driver agent keeps, in the agent's own event log.
 */
export function scriptedDriver() {
  const contexts = new Map<string, Map<string, Command>>()
  const dead = new Map<string, string>()
  const executed: string[] = []
  const held = new Set<() => void>()
  let count = 0
  let connected = true
  const line = () => {
    if (!connected) throw new Problem('unavailable', 'The driver of cluster c1 is not reachable.')
  }
  const contextOf = (id: string) => {
    line()
    const found = contexts.get(id)
    if (!found) throw new Problem('not_found', `Context ${id} does not exist`)
    return found
  }
  const commandOf = (contextId: string, id: string) => {
    const found = contextOf(contextId).get(id)
    if (!found) throw new Problem('not_found', `Command ${id} does not exist`)
    return found
  }

  async function run(contextId: string, id: string, command: Command): Promise<void> {
    const { log } = command
    let over: CommandState | null = null
    let exit: string | undefined
    const cancelled = new Promise<void>((resolve) => {
      command.cancel = () => {
        over = 'Cancelled'
        resolve()
      }
    })
    command.status = 'Running'
    log.add({ kind: 'status', status: 'Running' })
    for (const text of command.code.split('\n')) {
      if (over !== null || exit !== undefined) break
      const [word = '', ...more] = text.split(' ')
      const rest = more.join(' ')
      if (word === 'print') log.add({ kind: 'output', output: { kind: 'stream', name: 'stdout', text: `${rest}\n` } })
      if (word === 'widgets') log.add({ kind: 'output', output: { kind: 'stream', name: 'stdout', text: `${JSON.stringify(command.parameters.widgets)}\n` } })
      if (word === 'flood') for (let left = Number(rest); left > 0; left -= 10_000) log.add({ kind: 'output', output: { kind: 'stream', name: 'stdout', text: 'x'.repeat(10_000) } })
      if (word === 'show') log.add({ kind: 'output', output: { kind: 'display', data: JSON.parse(rest), metadata: {} } })
      if (word === 'exit') exit = rest
      if (word === 'hold') await Promise.race([cancelled, new Promise<void>((resolve) => held.add(resolve))])
      if (word === 'die') {
        dead.set(contextId, 'The Python kernel ended (SIGKILL). It may have run out of memory.')
        over = 'Error'
      }
      if (word === 'error') {
        log.add({ kind: 'output', output: { kind: 'error', name: 'ValueError', value: rest, traceback: [rest] } })
        break
      }
      if (word === 'call') {
        const requestId = `${id}-${++count}`
        const reply = new Promise<KernelReply>((resolve) => command.replies.set(requestId, resolve))
        log.add({ kind: 'request', requestId, request: { name: 'notebook.run', path: more[0] ?? '', timeoutSeconds: Number(more[1] ?? 0), arguments: { who: 'caller' } } })
        const answer = await Promise.race([reply, cancelled.then(() => null)])
        if (answer) log.add({ kind: 'output', output: { kind: 'stream', name: 'stdout', text: `${JSON.stringify(answer)}\n` } })
      }
    }
    command.status = over ?? 'Finished'
    log.add({ kind: 'status', status: command.status, ...(command.status === 'Error' ? { why: dead.get(contextId) ?? 'failed' } : {}), ...(exit === undefined ? {} : { exit }) })
  }

  const client: DriverClient = {
    status: () => Promise.reject(new Error('not asked in these tests')),
    retire: () => Promise.reject(new Error('not asked in these tests')),
    contexts: () => Promise.resolve([]),
    async createContext({ language }) {
      line()
      const id = `context${++count}`
      contexts.set(id, new Map())
      return { id, language, status: 'Pending' }
    },
    async context(id) {
      contextOf(id)
      const why = dead.get(id)
      return { id, language: 'python', status: why === undefined ? 'Running' : 'Error', ...(why === undefined ? {} : { why }) }
    },
    async destroyContext(id) {
      contextOf(id)
      contexts.delete(id)
    },
    async execute({ contextId, id = '', command: code, parameters = {} }) {
      const commands = contextOf(contextId)
      if (commands.has(id)) return { id }
      executed.push(code)
      const command: Command = { log: eventLog(), code, status: 'Queued', parameters, cancel: () => {}, replies: new Map() }
      commands.set(id, command)
      void run(contextId, id, command)
      return { id }
    },
    async command(contextId, id) {
      const { log, status } = commandOf(contextId, id)
      return { id, status, results: null, outputs: log.outputs() }
    },
    async cancel(contextId, id) {
      commandOf(contextId, id).cancel()
    },
    async *follow(contextId, id, from, signal): AsyncGenerator<CommandEvent> {
      const { log } = commandOf(contextId, id)
      const events: CommandEvent[] = []
      let wake = () => {}
      let ended = false
      const leave = log.follow(
        from,
        (event) => {
          events.push(event)
          wake()
        },
        () => {
          ended = true
          wake()
        },
      )
      signal.addEventListener('abort', () => wake(), { once: true })
      try {
        for (;;) {
          if (!connected) throw new Problem('unavailable', 'The line was lost.')
          if (!contexts.has(contextId)) throw new Problem('unavailable', 'The line was lost.')
          const event = events.shift()
          if (event) yield event
          else if (ended || signal.aborted) return
          else await Promise.race([new Promise<void>((resolve) => (wake = resolve)), sleep(50)])
        }
      } finally {
        leave()
      }
    },
    async *executeAndFollow(options, signal): AsyncGenerator<CommandEvent> {
      await client.execute(options)
      yield* client.follow(options.contextId, options.id, 0, signal)
    },
    async complete(_contextId, { code, cursor, language }) {
      return { matches: [{ text: `${language}:${code.slice(0, cursor)}` }], start: 0, end: cursor }
    },
    async inspect() {
      return { found: true, data: { 'text/plain': 'a docstring' } }
    },
    async reply(contextId, commandId, requestId, reply) {
      const waiting = commandOf(contextId, commandId).replies.get(requestId)
      if (!waiting) throw new Problem('not_found', 'Nobody waits for it.')
      waiting(reply)
    },
  }
  return {
    client,
    executed,
    contexts,
    /** Lets all who hold go on. */
    release() {
      for (const go of held) go()
      held.clear()
    },
    holding: () => held.size,
    connect(on: boolean) {
      connected = on
    },
    isFinal,
  }
}
