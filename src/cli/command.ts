import type { ParseArgsOptionsConfig } from 'node:util'
import type { Config } from '#base/config.ts'
import type { Place } from './setup/place.ts'
import type { Needs } from './setup/set-up.ts'
import type { Screen } from './setup/show.ts'

/** What a command gets: the settings, its own options and words, and where to write. */
export type Context = {
  config: Config
  place: Place
  flags: Record<string, string | boolean | undefined>
  words: string[]
  /** For what was asked for. */
  out(line: string): void
  /** For progress and remarks. */
  screen: Screen
  signal: AbortSignal
}

export type Command = {
  /** One line for the list of commands. */
  summary: string
  /** What follows the command's name. */
  usage: string
  help: string
  options: ParseArgsOptionsConfig
  /** Set-up that must be done before `run`. */
  needs: Needs
  /** The module that does it; `run` gives the exit code. */
  load(): Promise<{ run(context: Context): Promise<number> }>
}
