import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Machine } from './plan.ts'

export type KernelProcess = {
  child: ChildProcess
  /** Resolves with the reason, for a person, when it has ended. */
  ended: Promise<string>
}

/** The process of a kernel. It ends by itself when the agent is gone (JPY_PARENT_PID). */
export function spawnKernel({ machine, dir, file, env }: { machine: Machine; dir: string; file: string; env: Record<string, string> }): KernelProcess {
  const runtime = join(machine.image, 'agent', 'engine', 'runtime', 'python')
  const child = spawn(join(machine.image, 'python', 'bin', 'python3'), ['-m', 'brickyard_runtime.kernel', '-f', file], {
    cwd: dir,
    env: { ...process.env, ...env, JPY_PARENT_PID: String(process.pid), IPYTHONDIR: join(machine.home, 'ipython'), PYTHONPATH: [runtime, process.env.PYTHONPATH].filter(Boolean).join(':') },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  return { child, ended: whenEnded(child) }
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
