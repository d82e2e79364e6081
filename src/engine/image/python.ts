import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { bytesUnder, fingerprint, stampDone, stamped } from './stamp.ts'
import { runTool } from './tool.ts'
import type { ImageDeps } from './steps.ts'

const requirements = join(import.meta.dirname, 'python-requirements.txt')

/** Where pip-installed packages are, below the image: `python/lib/python3.x/site-packages`. */
export async function sitePackages(imageDir: string): Promise<string> {
  const lib = join(imageDir, 'python', 'lib')
  const version = (await readdir(lib)).find((name) => /^python3\.\d+$/.test(name))
  return join(lib, version ?? 'python3', 'site-packages')
}

/** The image's own Python environment: pyspark, ipykernel and what notebooks expect, from a locked list with hashes. */
export function pythonStep(deps: ImageDeps): SetupStep {
  const env = { UV_CACHE_DIR: join(deps.cacheDir, 'uv'), UV_NO_PROGRESS: '1', VIRTUAL_ENV: undefined, PYTHONPATH: undefined, PYTHONHOME: undefined }
  const print = async () => fingerprint(await readFile(requirements, 'utf8'), 'python 1')
  const target = join(deps.imageDir, 'python')
  return {
    name: 'Python environment with PySpark',
    needs: 'Python 3.10 or newer (for example: apt-get install python3)',
    done: async () => existsSync(join(target, 'bin', 'python3')) && (await stamped(deps.imageDir, 'python', await print())),
    async run(report, signal) {
      const partial = join(deps.imageDir, 'python.partial')
      await rm(partial, { recursive: true, force: true })
      await mkdir(deps.imageDir, { recursive: true })
      const base = await findPython(deps, env, signal)
      report(`from ${base.executable} ${base.version}`)
      if (base.shared) await runTool(deps.uv, ['venv', '-q', '--relocatable', '--no-project', '--python', base.executable, partial], { env, signal })
      else await copyPython(base.prefix, partial)
      const install = ['pip', 'install', '--python', join(partial, 'bin', 'python3'), '--require-hashes', '--compile-bytecode', '-r', requirements]
      await runTool(deps.uv, base.shared ? install : [...install, '--break-system-packages'], { env: { ...env, LD_LIBRARY_PATH: base.shared ? undefined : join(partial, 'lib') }, signal, report })
      await rm(target, { recursive: true, force: true })
      await rename(partial, target)
      await stampDone(deps.imageDir, 'python', await print())
      return { bytes: await bytesUnder(target) }
    },
  }
}

type Base = { executable: string; prefix: string; version: string; shared: boolean }

/**
 * A system Python first: machines run as other users, who cannot enter a Python below somebody's home.
 * One from elsewhere is copied into the image.
 */
async function findPython(deps: ImageDeps, env: Record<string, string | undefined>, signal: AbortSignal): Promise<Base> {
  for (const executable of ['/usr/bin/python3', '/usr/local/bin/python3']) {
    const base = existsSync(executable) ? await describe(executable, signal).catch(() => null) : null
    if (base) return base
  }
  const wanted = '>=3.10,<3.15'
  const found = await runTool(deps.uv, ['python', 'find', '--no-project', wanted], { env, signal })
    .catch(() => runTool(deps.uv, ['python', 'install', '-q', '3.12'], { env, signal }).then(() => runTool(deps.uv, ['python', 'find', '--no-project', wanted], { env, signal })))
    .catch((error: Error) => { throw new Error(`No usable Python: install Python 3.10 or newer (for example: apt-get install python3). ${error.message}`) })
  const base = await describe(found.trim().split('\n').at(-1) ?? '', signal)
  if (!base) throw new Error('No usable Python: install Python 3.10 to 3.14 (for example: apt-get install python3).')
  return base
}

async function describe(executable: string, signal: AbortSignal): Promise<Base | null> {
  const code = 'import sys, ssl, ctypes; print("%d.%d" % sys.version_info[:2], sys.base_prefix, getattr(sys, "_base_executable", sys.executable), sep="\\n")'
  const [version = '', prefix = '', real = executable] = (await runTool(executable, ['-c', code], { signal })).trim().split('\n')
  const minor = Number(version.split('.')[1])
  if (!(minor >= 10 && minor <= 14)) return null
  return { executable: real, prefix: resolve(prefix), version, shared: prefix === '/usr' || prefix === '/usr/local' }
}

async function copyPython(prefix: string, target: string): Promise<void> {
  const skip = /\/(site-packages|test|tests|__pycache__|idlelib|tkinter|include|share)(\/|$)/
  for (const part of ['bin', 'lib']) {
    await cp(join(prefix, part), join(target, part), { recursive: true, verbatimSymlinks: true, filter: (path) => !skip.test(path.slice(dirname(prefix).length)) })
  }
}

/** Folders outside the image that its Python needs at run time. */
export async function pythonNeeds(imageDir: string): Promise<string[]> {
  const settings = await readFile(join(imageDir, 'python', 'pyvenv.cfg'), 'utf8').catch(() => '')
  const home = /^home\s*=\s*(.+)$/m.exec(settings)?.[1]?.trim()
  return home === undefined ? [] : [dirname(home)]
}
