import { join } from 'node:path'
import type { Command, Context, Language, Output } from '../wire.ts'
import { refusal } from './api.ts'
import { newId } from './jupyter.ts'
import { startKernel, type Kernel } from './kernel.ts'
import type { DriverPlan, Machine } from './plan.ts'
import { outputOf, outputOfStatement, resultsOf } from './results.ts'
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
  execute(id: string, language: string, code: string): { id: string }
  command(id: string, commandId: string): Command
  cancel(id: string, commandId: string): Promise<{ id: string }>
  close(): Promise<void>
}

type Given = Command & { code: string; language: Language }
type Open = {
  context: Context
  commands: Map<string, Given>
  /** Started with a Python context, and by the first Python command of another. */
  kernel?: Promise<Kernel>
  queue: Promise<void>
}

const kept = 1_000
const mostText = 5_000_000
const mostRows = 1_000
const soon = { python: true, sql: true, scala: false, r: false } satisfies Record<Language, boolean>
const isLanguage = (word: string): word is Language => word in soon

/** Contexts and their commands, one kernel each. Results stay here until the context is destroyed: whoever asked may be gone for a while. */
export function openContexts(deps: ContextDeps): Contexts {
  const open = new Map<string, Open>()
  const find = (id: string): Open => open.get(id) ?? fail(404, `Context ${id} does not exist`)
  const findCommand = (id: string, commandId: string) => find(id).commands.get(commandId) ?? fail(404, `Command ${commandId} does not exist`)

  function kernelOf(one: Open): Promise<Kernel> {
    one.kernel ??= start(one.context)
    return one.kernel
  }

  async function start(context: Context): Promise<Kernel> {
    const spark = await deps.spark
    const kernel = await startKernel({
      id: context.id, machine: deps.machine, log: deps.log,
      env: { PYSPARK_GATEWAY_PORT: String(spark.port), PYSPARK_GATEWAY_SECRET: spark.secret, PYSPARK_PIN_THREAD: 'true', BRICKYARD_CONTEXT: context.id, BRICKYARD_NOTEBOOK_DIR: join(deps.machine.home, 'notebooks', context.id) },
    })
    void kernel.ended.then((why) => Object.assign(context, { status: 'Error', why }))
    return kernel
  }

  /** SQL needs no kernel: the driver JVM runs it, in the session that the context's kernel attaches to. */
  async function perform(one: Open, command: Given, show: (output: Output) => void): Promise<void> {
    if (command.language === 'sql') {
      const { gateway } = await deps.spark
      show(outputOfStatement(await gateway.text('z:brickyard.Statements', 'run', one.context.id, command.id, command.code, mostRows)))
      return
    }
    await (await kernelOf(one)).execute(command.id, command.code, { history: true }, (message) => {
      const output = outputOf(message)
      if (output) show(output)
    })
  }

  async function run(one: Open, id: string): Promise<void> {
    const command = one.commands.get(id)
    if (!command || command.status !== 'Queued') return
    let room = mostText
    try {
      await (command.language === 'sql' ? deps.spark : kernelOf(one))
      if (one.commands.get(id)?.status !== 'Queued') return
      Object.assign(command, { status: 'Running', startedAt: Date.now() })
      await perform(one, command, (output) => {
        room -= JSON.stringify(output).length
        if (room > 0 || output.kind === 'error') addOutput(command.outputs, output)
      })
      const cancelled = wasCancelled(command)
      Object.assign(command, { status: cancelled ? 'Cancelled' : 'Finished', results: cancelled ? null : resultsOf(command.outputs) })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      Object.assign(command, { status: wasCancelled(command) ? 'Cancelled' : 'Error', results: { resultType: 'error', summary: why, cause: why } })
    }
    command.finishedAt = Date.now()
    deps.touched(command.finishedAt)
  }

  const contexts: Contexts = {
    busy: () => [...open.values()].some((one) => [...one.commands.values()].some((command) => command.finishedAt === undefined)),
    list: () => [...open.values()].map((one) => one.context),
    create(language) {
      if (!isLanguage(language)) throw refusal(400, `Language ${language || '(none)'} is not one of python, sql, scala, r`)
      if (!soon[language]) throw refusal(501, `Contexts of language ${language} are not implemented yet`)
      const context: Context = { id: newId(), language, status: 'Pending' }
      const one: Open = { context, commands: new Map(), queue: Promise.resolve() }
      open.set(context.id, one)
      const usable = language === 'python' ? kernelOf(one) : deps.spark
      usable.then(() => Object.assign(context, { status: 'Running' }), (error: Error) => Object.assign(context, { status: 'Error', why: error.message }))
      deps.touched(Date.now())
      return context
    },
    get: (id) => find(id).context,
    destroy(id) {
      const one = find(id)
      open.delete(id)
      one.kernel?.then((kernel) => kernel.stop(), () => {})
      deps.spark.then(({ gateway }) => gateway.call('z:brickyard.Statements', 'close', id)).catch(() => {})
      deps.touched(Date.now())
      return { id }
    },
    execute(id, language, code) {
      const one = find(id)
      const chosen = language || one.context.language
      if (!isLanguage(chosen)) throw refusal(400, `Language ${chosen} is not one of python, sql, scala, r`)
      if (!soon[chosen]) throw refusal(501, `Commands of language ${chosen} are not implemented yet`)
      const commandId = newId()
      one.commands.set(commandId, { id: commandId, status: 'Queued', results: null, outputs: [], code, language: chosen })
      for (const [old, command] of one.commands) if (one.commands.size > kept && command.finishedAt !== undefined) one.commands.delete(old)
      one.queue = one.queue.then(() => run(one, commandId))
      deps.touched(Date.now())
      return { id: commandId }
    },
    command(id, commandId) {
      const { code: _code, language: _language, ...command } = findCommand(id, commandId)
      return command
    },
    async cancel(id, commandId) {
      const command = findCommand(id, commandId)
      if (command.status === 'Queued') Object.assign(command, { status: 'Cancelled', finishedAt: Date.now() })
      if (command.status !== 'Running') return { id: commandId }
      command.status = 'Cancelling'
      if (command.language !== 'sql') (await kernelOf(find(id))).interrupt(commandId)
      await (await deps.spark).gateway.call('z:brickyard.Driver', 'cancel', commandId)
      return { id: commandId }
    },
    async close() {
      await Promise.all([...open.values()].map(async (one) => {
        const kernel = await Promise.race([one.kernel?.catch(() => null), Promise.resolve(null)])
        kernel?.stop()
      }))
    },
  }
  return contexts
}

const wasCancelled = (command: Command): boolean => command.status === 'Cancelling'

function fail(status: number, message: string): never {
  throw refusal(status, message)
}

/** Prints in a row become one. */
function addOutput(outputs: Output[], output: Output): void {
  const last = outputs.at(-1)
  if (output.kind === 'stream' && last?.kind === 'stream' && last.name === output.name) last.text += output.text
  else outputs.push(output)
}
