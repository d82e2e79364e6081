import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'

/** What a running server writes about itself. Source: PostgreSQL `pg_ctl.c` and `miscadmin.h`, LOCK_FILE_LINE_*. */
export type Postmaster = { pid: number; ready: boolean }

/** Reads `postmaster.pid` of a data folder; null when there is none or it is still being written. */
export function readPostmaster(pgdata: string): Postmaster | null {
  let lines: string[]
  try {
    lines = readFileSync(`${pgdata}/postmaster.pid`, 'utf8').split('\n')
  } catch {
    return null
  }
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  return { pid, ready: lines[7]?.trim() === 'ready' }
}

/** True while a process exists and is not a zombie that nobody has reaped. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/**
 * True if `pid` really is the server of this data folder. A number in a file is not enough, pids are reused:
 * the process must be a `postgres` whose working folder is this very folder (same device and inode, which also
 * holds when it sees the folder under another name through a bind mount).
 */
export function isServerOf(pgdata: string, pid: number): boolean {
  try {
    if (basename(readlinkSync(`/proc/${pid}/exe`)).split(' ')[0] !== 'postgres') return false
    const its = statSync(`/proc/${pid}/cwd`)
    const ours = statSync(pgdata)
    return its.ino === ours.ino && its.dev === ours.dev && isRunning(pid)
  } catch {
    return false
  }
}
