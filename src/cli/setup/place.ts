import { dirname, join, resolve } from 'node:path'
import { cacheDir } from '#base/config.ts'
import { pnpm, uv } from './pins.ts'

export type Architecture = 'x64' | 'arm64'

/** Where everything is: this checkout and the cache that all checkouts of a user share. */
export type Place = {
  repo: string
  cache: string
  arch: Architecture
  node: string
  pnpm: string
  uv: string
}

/** The bootstrap script has refused every other machine. */
const architecture = (): Architecture => (process.arch === 'arm64' ? 'arm64' : 'x64')

export function place(env: NodeJS.ProcessEnv): Place {
  const cache = resolve(cacheDir(env))
  const arch = architecture()
  return {
    repo: dirname(dirname(dirname(import.meta.dirname))),
    cache,
    arch,
    node: process.execPath,
    pnpm: join(cache, 'tools', `pnpm-${pnpm.version}-${arch}`, 'pnpm'),
    uv: join(cache, 'tools', `uv-${uv.version}-${arch}`, 'uv'),
  }
}
