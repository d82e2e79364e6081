import { join } from 'node:path'
import { isFinal, type Command, type CommandParameters, type CompleteQuery, type Completions, type Context, type InspectQuery, type Inspection, type KernelReply, type Language } from '../wire.ts'
import { refusal } from './api.ts'
import type { Answer, Ask } from './asks.ts'
import { failed, newCommand, setStatus, shown, type Given } from './command.ts'
import { codeOf, completePython, inspectPython, nothing, sqlCompletion } from './completion.ts'
import { newId } from './jupyter.ts'
import { startKernel, type Kernel } from './kernel.ts'
import type { DriverPlan, Machine } from './plan.ts'
import { forward } from './requests.ts'
import { perform, stopWork } from './run.ts'
import { completeScala } from './scala.ts'
import type { Spark } from './spark.ts'

export type ContextDeps = {
  plan: DriverPlan
  machine: Machine
  /** Resolves when the session answers. */
  spark: Promise<Spark>
  touched: (at: number) => void
  log: (line: string) => void
}
export type Contexts = {
  /** Is a command running or waiting? */
  busy(): boolean
  list(): Context[]
  create(language: string): Context
  get(id: string): Context
  destroy(id: string): { id: string }
  execute(id: string, command: { id: string; language: string; code: string; parameters: CommandParameters }): { id: string }
  command(id: string, commandId: string): Command
  cancel(id: string, commandId: string): Promise<{ id: string }>
  follow: (id: string, commandId: string) => Given['log']['follow']
  complete(id: string, query: CompleteQuery): Promise<Completions>
  inspect(id: string, query: InspectQuery): Promise<Inspection>
  reply(id: string, commandId: string, requestId: string, reply: KernelReply): void
  close(): Promise<void>
}

export type Open = {
  context: Context
  commands: Map<string, Given>
  /** Started with a Python context, by the first Python command of another, and again when it has died. */
  kernel?: Promise<Kernel>
  /** Why the last kernel is gone, until somebody was told. */
  lost?: string
  /** The command that asked for a new Python. */
  restarting?: string
  queue: Promise<void>
}

const keptCommands = 1_000
/** All outputs of all contexts together; the oldest commands are forgotten first. */
const mostBytes = 300_000_000
const known = { python: true, sql: true, scala: true, r: false } satisfies Record<Language, boolean>
const isLanguage = (word: string): word is Language => word in known

