import { settings } from '#base/config.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'

const common = () =>
  Object.values(settings).flatMap(({ option, hint, env }) => (option === undefined ? [] : [`  ${`${option}=${hint}`.padEnd(30)} or ${env}`])).join('\n')

/** What `./brickyard` alone says. */
export function overallHelp(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`)
  return `Brickyard: your own lakehouse workspace on machines you rent or own.

Usage: ./brickyard <command> [options]

${lines.join('\n')}

Options of every command:
${common()}
  --help

All settings: docs/configuration.md`
}

/** What `./brickyard <name> --help` says. */
export function commandHelp(name: string, { summary, usage, help, options }: Command): string {
  const own = Object.entries(options).map(([option, { type, short }]) => `  ${short ? `-${short}, ` : ''}--${option}${type === 'string' ? '=…' : ''}`)
  return `${summary}

Usage: ./brickyard ${[name, usage].filter(Boolean).join(' ')}

${help}

Options:
${[...own, common()].join('\n')}`
}
