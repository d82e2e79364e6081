import { spawn } from 'node:child_process'

export type ToolOptions = { env?: Record<string, string | undefined>; cwd?: string; signal?: AbortSignal; report?: (line: string) => void }

/** Runs a program to its end and gives what it printed. A failure is one sentence with the program's last words. */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...options.env }, cwd: options.cwd, signal: options.signal, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    const take = (chunk: string) => {
      text = (text + chunk).slice(-200_000)
      const line = chunk.trim().split('\n').at(-1)
      if (line) options.report?.(line.slice(0, 160))
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('error', (error) => reject(new Error(`${command} could not be run: ${error.message}`, { cause: error })))
    child.on('close', (code, by) => {
      if (code === 0) return resolve(text)
      const words = text.trim().split('\n').slice(-6).join(' | ').slice(-700)
      reject(new Error(`${command.split('/').at(-1)} ended with ${by ?? code}: ${words || 'it said nothing'}`))
    })
  })
}