/** Contexts and their commands, one kernel each. Results stay here until the context is destroyed: whoever asked may be gone for a while. */
export function openContexts(deps: ContextDeps): Contexts {
  const open = new Map<string, Open>()
  const gateway = deps.spark.then((spark) => spark.gateway)
  gateway.catch(() => {})
  const completeSql = sqlCompletion(gateway)
  const find = (id: string): Open => open.get(id) ?? fail(404, `Context ${id} does not exist`)
  const findCommand = (id: string, commandId: string) => find(id).commands.get(commandId) ?? fail(404, `Command ${commandId} does not exist`)
  const languageOf = (word: string, what: string): Language => {
    if (!isLanguage(word)) throw refusal(400, `Language ${word || '(none)'} is not one of python, sql, scala, r`)
    if (!known[word]) throw refusal(501, `${what} of language ${word} are not implemented yet`)
    return word
  }

  function kernelOf(one: Open): Promise<Kernel> {
    if (one.kernel) return one.kernel
    const kernel = start(one)
    one.kernel = kernel
    const gone = (why: string) => {
      if (one.kernel !== kernel) return
      delete one.kernel
      one.lost = why
    }
    kernel.then((here) => {
      delete one.context.why
      one.context.status = 'Running'
      // The first completion loads what takes a second: after the first cells, before somebody types.
      const warm = setTimeout(() => void here.question('complete_request', { code: 'pri', cursor_pos: 3 }).catch(() => {}), 2_000)
      void here.ended.then((why) => {
        clearTimeout(warm)
        gone(why)
      })
    }, (error: Error) => gone(error.message))
    return kernel
  }
  async function start(one: Open): Promise<Kernel> {
    const spark = await deps.spark
    const { id } = one.context
    const home = (name: string) => join(deps.machine.home, name, id)
    return startKernel({
      id, machine: deps.machine, onAsk: (ask) => asked(one, ask),
      env: { PYSPARK_GATEWAY_PORT: String(spark.port), PYSPARK_GATEWAY_SECRET: spark.secret, PYSPARK_PIN_THREAD: 'true', BRICKYARD_CONTEXT: id, BRICKYARD_NOTEBOOK_DIR: home('notebooks'), BRICKYARD_LIBRARIES: home('libraries') },
    })
  }
  async function asked(one: Open, ask: Ask): Promise<Answer> {
    const command = one.commands.get(ask.command)
    if (!command || isFinal(command.status)) return { ok: false, message: 'The command has ended' }
    if (ask.name !== 'restartPython') return forward(command, ask)
    one.restarting = command.id
    ;(await kernelOf(one)).stop()
    return { ok: true, value: '' }
  }

  async function run(one: Open, command: Given): Promise<void> {
    if (command.status !== 'Queued') return
    try {
      await perform({ gateway, kernel: () => kernelOf(one) }, one, command)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (one.restarting === command.id) restarted(one, command)
      else {
        // Whoever reads this knows; the next command need not say it again, only that the variables are gone.
        failed(command, 'KernelError', why)
      }
    }
    deps.touched(Date.now())
    forgetOld()
  }
  function restarted(one: Open, command: Given): void {
    delete one.restarting
    delete one.lost
    command.log.add({ kind: 'output', output: { kind: 'stream', name: 'stdout', text: 'Python was restarted. Its variables are gone; Spark and its temporary views are as they were.\n' } })
    setStatus(command, command.status === 'Cancelling' ? 'Cancelled' : 'Finished')
    void kernelOf(one).catch(() => {})
  }
  function forgetOld(): void {
    const all = [...open.values()].flatMap(({ commands }) => [...commands.values()].map((command) => ({ commands, command })))
    let bytes = all.reduce((sum, { command }) => sum + command.log.bytes(), 0)
    if (bytes <= mostBytes) return
    for (const { commands, command } of all.filter((each) => each.command.finishedAt !== undefined).sort((a, b) => (a.command.finishedAt ?? 0) - (b.command.finishedAt ?? 0))) {
      if (bytes <= mostBytes) return
      bytes -= command.log.bytes()
      commands.delete(command.id)
    }
  }

  return {
    busy: () => [...open.values()].some((one) => [...one.commands.values()].some((command) => command.finishedAt === undefined)),
    list: () => [...open.values()].map((one) => one.context),
    create(word) {
      const language = languageOf(word, 'Contexts')
      const context: Context = { id: newId(), language, status: 'Pending' }
      const one: Open = { context, commands: new Map(), queue: Promise.resolve() }
      open.set(context.id, one)
      const usable = language === 'python' ? kernelOf(one) : deps.spark
      usable.then(() => Object.assign(context, { status: 'Running' }), (error: Error) => Object.assign(context, { status: 'Error', why: error.message }))
      // A Scala interpreter takes seconds: begin now, nobody waits.
      if (language === 'scala') gateway.then((java) => java.call('z:brickyard.Repl', 'warm', context.id)).catch(() => {})
      deps.touched(Date.now())
      return context
    },
    get: (id) => find(id).context,
    destroy(id) {
      const one = find(id)
      open.delete(id)
      one.kernel?.then((kernel) => kernel.stop(), () => {})
      for (const command of one.commands.values()) {
        if (isFinal(command.status)) continue
        gateway.then((java) => java.call('z:brickyard.Driver', 'cancel', command.id)).catch(() => {})
        setStatus(command, 'Cancelled', { why: 'The context was destroyed' })
      }
      gateway.then((java) => java.call('z:brickyard.Statements', 'close', id)).catch(() => {})
      deps.touched(Date.now())
      return { id }
    },
    execute(id, { id: wanted, language, code, parameters }) {
      const one = find(id)
      const chosen = languageOf(language || one.context.language, 'Commands')
      const commandId = wanted || newId()
      if (one.commands.has(commandId)) return { id: commandId }
      const command = newCommand({ id: commandId, code, language: chosen, parameters })
      one.commands.set(commandId, command)
      for (const [old, before] of one.commands) if (one.commands.size > keptCommands && before.finishedAt !== undefined) one.commands.delete(old)
      one.queue = one.queue.then(() => run(one, command))
      deps.touched(Date.now())
      return { id: commandId }
    },
    command: (id, commandId) => shown(findCommand(id, commandId)),
    async cancel(id, commandId) {
      const command = findCommand(id, commandId)
      if (command.status === 'Queued') setStatus(command, 'Cancelled')
      if (isFinal(command.status)) return { id: commandId }
      setStatus(command, 'Cancelling')
      await stopWork({ gateway, kernel: () => kernelOf(find(id)) }, find(id), command)
      return { id: commandId }
    },
    follow: (id, commandId) => findCommand(id, commandId).log.follow,
    async complete(id, query) {
      const one = find(id)
      const { code, language } = codeOf(query, one.context.language)
      const { cursor } = query
      try {
        if (language === 'sql') return await completeSql(id, code, cursor)
        if (language === 'scala') return await completeScala(await gateway, id, code, cursor)
        if (language === 'python' && one.kernel) return await completePython(await one.kernel, code, cursor)
      } catch (error) {
        deps.log(`no completion: ${String(error).slice(0, 200)}`)
      }
      return nothing(cursor)
    },
    async inspect(id, query) {
      const one = find(id)
      const { code, language } = codeOf(query, one.context.language)
      if (language !== 'python' || !one.kernel) return { found: false, data: {} }
      return inspectPython(await one.kernel, code, query).catch(() => ({ found: false, data: {} }))
    },
    reply(id, commandId, requestId, reply) {
      const answer = findCommand(id, commandId).requests.get(requestId) ?? fail(404, `Nobody waits for a reply to ${requestId}`)
      answer(reply)
    },
    async close() {
      await Promise.all([...open.values()].map(async (one) => {
        const kernel = await Promise.race([one.kernel?.catch(() => null), Promise.resolve(null)])
        kernel?.stop()
      }))
    },
  }
}

function fail(status: number, message: string): never {
  throw refusal(status, message)
}
