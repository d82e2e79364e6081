import { writeFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Dealer, Subscriber } from 'zeromq'
import type { CommandParameters } from '../wire.ts'
import { listenForAsks, type Answer, type Ask } from './asks.ts'
import { newId, pack, unpack, type Message, type Request } from './jupyter.ts'
import { spawnKernel } from './kernel-process.ts'
import type { Machine } from './plan.ts'

export type Kernel = {
  /** Runs code; `onMessage` gets what it shows. Resolves when the kernel is idle again, rejects when it has ended. */
  execute(id: string, code: string, parameters: CommandParameters, onMessage: (message: Message) => void): Promise<Message>
  /** Interrupts the request of this id once, if it has not ended; its code gets KeyboardInterrupt. */
  interrupt(id: string): void
  /** `complete_request` or `inspect_request`, answered while a cell runs, too. Rejects when that takes too long. */
  question(type: 'complete_request' | 'inspect_request', content: Record<string, unknown>): Promise<Message>
  /** Resolves with the reason when the process has ended. */
  ended: Promise<string>
  stop(): void
}
export type KernelOptions = { id: string; machine: Machine; env: Record<string, string>; onAsk?: (ask: Ask) => Promise<Answer> }

type Running = { message: (message: Message) => void; reply?: Message; idle: boolean; done(reply: Message): void; failed(error: Error): void }

const patience = 6_000
let started = 0
let interrupts = 0

/**
 * Starts an IPython kernel on this machine and resolves when it answers.
 * Its sockets are files below our private folder: nobody else on the machine or in the network can open them.
 */
export async function startKernel({ id, machine, env, onAsk }: KernelOptions): Promise<Kernel> {
  const key = newId() + newId()
  const dir = join(machine.home, 'kernels')
  await mkdir(dir, { recursive: true })
  // Relative to the working folder of both processes, because a socket's path may have 107 bytes only.
  const name = `k${id.slice(0, 8)}-${++started}`
  const file = join(dir, `${name}.json`)
  const interruptFile = join(dir, `${name}.interrupt`)
  const connection = { transport: 'ipc', ip: name, shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5, key, signature_scheme: 'hmac-sha256', kernel_name: 'brickyard' }
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 })
  process.chdir(dir)
  const asks = await listenForAsks(`${name}.ask`, onAsk ?? (async () => ({ ok: false, message: 'Nobody answers here' })))
  const { child, ended } = spawnKernel({ machine, dir, file, env: { ...env, BRICKYARD_INTERRUPT_FILE: interruptFile, BRICKYARD_ASK: `${name}.ask` } })

  const shell = new Dealer({ linger: 0 })
  const control = new Dealer({ linger: 0 })
  const output = new Subscriber({ linger: 0 })
  shell.connect(`ipc://${name}-1`)
  control.connect(`ipc://${name}-4`)
  output.connect(`ipc://${name}-2`)
  output.subscribe()

  const running = new Map<string, Running>()
  const settle = (id: string, one: Running) => {
    if (!one.reply || !one.idle) return
    running.delete(id)
    one.done(one.reply)
  }
  async function listen(): Promise<void> {
    for await (const frames of output) {
      const message = unpack(key, frames)
      const one = message && running.get(message.parent)
      if (!message || !one) continue
      if (message.header.msg_type === 'status' && message.content.execution_state === 'idle') {
        one.idle = true
        settle(message.parent, one)
      } else one.message(message)
    }
  }
  async function hear(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const message = unpack(key, frames)
      const one = message && running.get(message.parent)
      if (!message || !one) continue
      one.reply = message
      settle(message.parent, one)
    }
  }
  for (const reading of [listen(), hear(shell), hear(control)]) reading.catch(() => {})
  void ended.then((why) => {
    for (const one of running.values()) one.failed(new Error(why))
    running.clear()
    asks.close()
    for (const socket of [shell, control, output]) socket.close()
    const files = [file, interruptFile, `${name}.ask`, ...[1, 2, 3, 4, 5].map((port) => `${name}-${port}`)]
    void Promise.all(files.map((one) => rm(join(dir, one), { force: true })))
  })

  const session = newId()
  const sends = new Map<Dealer, Promise<void>>()
  /** A socket takes one message at a time. */
  const send = (socket: Dealer, request: Omit<Request, 'session'>): Promise<void> => {
    const sent = (sends.get(socket) ?? Promise.resolve()).catch(() => {}).then(() => socket.send(pack(key, { ...request, session })))
    sends.set(socket, sent)
    return sent
  }
  const ask = (socket: Dealer, request: Omit<Request, 'session'>, wants: { idle: boolean; ms?: number }, onMessage: (message: Message) => void = () => {}) =>
    new Promise<Message>((done, failed) => {
      const { id } = request
      const fail = (error: Error) => {
        running.delete(id)
        failed(error)
      }
      const timer = wants.ms === undefined ? undefined : setTimeout(() => fail(new Error('The kernel is busy')), wants.ms)
      const end = <T>(then: (value: T) => void) => (value: T) => {
        clearTimeout(timer)
        then(value)
      }
      running.set(id, { message: onMessage, idle: !wants.idle, done: end(done), failed: end(failed) })
      send(socket, request).catch(end(fail))
    })

  let subshell: Promise<string | undefined> | undefined
  /** A thread of the kernel for questions. Source: JEP 91 "Kernel subshells". */
  const openSubshell = () =>
    ask(control, { id: newId(), type: 'create_subshell_request', content: {} }, { idle: false, ms: patience })
      .then(({ content }) => (typeof content.subshell_id === 'string' ? content.subshell_id : undefined))

  // The first answer also needs our subscription to have reached the kernel: ask until its "idle" comes back.
  const first = { id: newId(), type: 'kernel_info_request', content: {} }
  const answered = ask(shell, first, { idle: true })
  const again = setInterval(() => {
    if (running.get(first.id)?.reply) void send(shell, first).catch(() => {})
  }, 300)
  await answered.finally(() => clearInterval(again))
  return {
    execute: (id, code, parameters, onMessage) =>
      ask(shell, { id, type: 'execute_request', metadata: { brickyard: parameters }, content: { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: false } }, { idle: true }, onMessage),
    // The signal may come before the kernel has begun the request, and says nothing by itself: see interrupt.py.
    interrupt(id) {
      if (!running.has(id)) return
      writeFileSync(interruptFile, `${id} ${++interrupts}`, { mode: 0o600 })
      child.kill('SIGINT')
      const repeat = setInterval(() => {
        if (running.has(id)) child.kill('SIGINT')
        else clearInterval(repeat)
      }, 100)
    },
    async question(type, content) {
      subshell ??= openSubshell().catch(() => undefined)
      return ask(shell, { id: newId(), type, content, subshell: await subshell }, { idle: false, ms: patience })
    },
    ended,
    stop: () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 2_000).unref()
    },
  }
}

