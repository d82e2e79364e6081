import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { callControl, type ProductStatus } from '#base/control.ts'
import { childEnvironment, exitCode } from '../children.ts'
import type { Context } from '../command.ts'
import { productStatus, startProduct, untilReady } from '../product.ts'
import { machineSteps } from '../setup/set-up.ts'

/** `./brickyard up`. */
export async function run(context: Context): Promise<number> {
  const { config, place, flags, screen, signal } = context
  const running = await productStatus(config)
  if (running) {
    await show(context, running, 'Brickyard is already running.')
    return 0
  }
  const child = startProduct({ config, place, foreground: flags.foreground === true })
  if (!flags.foreground) screen.write('Starting …\n')
  const ended = flags.foreground ? exitCode(child) : null
  const status = await untilReady(config, child, signal)
  await show(context, status, 'Brickyard is running.')
  await warmUp(context)
  return ended === null ? 0 : await ended
}

async function show({ config, flags, out }: Context, status: ProductStatus, greeting: string): Promise<void> {
  const first = await callControl(config.dataDir, 'firstPassword')
  if (flags.json) {
    out(JSON.stringify({ ...status, admin: first }))
    return
  }
  out(`${greeting}\n\n  Portal      ${status.urls.portal}\n  Sign in as  ${status.adminUpn}`)
  if (first.password !== null) out(`  Password    ${first.password}   (shown this once; ./brickyard account reset-password makes another)`)
  out(`\n  Trust ${status.caFile} to reach it without warnings. ./brickyard env prints what official clients need.`)
}

/** Steps that only make clusters start faster go on in a process of their own. */
async function warmUp({ config, place, screen }: Context): Promise<void> {
  const steps = (await machineSteps({ config, place })).filter((step) => step.background)
  const left = await Promise.all(steps.map((step) => step.done()))
  if (left.every(Boolean)) return
  const log = openSync(join(config.dataDir, 'log', 'set-up.log'), 'a', 0o600)
  spawn(place.node, [join(place.repo, 'src', 'cli', 'main.ts'), 'setup', '--background'], { detached: true, stdio: ['ignore', log, log], env: childEnvironment(config, place) }).unref()
  screen.write('Clusters will start faster in a few minutes: their start-up cache is being made in the background.\n')
}
