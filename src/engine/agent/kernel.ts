import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Dealer, Subscriber } from 'zeromq'
import { newId, pack, unpack, type Message } from './jupyter.ts'
import type { Machine } from './plan.ts'

export type Kernel = {
  /** Runs code; `onMessage` gets what it shows. Resolves when the kernel is idle again, rejects when it has ended. */
  execute(id: string, code: string, options: { history: boolean }, onMessage: (message: Message) => void): Promise<Message>
  /** Interrupts the request of this id once, if it has not ended; its code gets KeyboardInterrupt. */
  interrupt(id: string): void
  /** Resolves with the reason when the process has ended. */
  ended: Promise<string>
  stop(): void
}

type Running = { message: (message: Message) => void; reply?: Message; idle: boolean; done(reply: Message): void; failed(error: Error): void }

/**
 * Starts an IPython kernel on this machine and resolves when it answers.
 * Its sockets are files below our private folder: nobody else on the machine or in the network can open them.
 */
export async function startKernel(options: { id: string; machine: Machine; env: Record<string, string>; log: (line: string) => void }): Promise<Kernel> {
  const { id, machine } = options
  const key = newId() + newId()
  const dir = join(machine.home, 'kernels')
  await mkdir(dir, { recursive: true })
  // Relative to the working folder of both processes, because a socket's path may have 107 bytes only.
  const name = `k${id.slice(0, 8)}`
  const file = join(dir, `${name}.json`)
  const connection = { transport: 'ipc', ip: name, shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5, key, signature_scheme: 'hmac-sha256', kernel_name: 'brickyard' }
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 })
  process.chdir(dir)
  const interruptFile = join(dir, `${name}.interrupt`)
  let interrupts = 0

  const child = spawn(join(machine.image, 'python', 'bin', 'python3'), ['-m', 'brickyard_runtime.kernel', '-f', file], {
    cwd: dir,
    env: { ...process.env, ...options.env, BRICKYARD_INTERRUPT_FILE: interruptFile, JPY_PARENT_PID: String(process.pid), IPYTHONDIR: join(machine.home, 'ipython'), PYTHONPATH: [join(machine.image, 'agent', 'engine', 'runtime', 'python'), process.env.PYTHONPATH].filter(Boolean).join(':') },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const ended = whenEnded(child)
  const shell = new Dealer({ linger: 0 })
  const output = new Subscriber({ linger: 0 })
  shell.connect(`ipc://${name}-1`)
  output.connect(`ipc://${name}-2`)
  output.subscribe()

  const running = new Map<string, Running>()
  const settle = (id: string, one: Running) => {
    if (!one.reply || !one.idle) return
    running.delete(id)
    one.done(one.reply)
  }
  void (async () => {
    for await (const frames of output) {
      const message = unpack(key, frames)
      const one = message && running.get(message.parent)
      if (!message || !one) continue
      if (message.header.msg_type === 'status' && message.content.execution_state === 'idle') {
        one.idle = true
        settle(message.parent, one)
      } else one.message(message)
    }
  })().catch(() => {})
  void (async () => {
    for await (const frames of shell) {
      const message = unpack(key, frames)
      const one = message && running.get(message.parent)
      if (!message || !one) continue
      one.reply = message
      settle(message.parent, one)
    }
  })().catch(() => {})
  void ended.then((why) => {
    for (const one of running.values()) one.failed(new Error(why))
    running.clear()
    shell.close()
    output.close()
    void Promise.all([rm(file, { force: true }), rm(interruptFile, { force: true }), ...[1, 2, 3, 4, 5].map((port) => rm(join(dir, `${name}-${port}`), { force: true }))])
  })

  const session = newId()
  const ask = (id: string, type: string, content: Record<string, unknown>, onMessage: (message: Message) => void) =>
    new Promise<Message>((done, failed) => {
      running.set(id, { message: onMessage, idle: false, done, failed })
      shell.send(pack(key, { id, type, session, content })).catch((error: Error) => {
        running.delete(id)
        failed(error)
      })
    })

  // The first answer also needs our subscription to have reached the kernel: ask until its "idle" comes back.
  const first = newId()
  const answered = ask(first, 'kernel_info_request', {}, () => {})
  const again = setInterval(() => {
    if (running.get(first)?.reply) void shell.send(pack(key, { id: first, type: 'kernel_info_request', session, content: {} })).catch(() => {})
  }, 300)
  await answered.finally(() => clearInterval(again))
  return {
    execute: (id, code, { history }, onMessage) => ask(id, 'execute_request', { code, silent: false, store_history: history, user_expressions: {}, allow_stdin: false, stop_on_error: false }, onMessage),
    // The signal may come before the kernel has begun the request, and says nothing by itself: see interrupt.py.
    interrupt(id) {
      if (!running.has(id)) return
      writeFileSync(interruptFile, `${id} ${++interrupts}`, { mode: 0o600 })
      child.kill('SIGINT')
      const again = setInterval(() => {
        if (running.has(id)) child.kill('SIGINT')
        else clearInterval(again)
      }, 100)
    },
    ended,
    stop: () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 2_000).unref()
    },
  }
}

function whenEnded(child: ChildProcess): Promise<string> {
  let tail = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    tail = (tail + chunk.toString('utf8')).slice(-3000)
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`The Python kernel could not be started: ${error.message}`))
    child.on('exit', (code, signal) => {
      const last = tail.trim().split('\n').at(-1) ?? ''
      const memory = signal === 'SIGKILL' ? ' It may have run out of memory.' : ''
      resolve(`The Python kernel ended (${signal ?? `exit code ${code}`}).${memory}${code ? ` ${last.slice(0, 300)}` : ''}`)
    })
  })
}
