import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { sizeOf } from '../setup/downloads.ts'
import type { Place } from '../setup/place.ts'
import { findPython } from '../setup/python.ts'
import { run } from '../setup/run.ts'

const requirements = (place: Place) => join(place.repo, 'conformance', 'python', 'requirements.txt')
/** The environment is named after what is in it, so that checkouts with other requirements have another. */
const environment = (place: Place) => join(place.cache, 'conformance', `python-${createHash('sha256').update(readFileSync(requirements(place))).digest('hex').slice(0, 16)}`)

export const pythonOf = (place: Place): string => join(environment(place), 'bin', 'python')

/** The official Python clients, locked with hashes. Nothing of ours is in this environment. */
export function pythonStep(place: Place): SetupStep {
  return {
    name: 'official Python clients for the tests',
    done: async () => existsSync(join(environment(place), 'complete')),
    async run(report, signal) {
      const target = environment(place)
      rmSync(target, { recursive: true, force: true })
      const env = { ...process.env, UV_CACHE_DIR: join(place.cache, 'uv') }
      await run(place.uv, ['venv', '--quiet', '--python', await findPython(), target], { signal, env })
      await run(place.uv, ['pip', 'install', '--quiet', '--require-hashes', '--python', join(target, 'bin', 'python'), '-r', requirements(place)], { signal, env, onLine: report })
      writeFileSync(join(target, 'complete'), '') // last: a half-filled one is made anew
      return { bytes: await sizeOf(target) }
    },
  }
}
