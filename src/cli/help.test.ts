import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from './commands.ts'
import { commandHelp, overallHelp } from './help.ts'

const call = (...args: string[]) => spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8', env: { ...process.env, BRICKYARD_DATA_DIR: '/nonexistent/brickyard' } })

test('every command is listed, has its own help and a module behind it', async () => {
  const help = overallHelp()
  for (const [name, command] of Object.entries(commands)) {
    expect(help).toContain(command.summary)
    expect(commandHelp(name, command)).toMatch(new RegExp(`^.+\\n\\nUsage: \\./brickyard ${name}`))
    expect(typeof (await command.load()).run).toBe('function')
  }
})

test.each([
  [['frobnicate'], 2, /^brickyard: There is no command "frobnicate"\. Commands: up, down/],
  [['status', '--frob'], 2, /^brickyard: Unknown option '--frob'/],
  [['status', '--port=x'], 2, /^brickyard: --port must be a whole number/],
  [['logs'], 3, /^brickyard: There is no log yet/],
])('%j ends with %i and one sentence', (args, code, sentence) => {
  const { status, stderr } = call(...args)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toMatch(sentence)
  expect(status).toBe(code)
})
