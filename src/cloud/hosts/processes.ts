import { readFile, readdir, readlink } from 'node:fs/promises'

export type ProcessStat = { pid: number; state: string; parent: number; session: number; cpuTicks: number; startTime: string; pages: number }

/** /proc/<pid>/stat, see proc_pid_stat(5). The command is in brackets and may hold anything, so fields are counted from the last one. */
export function parseStat(line: string): ProcessStat | null {
  const pid = Number.parseInt(line, 10)
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const at = (field: number): string => fields[field - 3] ?? ''
  const startTime = at(22)
  if (!Number.isInteger(pid) || startTime === '') return null
  return { pid, state: at(3), parent: Number(at(4)), session: Number(at(6)), cpuTicks: Number(at(14)) + Number(at(15)), startTime, pages: Number(at(24)) }
}

/** Null when there is no such process, or only its corpse. */
export async function statOf(pid: number): Promise<ProcessStat | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const stat = parseStat(line)
  return stat === null || stat.state === 'Z' || stat.state === 'X' ? null : stat
}

export const bootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()

async function carriesMark(pid: number, mark: Buffer): Promise<boolean> {
  const environ = await readFile(`/proc/${pid}/environ`).catch(() => null)
  if (environ === null) return false
  const at = environ.indexOf(mark)
  return at === 0 || (at > 0 && environ[at - 1] === 0)
}

const pidNamespace = (pid: number): Promise<string | null> => readlink(`/proc/${pid}/ns/pid`).catch(() => null)

/**
 * The processes of a machine without a cgroup: those with its mark in their environment, their descendants, their sessions,
 * and whatever shares a pid namespace with one of them. Only a pid namespace or a cgroup makes this complete.
 */
export async function processesMarked(mark: string): Promise<number[]> {
  const sign = Buffer.from(`BRICKYARD_VM=${mark}\0`)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const stats = (await Promise.all(pids.map(statOf))).filter((stat) => stat !== null)
  const marked = await Promise.all(stats.map(({ pid }) => carriesMark(pid, sign)))
  const found = new Set(stats.filter((_, index) => marked[index]).map(({ pid }) => pid))
  if (found.size === 0) return []
  const ours = await pidNamespace(process.pid)
  const spaces = await Promise.all(stats.map(({ pid }) => pidNamespace(pid)))
  const foreign = new Set(spaces.filter((space, index) => space !== null && space !== ours && found.has(stats[index]?.pid ?? 0)))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    stats.forEach(({ pid, parent, session }, index) => {
      if (found.has(parent) || (session !== 0 && found.has(session)) || foreign.has(spaces[index] ?? '')) found.add(pid)
    })
  }
  return [...found]
}

/** Sends a signal; a process that is gone already is fine. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // ESRCH: it ended before we asked. EPERM cannot happen for our own machines.
  }
}

/** Polls `done` until it holds; false when it did not within the bound. */
export async function until(done: () => boolean | Promise<boolean>, boundMs: number, stepMs = 5): Promise<boolean> {
  for (const end = Date.now() + boundMs; ; ) {
    if (await done()) return true
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, stepMs))
  }
}
