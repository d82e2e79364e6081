import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { sizeOf } from '../setup/downloads.ts'
import type { Place } from '../setup/place.ts'
import { findPython } from '../setup/python.ts'
import { run } from '../setup/run.ts'

const requirements = join(import.meta.dirname, 'python', 'requirements.txt')
/** Named after what is in it: another version's requirements have another environment. */
const environment = (place: Place) => join(place.cache, 'walkabout', createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16))

export const pythonOfWalkabout = (place: Place): string => join(environment(place), 'bin', 'python')

/** The official Python SDK and the flights, locked with hashes. */
export function walkaboutPythonStep(place: Place): SetupStep {
  return {
    name: 'official Python client and the flights of New York',
    done: async () => existsSync(join(environment(place), 'complete')),
    async run(report, signal) {
      const target = environment(place)
      rmSync(target, { recursive: true, force: true })
      const env = { ...process.env, UV_CACHE_DIR: join(place.cache, 'uv') }
      await run(place.uv, ['venv', '--quiet', '--python', await findPython(), target], { signal, env })
      await run(place.uv, ['pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--python', pythonOfWalkabout(place), '-r', requirements], { signal, env, onLine: report })
      writeFileSync(join(target, 'complete'), '') // last: a half-filled one is made anew
      return { bytes: await sizeOf(target) }
    },
  }
}
