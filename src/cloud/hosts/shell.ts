import { spawn } from 'node:child_process'
import { Problem } from '#base/problem.ts'

/** Where ip, nft, unshare and their like live; never taken from our own environment. */
export const toolPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** A word for sh, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

type Ran = { code: number | null; stdout: string; stderr: string }

/** Runs one sh script given on standard input, with a bound on time; says how it went. */
export function tryShell(script: string, { timeoutMs = 20_000 } = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-s'], { env: { PATH: toolPath, LANG: 'C' }, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' })
    const ran: Ran = { code: null, stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.stderr += text))
    child.stdin.on('error', () => {}) // A script that ends early closes its input; its exit code tells why.
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...ran, code }))
    child.stdin.end(script)
  })
}

/** Runs a script that has to succeed (put `set -e` first); returns what it printed. */
export async function shell(doing: string, script: string, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted()
  const { code, stdout, stderr } = await tryShell(script)
  if (code === 0) return stdout
  throw new Problem('unavailable', `This host could not ${doing}.`, { detail: `exit ${code}: ${stderr.trim().slice(0, 4000)}` })
}
