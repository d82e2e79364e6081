import { createRequire, stripTypeScriptTypes } from 'node:module'
import { chmod, copyFile, cp, mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { bytesUnder, contentsOf, fingerprint, stampDone, stamped } from './stamp.ts'
import type { ImageDeps } from './steps.ts'

/** What the agent consists of, below src/engine. */
const isAgent = (path: string) => /^(agent\/|runtime\/python\/|wire\.ts$|relay-wire\.ts$|runtime\/log4j2\.properties$)/.test(path) && !/\.test\.ts$|__pycache__|\/test_/.test(path)

/** Node, the driver agent and the runtime that kernels import. Types are stripped here, once, so that a machine starts faster. */
export function agentStep(deps: ImageDeps): SetupStep {
  const sources = join(deps.repoDir, 'src', 'engine')
  const print = async () => fingerprint('agent 1', deps.node, ...(await contentsOf(sources, isAgent)).flatMap((file) => [file.path, file.text.toString('latin1')]))
  return {
    name: 'Driver agent and Node',
    done: async () => existsSync(join(deps.imageDir, 'agent', 'engine')) && (await stamped(deps.imageDir, 'agent', await print())),
    async run(_report, signal) {
      const mark = await print()
      const partial = join(deps.imageDir, 'agent.partial')
      await rm(partial, { recursive: true, force: true })
      for (const file of await contentsOf(sources, isAgent)) {
        const to = join(partial, 'engine', file.path.replace(/\.ts$/, '.js'))
        await mkdir(dirname(to), { recursive: true })
        await writeFile(to, file.path.endsWith('.ts') ? plain(file.text.toString('utf8')) : file.text)
      }
      await writeFile(join(partial, 'package.json'), '{ "type": "module", "private": true }\n')
      await copyPackages(deps, partial)
      await mkdir(join(partial, 'bin'))
      await copyFile(await realpath(deps.node), join(partial, 'bin', 'node'))
      await chmod(join(partial, 'bin', 'node'), 0o755)
      signal.throwIfAborted()
      const old = join(deps.imageDir, 'agent.old')
      await rm(old, { recursive: true, force: true })
      if (existsSync(join(deps.imageDir, 'agent'))) await rename(join(deps.imageDir, 'agent'), old)
      await rename(partial, join(deps.imageDir, 'agent'))
      await rm(old, { recursive: true, force: true })
      await stampDone(deps.imageDir, 'agent', mark)
      return { bytes: await bytesUnder(join(deps.imageDir, 'agent')) }
    },
  }
}

const plain = (source: string): string => stripTypeScriptTypes(source).replace(/(from\s+|import\()'(\.[^']+)\.ts'/g, "$1'$2.js'")

/** zeromq with its prebuilt library for this platform, and the loader that it opens it with. */
async function copyPackages(deps: ImageDeps, target: string): Promise<void> {
  const zeromq = await realpath(join(deps.repoDir, 'node_modules', 'zeromq'))
  // pnpm lays a package's own dependencies beside it, npm beside it or above: both are found from inside the package.
  const loader = dirname(dirname(createRequire(join(zeromq, 'lib', 'index.js')).resolve('cmake-ts/build/loader')))
  const to = (name: string) => join(target, 'node_modules', name)
  for (const part of ['package.json', 'LICENSE.txt', 'LICENSE_MPL-2.0.txt', 'lib', 'build/manifest.json', `build/${process.platform}`]) {
    await cp(join(zeromq, part), join(to('zeromq'), part), { recursive: true, dereference: true })
  }
  for (const part of ['package.json', 'LICENSE.txt', 'build/loader.js', 'build/loader.mjs']) {
    if (existsSync(join(loader, part))) await cp(join(loader, part), join(to('cmake-ts'), part))
  }
}
