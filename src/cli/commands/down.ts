import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { callControl, NotRunning } from '#base/control.ts'
import { holder } from '#base/instance.ts'
import { openLog } from '#base/log.ts'
import { stopPostgres } from '#base/postgres/embedded.ts'
import type { Context } from '../command.ts'
import { startProduct, untilGone, untilReady } from '../product.ts'
import { Stop } from '../setup/failure.ts'

/** Machines get time to power off. */
const STOP_MS = 120_000

/** `./brickyard down`. */
export async function run(context: Context): Promise<number> {
  const { config, out, flags } = context
  const keepMachines = flags['keep-machines'] === true
  const answered = await shutDown(context, keepMachines)
  if (!answered) {
    const other = holder(config.dataDir)
    if (other) {
      process.kill(other.pid, 'SIGTERM')
      if (!(await untilGone(config, STOP_MS))) throw new Stop(`Process ${other.pid} does not stop; see the log with ./brickyard logs.`)
    } else if (leftBehind(context) && !keepMachines) await powerOffLeftovers(context)
  }
  const database = await stopPostgres({ dataDir: config.dataDir, log: openLog({ level: 'warn' }) })
  out(answered || database ? 'Brickyard is stopped.' : 'Brickyard was not running.')
  return 0
}

async function shutDown({ config }: Context, keepMachines: boolean): Promise<boolean> {
  try {
    await callControl(config.dataDir, 'shutdown', { keepMachines })
  } catch (error) {
    if (error instanceof NotRunning) return false
    throw error
  }
  if (!(await untilGone(config, STOP_MS))) throw new Stop(`Brickyard is still stopping after ${STOP_MS / 1000} s; see the log with ./brickyard logs.`)
  return true
}

/** A killed control plane leaves its database running, and perhaps machines. */
const leftBehind = ({ config }: Context) => existsSync(join(config.dataDir, 'postgres', '18', 'postmaster.pid'))

async function powerOffLeftovers(context: Context): Promise<void> {
  const child = startProduct({ config: context.config, place: context.place, foreground: false })
  await untilReady(context.config, child, context.signal)
  await shutDown(context, false)
}
