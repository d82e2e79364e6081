import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { sizeOf } from './downloads.ts'
import type { Place } from './place.ts'
import { run } from './run.ts'

/** The npm packages that pnpm-lock.yaml names, with PostgreSQL's binaries among them. pnpm keeps a copy of the lock file that it last installed. */
export function packagesStep(place: Place): SetupStep {
  const modules = join(place.repo, 'node_modules')
  const text = (file: string) => readFileSync(file, 'utf8')
  return {
    name: 'npm packages and PostgreSQL',
    async done() {
      const installed = join(modules, '.pnpm', 'lock.yaml')
      return existsSync(installed) && text(installed) === text(join(place.repo, 'pnpm-lock.yaml'))
    },
    async run(report, signal) {
      // CI: never ask a question, such as whether packages of another store may be replaced.
      const args = ['install', '--frozen-lockfile', '--reporter=append-only', '--store-dir', join(place.cache, 'pnpm-store')]
      await run(place.pnpm, args, { cwd: place.repo, env: { ...process.env, CI: 'true', PATH: `${join(place.node, '..')}:${process.env.PATH}` }, signal, onLine: report })
      return { bytes: await sizeOf(modules) }
    },
  }
}
