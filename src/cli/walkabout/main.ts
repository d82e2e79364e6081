import { randomBytes } from 'node:crypto'
import { readConfig } from '#base/config.ts'
import { callControl } from '#base/control.ts'
import { logFile } from '../log-file.ts'
import { productStatus, startProduct, untilGone, untilReady } from '../product.ts'
import { Stop } from '../setup/failure.ts'
import { alone } from '../setup/lock.ts'
import { place as placeOf } from '../setup/place.ts'
import { doSteps } from '../setup/show.ts'
import { pythonOfWalkabout, walkaboutPythonStep } from './python-environment.ts'
import { runWalkabout } from './walkabout.ts'

/** `brickyard walkabout`, in a process of its own: set-up has been done and settings come by the environment. */
async function main(): Promise<number> {
  const { config, rest } = readConfig({ argv: process.argv.slice(2), env: process.env })
  const flags = new Set(rest)
  const json = flags.has('--json')
  const screen = json ? process.stderr : process.stdout
  const place = placeOf(process.env)
  const interrupt = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt.abort())
  const { signal } = interrupt

  const python = walkaboutPythonStep(place)
  if (!(await python.done())) await alone(place.cache, screen, () => doSteps([python], { cache: place.cache, screen, signal }))

  const running = await productStatus(config)
  if (!running) screen.write('Starting Brickyard …\n')
  const product = running ?? (await untilReady(config, startProduct({ config, place, foreground: false }), signal))
  const first = running ? null : await callControl(config.dataDir, 'firstPassword')
  const made = await callControl(config.dataDir, 'createAccount', { upn: `walker-${randomBytes(3).toString('hex')}@${product.domain}`, displayName: 'Walkabout', owner: true })
  const account = { upn: made.upn, password: made.password, remove: async () => void (await callControl(config.dataDir, 'deleteAccount', { upn: made.upn })) }

  const keep = flags.has('--keep')
  const code = await runWalkabout({
    product, account, python: pythonOfWalkabout(place), json, keep, screen, out: (line) => console.log(line), logFile: logFile(config), signal,
  })
  if (first?.password) screen.write(`\nThis start made the administrator ${first.upn}, password ${first.password} (shown this once).\n`)
  if (!running && !keep) {
    await callControl(config.dataDir, 'shutdown', { keepMachines: false })
    await untilGone(config, 30_000)
  }
  return code
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Stop)) throw error
  process.stderr.write(`brickyard: ${error.message}\n`)
  process.exitCode = error.exitCode
}
