import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { buildJars, jarName, readLock } from './jars.ts'
import { contentsOf, fingerprint, stampDone, stamped } from './stamp.ts'
import { runTool } from './tool.ts'
import { zip } from './zip.ts'
import type { ImageDeps } from './steps.ts'

/** Our few Java classes, compiled against the Spark that is installed. The Eclipse compiler runs on a plain runtime. */
export function classesStep(deps: ImageDeps): SetupStep {
  const sources = join(deps.repoDir, 'src', 'engine', 'runtime', 'java')
  const jar = join(deps.imageDir, 'jars', 'brickyard.jar')
  const print = async () => fingerprint('classes 2', await readFile(join(deps.imageDir, 'steps', 'jars'), 'utf8').catch(() => ''), ...(await contentsOf(sources, () => true)).flatMap((file) => [file.path, file.text.toString('latin1')]))
  return {
    name: 'Brickyard classes for Spark',
    done: async () => existsSync(jar) && (await stamped(deps.imageDir, 'classes', await print())),
    async run(_report, signal) {
      const out = join(deps.cacheDir, 'classes')
      await rm(out, { recursive: true, force: true })
      await mkdir(out, { recursive: true })
      const compiler = (await readLock()).find((one) => one.name === 'ecj')
      if (!compiler) throw new Error('The list of jars has no Java compiler')
      const jars = (await readdir(join(deps.imageDir, 'jars'))).filter((name) => name.endsWith('.jar') && name !== 'brickyard.jar')
      const args = ['-source', '17', '-target', '17', '-proc:none', '-nowarn', '-encoding', 'UTF-8', '-d', out, sources]
      await runTool(join(deps.imageDir, 'jdk', 'bin', 'java'), ['-cp', join(buildJars(deps), jarName(compiler)), 'org.eclipse.jdt.internal.compiler.batch.Main', '-cp', jars.map((name) => join(deps.imageDir, 'jars', name)).join(':'), ...args], { signal })
      const entries = [...(await contentsOf(out, (path) => path.endsWith('.class'))), ...(await contentsOf(sources, (path) => path.startsWith('META-INF/')))]
      const bytes = zip(entries)
      await writeFile(`${jar}.new`, bytes)
      await rename(`${jar}.new`, jar)
      // Every JVM gets its class path in this order: a start-up cache only fits the exact list it was made with.
      await writeFile(join(deps.imageDir, 'jars', 'order'), [...jars, 'brickyard.jar'].sort().join('\n') + '\n')
      await stampDone(deps.imageDir, 'classes', await print())
      return { bytes: bytes.length }
    },
  }
}
