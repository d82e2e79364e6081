import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#base/config.ts'
import { callControl, NotRunning, type ProductStatus } from '#base/control.ts'
import { holder } from '#base/instance.ts'
import { childEnvironment } from './children.ts'
import { logFile } from './log-file.ts'
import { Stop } from './setup/failure.ts'
import type { Place } from './setup/place.ts'

/** A first start makes keys, a database and an administrator; a start after a crash recovers the database. */
const START_MS = 180_000
const LOG_LIMIT = 64 * 1_048_576

/** What the running product says of itself; null when it is not running. */
export async function productStatus(config: Config): Promise<ProductStatus | null> {
  return await callControl(config.dataDir, 'status').catch((error: unknown) => {
    if (error instanceof NotRunning) return null
    throw error
  })
}

/** Starts the control plane: detached with a log file of its own, or on this terminal. */
export function startProduct({ config, place, foreground }: { config: Config; place: Place; foreground: boolean }): ChildProcess {
  const file = logFile(config)
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
  chmodSync(config.dataDir, 0o700)
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`)
  const log = foreground ? null : openSync(file, 'a', 0o600)
  try {
    const child = spawn(place.node, [join(place.repo, 'src', 'main.ts')], {
      detached: !foreground,
      stdio: log === null ? 'inherit' : ['ignore', log, log],
      env: childEnvironment(config, place),
    })
    if (!foreground) child.unref()
    return child
  } finally {
    if (log !== null) closeSync(log)
  }
}

/** Waits until the product answers; if it ends before, says what it said last. */
export async function untilReady(config: Config, child: ChildProcess, signal: AbortSignal): Promise<ProductStatus> {
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    const status = await productStatus(config)
    if (status !== null && status.pid === child.pid) return status
    if (child.exitCode !== null || child.signalCode !== null) throw new Stop(lastWords(config) ?? `Brickyard ended while it was starting; see ${logFile(config)}.`)
    if (signal.aborted) throw new Stop('Interrupted. What was started goes on; stop it with ./brickyard down.', 130)
    await sleep(100)
  }
  throw new Stop(`Brickyard did not answer within ${START_MS / 1000} s; see ${logFile(config)}.`)
}

/** Waits until nobody holds the data folder. */
export async function untilGone(config: Config, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds
  while (holder(config.dataDir) !== null) {
    if (Date.now() > until) return false
    await sleep(50)
  }
  return true
}

/** The reason that the product gave when it could not start. */
function lastWords(config: Config): string | null {
  const lines = existsSync(logFile(config)) ? readFileSync(logFile(config), 'utf8').trim().split('\n').slice(-40) : []
  const said = lines.map(sentence).filter((line) => line !== null)
  return said.at(-1) ?? null
}

function sentence(line: string): string | null {
  if (line.startsWith('brickyard: ')) return line.slice('brickyard: '.length)
  try {
    const entry: { level?: number; msg?: string; err?: { message?: string } } = JSON.parse(line)
    return (entry.level ?? 0) >= 60 ? (entry.err?.message ?? entry.msg ?? null) : null
  } catch {
    return null
  }
}
