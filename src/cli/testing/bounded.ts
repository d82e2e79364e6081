import { spawn } from 'node:child_process'

/**
 * Runs a program as a process group of its own and ends the whole group when it is over or its time is, so that a test
 * that hangs or forks leaves nothing behind. Without standard input: CI has none.
 */
export function bounded(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv; minutes: number; signal: AbortSignal; onText?: (text: string) => void }): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const end = (signal: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal)
      } catch {} // all of them have ended
    }
    const late = setTimeout(() => {
      options.onText?.(`\n${command} took longer than ${options.minutes} minutes and was ended.\n`)
      end('SIGTERM')
      setTimeout(() => end('SIGKILL'), 10_000).unref()
    }, options.minutes * 60_000)
    const aborted = () => end('SIGTERM')
    options.signal.addEventListener('abort', aborted)
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => options.onText?.(text))
    const over = (code: number) => {
      clearTimeout(late)
      options.signal.removeEventListener('abort', aborted)
      end('SIGKILL')
      resolve(code)
    }
    child.once('error', (error) => {
      options.onText?.(`${command}: ${error.message}\n`)
      over(127)
    })
    // `exit`, not `close`: a forgotten grandchild that holds the pipe must not hold us.
    child.once('exit', (code) => setTimeout(() => over(code ?? 1), 50))
  })
}
