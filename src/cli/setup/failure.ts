import { statfsSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { ProgramFailed } from './run.ts'

/** Why the command stops, in one sentence for a person. */
export class Stop extends Error {
  override readonly name = 'Stop'
  readonly exitCode: number
  constructor(message: string, exitCode = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.exitCode = exitCode
  }
}

/** What set-up puts on the disk, all told. */
const NEEDS_GB = 4

const full = /no space left|ENOSPC|disk quota|EDQUOT/i
const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network|name resolution|connection|connect|dns|timed? ?out|fetch failed|No matching distribution/i
const damaged = /EINTEGRITY|integrity|checksum|THESE PACKAGES DO NOT MATCH|hash mismatch/i

/** Turns the failure of a set-up step into one sentence: the disk, the network, the download, or what the tool said last. */
export function explain(step: string, error: unknown, cache: string): Stop {
  if (error instanceof Stop) return error
  const output = error instanceof ProgramFailed ? `${error.output}\n${error.message}` : error instanceof Error ? `${error.message}\n${causeOf(error)}` : String(error)
  const free = freeMegabytes(cache)
  if (full.test(output) || (free !== null && free < 5)) {
    return new Stop(`The disk of ${cache} is full (${free ?? '?'} MB left; set-up needs about ${NEEDS_GB} GB), so "${step}" could not be set up. Free some, or name another folder with BRICKYARD_CACHE, and run this again.`, 1, error)
  }
  const said = lastWords(output)
  if (damaged.test(output)) return new Stop(`A download of "${step}" is not what was expected (${said}). Run this again; if it stays, look at the mirror you use.`, 1, error)
  if (offline.test(output)) return new Stop(`"${step}" could not be downloaded (${said}). Check the network and the package manager's settings, and run this again.`, 1, error)
  return new Stop(`"${step}" could not be set up: ${said}`, 1, error)
}

export function freeMegabytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return Math.floor((bavail * bsize) / 1_048_576)
  } catch {
    return null
  }
}

/** The line that most looks like a reason. */
function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !/complete log|debug-\d/.test(line))
  const telling = lines.filter((line) => /error|ERR|failed|cannot|could not|caused by/i.test(line))
  return stripVTControlCharacters(telling.at(-1) ?? lines.at(-1) ?? 'it said nothing').slice(0, 240)
}

const causeOf = (error: Error): string => (error.cause instanceof Error ? `${error.cause.message}\n${causeOf(error.cause)}` : '')
