import { mkdirSync } from 'node:fs'
import type { Config } from '#base/config.ts'
import type { SetupStep } from '#base/step.ts'
import { pnpmStep, uvStep } from './downloads.ts'
import { Stop, explain } from './failure.ts'
import { alone, unlessHeld } from './lock.ts'
import { packagesStep } from './packages.ts'
import { walkaboutPythonStep } from '../walkabout/python-environment.ts'
import type { Place } from './place.ts'
import { findPython } from './python.ts'
import { systemStep } from './system.ts'
import { doSteps, type Screen } from './show.ts'
import { webPagesStep } from './web-pages.ts'

export type SetUp = { place: Place; config: Config; screen: Screen; signal: AbortSignal }

/** Everything that must be there before any of our code with dependencies can be loaded. */
export const toolSteps = (place: Place): SetupStep[] => [packagesStep(place), uvStep(place)]

/** What machines have installed. Loaded late: it may use packages. */
export async function machineSteps({ place, config }: { place: Place; config: Config }): Promise<SetupStep[]> {
  const { imageSteps } = await import('#engine/image/steps.ts')
  return imageSteps({ imageDir: config.imageDir, cacheDir: place.cache, node: place.node, uv: place.uv, repoDir: place.repo })
}

/** Sets up what is missing. Fast when nothing is. */
export async function setUp(what: Needs, deps: SetUp): Promise<void> {
  if (what === 'nothing') return
  if (what === 'all and system') await until(async () => [systemStep()], deps)
  await until(async () => toolSteps(deps.place), deps, (steps) => [pnpmStep(deps.place), ...steps])
  if (what === 'packages') return
  await until(() => machineSteps(deps).then((steps) => steps.filter((step) => !step.background)), deps)
  await until(async () => [webPagesStep(deps.place)], deps)
  await until(async () => [walkaboutPythonStep(deps.place)], deps) // so that the walkabout needs no network
}

/** What has to be there before a command: nothing, packages, also what machines have installed, or also programs of the system. */
export type Needs = 'nothing' | 'packages' | 'all' | 'all and system'

/** Steps that only make things faster. */
export async function setUpBackground(deps: SetUp): Promise<void> {
  const { place, screen, signal } = deps
  const steps = (await machineSteps(deps)).filter((step) => step.background)
  if ((await Promise.all(steps.map((step) => step.done()))).every(Boolean)) return
  await unlessHeld(place.cache, () => doSteps(steps, { cache: place.cache, screen, signal }))
}

async function until(find: () => Promise<SetupStep[]>, { place, screen, signal }: SetUp, withTools = (steps: SetupStep[]) => steps): Promise<void> {
  const steps = await find()
  if ((await Promise.all(steps.map((step) => step.done()))).every(Boolean)) return
  await findPython() // named at once, not after minutes of downloads
  try {
    mkdirSync(place.cache, { recursive: true })
  } catch (error) {
    throw new Stop(`Cannot write to the cache folder ${place.cache}. Make it writable, or name another with BRICKYARD_CACHE.`, 1, error)
  }
  await alone(place.cache, screen, () => doSteps(withTools(steps), { cache: place.cache, screen, signal })).catch((error: unknown) => {
    throw explain('set-up', error, place.cache)
  })
}
