import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'

const Holder = z.object({ pid: z.int(), started: z.string(), port: z.int(), since: z.string() })
export type Holder = z.infer<typeof Holder>

/** Another process owns the data directory; the message says which. */
export class Held extends Error {
  override readonly name = 'Held'
}

/**
 * Makes this process the one owner of a data directory (mode 0700, ours). Two locks that die with the process: an
 * abstract unix socket (exclusive in one network namespace, no file to go stale) and `run/instance.json`, checked
 * against the start time of its process, for namespaces of their own.
 */
export async function claimDataDir(dataDir: string, port: number): Promise<{ release(): void }> {
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 })
  const owner = statSync(dataDir).uid
  if (process.getuid && owner !== process.getuid()) throw new Error(`The data directory ${dataDir} belongs to user id ${owner}; choose another with --data-dir.`)
  chmodSync(dataDir, 0o700)
  const name = `\0brickyard:${createHash('sha256').update(realpathSync(dataDir)).digest('hex')}`
  const lock = createServer().unref()
  await new Promise<void>((resolve, reject) => {
    lock.once('error', () => reject(new Held(heldBy(dataDir, holder(dataDir))))).listen(name, resolve)
  })
  const other = holder(dataDir)
  if (other && other.pid !== process.pid) {
    lock.close()
    throw new Held(heldBy(dataDir, other))
  }
  const file = join(dataDir, 'run', 'instance.json')
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', port, since: new Date().toISOString() }
  writeFileSync(`${file}.new`, JSON.stringify(mine), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return { release: () => void lock.close() }
}

const heldBy = (dataDir: string, who: Holder | null) =>
  `The data directory ${dataDir} is in use by ${who ? `process ${who.pid} (port ${who.port}, since ${who.since})` : 'another process that is just starting'}. Stop it with \`./brickyard down\` or choose another --data-dir.`

/** Who runs on this data directory now; null when nobody does. */
export function holder(dataDir: string): Holder | null {
  try {
    const said = Holder.parse(JSON.parse(readFileSync(join(dataDir, 'run', 'instance.json'), 'utf8')))
    return startOf(said.pid) === said.started ? said : null
  } catch {
    return null // no such file, or one that a full disk cut short: nobody could have started from it
  }
}

/** Start time of a process in clock ticks since boot, field 22 of /proc/<pid>/stat: with the pid it names a process for ever. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? null : (rest[18] ?? null)
  } catch {
    return null
  }
}
