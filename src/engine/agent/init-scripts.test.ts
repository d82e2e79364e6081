import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runInitScripts, type InitScript } from './init-scripts.ts'

const dir = await mkdtemp(join(tmpdir(), 'brickyard-init-'))
afterAll(() => rm(dir, { recursive: true, force: true }))
const run = async (...scripts: InitScript[]) => {
  let console = ''
  const results = await runInitScripts(scripts, { dir: join(dir, 'scripts'), console: (text) => (console += text), env: { PATH: process.env.PATH, GREETING: 'hello' } })
  return { results, console }
}

test('scripts run in order with the environment of the machine, and their output is in the console and a log', async () => {
  const { results, console } = await run(
    { name: 'first', text: 'echo "$GREETING from the first"; echo made > "$(dirname "$0")/made"' },
    { name: 'second', text: '#!/bin/sh\ncat "$(dirname "$0")/made" >&2' },
  )
  expect(results).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED', exit_code: 0 }])
  expect(console).toMatch(/init script 1: first\nhello from the first\n.*success.*\n.*init script 2: second\nmade\n/)
  expect(await readFile(join(dir, 'scripts', '0.log'), 'utf8')).toBe('hello from the first\n')
})

test('one that fails says how, with its last lines, and none is run after it', async () => {
  const { results } = await run({ name: 'bad', text: 'for i in $(seq 40); do echo "line $i"; done; exit 7' }, { name: 'never', text: 'echo never' })
  expect(results[0]).toMatchObject({ status: 'FAILED_EXECUTION', exit_code: 7 })
  expect(results[0]?.last_lines?.split('\n')).toHaveLength(15)
  expect(results[0]?.last_lines).toMatch(/line 40$/)
  expect(results[1]).toEqual({ status: 'NOT_EXECUTED', seconds: 0 })
})

test('a file of the machine is run where it is; a missing or unreadable one is said', async () => {
  const path = join(dir, 'own.sh')
  await writeFile(path, 'echo own')
  expect((await run({ name: 'own', file: path })).results).toMatchObject([{ status: 'SUCCEEDED' }])
  expect((await run({ name: 'none', file: join(dir, 'none.sh') })).results).toMatchObject([{ status: 'FAILED_FETCH' }])
  expect((await run({ name: 'gone', error: 'it does not exist' })).results).toMatchObject([{ status: 'FAILED_FETCH', error: 'it does not exist' }])
})
