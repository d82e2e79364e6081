import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settings } from '#base/config.ts'
import { compatibilityPage, implemented, witnessed } from './compatibility.ts'

const root = join(import.meta.dirname, '..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')

test('COMPATIBILITY.md is what `node src/compatibility.ts` makes of the tables and the recorded witnesses', async () => {
  expect(read('COMPATIBILITY.md')).toBe(await compatibilityPage())
})

test('witnesses name tests that exist and operations that are implemented', async () => {
  const names = new Set((await implemented()).map(({ name, verb, path }) => name || `${verb} ${path}`))
  for (const line of read('conformance/witnesses.tsv').split('\n').filter(Boolean)) {
    const [name = '', ...tests] = line.split('\t')
    expect(names).toContain(name)
    for (const each of tests) {
      const [file = '', sentence = ''] = each.split('::')
      expect(read(join('conformance/python', file)), each).toContain(`def ${sentence.replace(/\[.*/, '')}(`)
    }
  }
})

test('a call is found by its operation, whatever the ids in its path', () => {
  const calls = [{ test: 'a.py::test_x', verb: 'GET', path: '/api/2.0/token-management/tokens/123' }, { test: 'a.py::test_y', verb: 'POST', path: '/api/2.1/clusters/create' }]
  expect([...witnessed(calls.map((call) => JSON.stringify(call)).join('\n')).keys()]).toEqual(['TokenManagement.get', 'Clusters.create'])
})

test('every setting is on the page about configuration, and the links of the top documents lead somewhere', () => {
  const page = read('docs/configuration.md')
  for (const [key, { env, option }] of Object.entries(settings)) for (const word of [`\`${key}\``, `\`${env}\``, ...(option ? [`\`${option}\``] : [])]) expect(page).toContain(word)
  for (const file of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/configuration.md', 'docs/adding-an-operation.md', 'docs/decisions/README.md']) {
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(existsSync(join(root, file, '..', target)), `${file} → ${target}`).toBe(true)
  }
})
