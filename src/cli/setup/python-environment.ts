import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { sizeOf } from './downloads.ts'
import type { Place } from './place.ts'
import { findPython } from './python.ts'
import { run } from './run.ts'

export type PythonEnvironment = {
  /** What the step is called on the screen. */
  name: string
  requirements: string
  /** Start of the environment's path below the cache; a hash of the requirements follows, so that other ones have another environment. */
  prefix: string
  /** Further options of `uv pip install`. */
  options?: readonly string[]
}

const folderOf = (place: Place, { requirements, prefix }: PythonEnvironment) =>
  join(place.cache, `${prefix}${createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)}`)

export const pythonIn = (place: Place, environment: PythonEnvironment): string => join(folderOf(place, environment), 'bin', 'python')

/** A Python environment of our own tools, locked with hashes. Nothing of the product is in it. */
export function pythonEnvironmentStep(place: Place, environment: PythonEnvironment): SetupStep {
  const { name, requirements, options = [] } = environment
  return {
    name,
    done: async () => existsSync(join(folderOf(place, environment), 'complete')),
    async run(report, signal) {
      const target = folderOf(place, environment)
      rmSync(target, { recursive: true, force: true })
      const env = { ...process.env, UV_CACHE_DIR: join(place.cache, 'uv') }
      await run(place.uv, ['venv', '--quiet', '--python', await findPython(), target], { signal, env })
      await run(place.uv, ['pip', 'install', '--quiet', ...options, '--require-hashes', '--python', pythonIn(place, environment), '-r', requirements], { signal, env, onLine: report })
      writeFileSync(join(target, 'complete'), '') // last: a half-filled one is made anew
      return { bytes: await sizeOf(target) }
    },
  }
}
