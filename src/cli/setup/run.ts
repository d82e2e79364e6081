import { spawn } from 'node:child_process'

/** A program that set-up needs ended with an error: `output` is what it printed. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
  readonly output: string
  constructor(program: string, code: number | string | null, output: string) {
    super(`${program} ended with ${code}`)
    this.output = output
  }
}

/** Runs a program without input and gives back what it wrote to standard output. */
export function run(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal; onLine?: (line: string) => void } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, signal: options.signal, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let all = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      all += text
      for (const line of text.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim())
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { all += text })
    child.once('error', (error) => reject(new ProgramFailed(command, error.message, all)))
    child.once('close', (code, signal) => (code === 0 ? resolve(out) : reject(new ProgramFailed(command, code ?? signal, all))))
  })
}

/** True if the program can be started and ends well. */
export const works = (command: string, args: readonly string[]): Promise<boolean> => run(command, args).then(() => true, () => false)
