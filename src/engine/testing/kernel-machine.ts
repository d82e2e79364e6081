import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '../agent/plan.ts'

/**
 * A machine on which kernels run, for tests: the Python of the image that set-up has made, and this checkout's runtime.
 * undefined where there is no such Python yet.
 */
export function kernelMachine(): { machine: Machine; remove(): void } | undefined {
  const cache = process.env.BRICKYARD_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'brickyard')
  const python = join(cache, 'image', 'python')
  try {
    execFileSync(join(python, 'bin', 'python3'), ['-c', 'import ipykernel'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  const root = mkdtempSync(join(tmpdir(), 'kernels-'))
  const image = join(root, 'image')
  mkdirSync(join(image, 'agent'), { recursive: true })
  symlinkSync(python, join(image, 'python'))
  symlinkSync(join(import.meta.dirname, '..'), join(image, 'agent', 'engine'))
  return { machine: { image, home: join(root, 'home'), address: '127.0.0.1', caFile: undefined, token: '' }, remove: () => rmSync(root, { recursive: true, force: true }) }
}
