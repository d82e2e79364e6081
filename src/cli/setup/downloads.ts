import { createHash } from 'node:crypto'
import { chmodSync, createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { SetupStep } from '#base/step.ts'
import { Stop } from './failure.ts'
import * as pins from './pins.ts'
import type { Place } from './place.ts'
import { findPython, pipOf } from './python.ts'
import { run, works } from './run.ts'

/** The npm to use: the machine's own, or the one that came with our Node from PyPI. */
async function npm(place: Place): Promise<[command: string, ...args: string[]]> {
  const own = join(dirname(dirname(place.node)), 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  if (existsSync(own)) return [place.node, own]
  if (await works('npm', ['--version'])) return ['npm']
  throw new Stop('npm is missing. Install it: apt-get install npm')
}

/** pnpm, which installs everything that pnpm-lock.yaml names. */
export function pnpmStep(place: Place): SetupStep {
  return {
    name: `pnpm ${pins.pnpm.version}`,
    done: async () => existsSync(place.pnpm),
    run: (_report, signal) =>
      inNewFolder(dirname(place.pnpm), async (work) => {
        const [command, ...args] = await npm(place)
        await run(command, [...args, 'pack', '--silent', `@pnpm/exe.linux-${place.arch}@${pins.pnpm.version}`], { cwd: work, signal })
        const archive = join(work, `pnpm-exe.linux-${place.arch}-${pins.pnpm.version}.tgz`)
        await mustBe(archive, pins.pnpm.sha512[place.arch])
        await run('tar', ['-xzf', archive, '-C', work, '--strip-components=1'], { signal })
        rmSync(archive)
      }),
  }
}

/** uv, which makes the Python environments. A wheel is a zip archive; pip checks its hash. */
export function uvStep(place: Place): SetupStep {
  return {
    name: `uv ${pins.uv.version}`,
    done: async () => existsSync(place.uv),
    needs: 'Python 3.10 or newer with pip: apt-get install python3 python3-pip',
    run: (_report, signal) =>
      inNewFolder(dirname(place.uv), async (work) => {
        const python = await findPython()
        const pip = await pipOf(python, join(work, 'venv'))
        const requirements = join(work, 'requirements.txt')
        writeFileSync(requirements, `uv==${pins.uv.version} ${pins.uv.sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`)
        const only = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes']
        await run(pip, ['-m', 'pip', 'download', ...only, '-r', requirements, '-d', work], { signal })
        const wheel = readdirSync(work).find((name) => name.endsWith('.whl')) ?? ''
        await run(python, ['-m', 'zipfile', '-e', join(work, wheel), join(work, 'wheel')], { signal })
        renameSync(join(work, 'wheel', `uv-${pins.uv.version}.data`, 'scripts', 'uv'), join(work, 'uv'))
        chmodSync(join(work, 'uv'), 0o755)
        for (const name of readdirSync(work)) if (name !== 'uv') rmSync(join(work, name), { recursive: true })
      }),
  }
}

/** Fills a folder beside `target` and puts it there whole, so that nobody ever sees it half filled, whoever else does the same. */
async function inNewFolder(target: string, fill: (work: string) => Promise<void>): Promise<{ bytes: number }> {
  const work = `${target}.new-${process.pid}`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    await fill(work)
    const bytes = await sizeOf(work)
    rmSync(target, { recursive: true, force: true })
    renameSync(work, target)
    return { bytes }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function mustBe(file: string, sha512: string): Promise<void> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  if (hash.digest('hex') !== sha512) throw new Error(`integrity of ${file}: its checksum is not the expected one`)
}

/** Bytes on disk below a folder. */
export const sizeOf = async (folder: string): Promise<number> => Number((await run('du', ['-sk', folder])).split(/\s/)[0]) * 1024
