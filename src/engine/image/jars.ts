import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { downloadTrust } from './java.ts'
import { sitePackages } from './python.ts'
import { bytesUnder, fingerprint, stampDone, stamped } from './stamp.ts'
import { runTool } from './tool.ts'
import type { ImageDeps } from './steps.ts'

const lock = join(import.meta.dirname, 'jars.lock.json')
/** `for`: 'run' goes into the class path, 'build' is only used at set-up. */
type Locked = { org: string; name: string; rev: string; sha256: string; for: 'run' | 'build' }

export const readLock = async (): Promise<Locked[]> => JSON.parse(await readFile(lock, 'utf8'))
export const jarName = (jar: Pick<Locked, 'name' | 'rev'>): string => `${jar.name}-${jar.rev}.jar`
export const buildJars = (deps: ImageDeps): string => join(deps.cacheDir, 'jars')

/** One folder with every jar of every role: Spark's own, Delta, hadoop-azure. One class path for all, so one start-up cache fits. */
export function jarsStep(deps: ImageDeps): SetupStep {
  const target = join(deps.imageDir, 'jars')
  const print = async () => fingerprint(await readFile(lock, 'utf8'), await readFile(join(deps.imageDir, 'steps', 'python'), 'utf8').catch(() => ''))
  return {
    name: 'Spark, Delta Lake and Azure storage jars',
    done: async () => existsSync(target) && (await stamped(deps.imageDir, 'jars', await print())),
    async run(report, signal) {
      const sparkJars = join(await sitePackages(deps.imageDir), 'pyspark', 'jars')
      const locked = await readLock()
      await download(deps, locked, sparkJars, report, signal)
      const partial = join(deps.imageDir, 'jars.partial')
      await rm(partial, { recursive: true, force: true })
      await mkdir(partial, { recursive: true })
      for (const name of await readdir(sparkJars)) if (name.endsWith('.jar')) await place(join(sparkJars, name), join(partial, name))
      for (const jar of locked) if (jar.for === 'run') await place(join(buildJars(deps), jarName(jar)), join(partial, jarName(jar)))
      await rm(target, { recursive: true, force: true })
      await rename(partial, target)
      await stampDone(deps.imageDir, 'jars', await print())
      return { bytes: await bytesUnder(target) }
    },
  }
}

async function download(deps: ImageDeps, locked: readonly Locked[], sparkJars: string, report: (line: string) => void, signal: AbortSignal): Promise<void> {
  const missing = []
  for (const jar of locked) if (!(await verified(join(buildJars(deps), jarName(jar)), jar.sha256))) missing.push(jar)
  if (missing.length === 0) return
  report(`downloading ${missing.length} jars`)
  const work = join(deps.cacheDir, 'ivy')
  await rm(join(work, 'new'), { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  await mkdir(buildJars(deps), { recursive: true })
  await writeFile(join(work, 'ivy.xml'), ivyFile(missing))
  // Ivy comes with Spark and knows where Maven's central repository is; a company's settings are honoured by BRICKYARD_IVY_SETTINGS.
  const settings = process.env.BRICKYARD_IVY_SETTINGS ? ['-settings', process.env.BRICKYARD_IVY_SETTINGS] : []
  await runTool(
    join(deps.imageDir, 'jdk', 'bin', 'java'),
    [...(await downloadTrust(deps.cacheDir)), '-cp', join(sparkJars, '*'), 'org.apache.ivy.Main', ...settings, '-ivy', join(work, 'ivy.xml'), '-cache', join(work, 'cache'), '-confs', 'default', '-retrieve', join(work, 'new', '[artifact]-[revision].[ext]')],
    { signal, report },
  )
  for (const jar of missing) {
    const from = join(work, 'new', jarName(jar))
    if (!(await verified(from, jar.sha256))) {
      await rm(join(work, 'cache'), { recursive: true, force: true })
      throw new Error(`${jarName(jar)} is not the file that was locked (its checksum differs or it is missing); set-up can be repeated`)
    }
    await rename(from, join(buildJars(deps), jarName(jar)))
  }
}

function ivyFile(jars: readonly Locked[]): string {
  const lines = jars.map((jar) => `    <dependency org="${jar.org}" name="${jar.name}" rev="${jar.rev}" transitive="false" conf="default->master"/>`)
  return `<ivy-module version="2.0">\n  <info organisation="brickyard" module="image"/>\n  <configurations><conf name="default"/></configurations>\n  <dependencies>\n${lines.join('\n')}\n  </dependencies>\n</ivy-module>\n`
}

async function verified(path: string, sha256: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null)
  return bytes !== null && createHash('sha256').update(bytes).digest('hex') === sha256
}

/** A second name for the same bytes where the file system allows it. */
async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to))
}
