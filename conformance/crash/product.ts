import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const command = process.env.BRICKYARD_TEST_COMMAND ?? join(import.meta.dirname, '../../brickyard')

export type Settings = { dataDir: string; port: number; hosts: string }
export type Status = {
  pid: number
  urls: { arm: string; login: string }
  tenantId: string
  subscriptionId: string
  caFile: string
  hosts: { kind: 'process' | 'netns' }
  machines: { id: string; power: string }[]
  workspaces: { name: string; workspaceId: string; url: string; state: string }[]
}

/** The product as its owner handles it: by the `brickyard` command and by signals to its process. */
export function product({ dataDir, port, hosts }: Settings) {
  const brickyard = async (...words: string[]) => {
    const [name = '', ...rest] = words
    const { stdout } = await run(command, [name, '--data-dir', dataDir, '--port', String(port), '--hosts', hosts, ...rest], { maxBuffer: 64 * 1024 * 1024 })
    return stdout
  }
  const status = async (): Promise<Status> => JSON.parse(await brickyard('status', '--json'))
  return {
    status,
    async up(): Promise<Status> {
      await brickyard('up')
      const now = await status()
      setDefaultCACertificates([...getCACertificates('default'), readFileSync(now.caFile, 'utf8')])
      return now
    },
    /** kill -9 of the control plane: no handler runs, nothing is flushed. */
    async kill(): Promise<void> {
      const { pid } = await status()
      process.kill(pid, 'SIGKILL')
      while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async environment(...words: string[]): Promise<Record<string, string>> {
      return JSON.parse(await brickyard('env', '--json', ...words))
    },
    down: () => brickyard('down'),
  }
}

function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
