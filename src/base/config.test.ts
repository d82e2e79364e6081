import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { asEnvironment, readConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'brickyard-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const HOME = '/home/ada'
const read = (argv: string[], env: NodeJS.ProcessEnv = {}) => readConfig({ argv, env: { HOME, ...env }, cwd: folder })

test('an option wins over the environment, that over the file here, that over the file in the data folder', () => {
  writeFileSync(join(folder, 'config.json'), '{"port": 1111, "hosts": "process", "logLevel": "warn"}')
  writeFileSync(join(folder, 'brickyard.config.json'), JSON.stringify({ dataDir: folder, port: 2222, hosts: 'netns' }))
  expect(read([]).config).toMatchObject({ port: 2222, hosts: 'netns', logLevel: 'warn', dataDir: folder })
  expect(read([], { BRICKYARD_PORT: '3333' }).config.port).toBe(3333)
  const { config, rest } = read(['up', '--port', '4444', '--hosts=auto', '--foreground'], { BRICKYARD_PORT: '3333' })
  expect(config).toMatchObject({ port: 4444, hosts: 'auto' })
  expect(rest).toEqual(['up', '--foreground'])
  rmSync(join(folder, 'brickyard.config.json'))
})

test.each([
  [['--port=80'], {}, /^--port must be a whole number from 1024/],
  [['--port'], {}, /^--port needs a value/],
  [['--hosts=vmware'], {}, /^--hosts must be one of auto, netns, process; it is "vmware"/],
  [[], { BRICKYARD_HOSTS: 'x' }, /^BRICKYARD_HOSTS must be one of/],
  [[], { BRICKYARD_PROT: '1' }, /BRICKYARD_PROT is no setting/],
])('%j with %j is refused by name', (argv, env, message) => {
  expect(() => read(argv, env)).toThrow(message)
})

test.each([
  ['{"prot": 1}', /unknown key "prot"/],
  ['{"port": "abc"}', /^port in .* must be a whole number/],
  ['[]', /one JSON object/],
  ['{', /is not JSON/],
])('a file with %s is refused by name', (content, message) => {
  writeFileSync(join(folder, 'brickyard.config.json'), content)
  expect(() => read([])).toThrow(message)
  rmSync(join(folder, 'brickyard.config.json'))
})

test('settings handed on as environment are read back the same', () => {
  const { config } = read(['--port=5555', `--data-dir=${folder}/other`], { DATABASE_URL: 'postgres://db/x' })
  expect(read([], asEnvironment(config)).config).toEqual(config)
})
