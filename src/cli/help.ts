import { settings } from '#base/config.ts'
import type { Command } from './command.ts'

const common = () =>
  Object.values(settings).flatMap(({ option, hint, env }) => (option === undefined ? [] : [`  ${`${option}=${hint}`.padEnd(30)} or ${env}`])).join('\n')

/** What `./brickyard` alone says. */
export async function overallHelp(commands: Record<string, () => Promise<{ command: Command }>>): Promise<string> {
  const lines = await Promise.all(Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(11)} ${(await load()).command.summary}`))
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
