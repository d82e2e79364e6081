import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { sizeOf } from './downloads.ts'
import type { Place } from './place.ts'
import { run } from './run.ts'

/** The portal and the workspace as files that a browser loads: `web/dist`, made again when what it is made of has changed. */
export function webPagesStep(place: Place): SetupStep {
  const web = join(place.repo, 'web')
  const dist = join(web, 'dist')
  const stamp = join(dist, 'made-of')
  return {
    name: 'pages of the portal and the workspace',
    done: async () => existsSync(stamp) && readFileSync(stamp, 'utf8') === madeOf(place.repo),
    async run(report, signal) {
      const version = madeOf(place.repo)
      const node = (args: string[]) => run(place.node, args, { cwd: web, signal, onLine: report })
      await node([join('generate', 'main.ts')])
      await node([join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'])
      writeFileSync(stamp, version)
      return { bytes: await sizeOf(dist) }
    },
  }
}

/** The sources, and the operation tables from which the client is generated. */
function madeOf(repo: string): string {
  const files = globSync(['web/*.*', 'web/generate/**/*.*', 'web/public/**/*.*', 'web/src/**/*.*', 'src/workspace/*/{api,wire,state}.ts', 'src/base/http/api.ts', 'pnpm-lock.yaml'], { cwd: repo })
    .filter((file) => !file.startsWith('web/src/api/generated'))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(join(repo, file))).update('\0')
  return hash.digest('hex')
}
