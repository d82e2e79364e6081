// Only Node's own modules may be loaded from here until set-up has put the packages in place: each command is loaded when it is called.
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '#base/config.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, overallHelp } from './help.ts'
import { Stop } from './setup/failure.ts'
import { place as findPlace } from './setup/place.ts'
import { setUp } from './setup/set-up.ts'

async function main(argv: string[]): Promise<number> {
  const name = argv.find((argument) => !argument.startsWith('-'))
  const wantsHelp = argv.includes('--help') || argv.includes('-h')
  if (name === undefined || name === 'help') {
    console.log(overallHelp())
    return name === undefined && !wantsHelp ? 2 : 0
  }
  const command = commands[name]
  if (!command) throw new Stop(`There is no command ${JSON.stringify(name)}. Commands: ${Object.keys(commands).join(', ')}.`, 2)
  if (wantsHelp) {
    console.log(commandHelp(name, command))
    return 0
  }
  const { config, rest } = readConfig({ argv, env: process.env })
  const { values, positionals } = understood(name, command, rest)
  const place = findPlace(process.env)
  const screen = process.stderr
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  await setUp(command.needs, { place, config, screen, signal: stopping.signal })
  const { run } = await command.load()
  return await run({ config, place, flags: values, words: positionals.slice(1), out: console.log, screen, signal: stopping.signal })
}

function understood(name: string, command: Command, argv: string[]) {
  try {
    const { values, positionals } = parseArgs({ args: argv, options: command.options, allowPositionals: true, strict: true })
    const flags: Record<string, string | boolean | undefined> = {}
    for (const [key, value] of Object.entries(values)) if (!Array.isArray(value)) flags[key] = value
    return { values: flags, positionals }
  } catch (error) {
    const sentence = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)
    throw new Stop(`${sentence}. See ./brickyard ${name} --help.`, 2, error)
  }
}

/** One sentence and an exit code; with BRICKYARD_LOG_LEVEL=debug also where it came from. */
function complain(error: unknown): number {
  const sentence = error instanceof Error ? error.message : String(error)
  console.error(`brickyard: ${sentence}`)
  if (process.env.BRICKYARD_LOG_LEVEL === 'debug' || process.env.BRICKYARD_LOG_LEVEL === 'trace') console.error(error)
  if (error instanceof Stop) return error.exitCode
  return error instanceof ConfigError ? 2 : 1
}

// A reader that closes early, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
process.exitCode = await main(process.argv.slice(2)).catch(complain)
