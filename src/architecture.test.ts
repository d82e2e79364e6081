import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Who may import whom (ARCHITECTURE.md). Tests may also use the rooms that they need to stand on. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  directory: ['base'],
  cloud: ['base', 'directory'],
  engine: ['base'],
  service: ['base', 'directory'],
  workspace: ['base', 'engine'],
  gateway: ['base', 'engine', 'workspace'],
  cli: ['base', 'engine'], // of the engine only the steps that make the image
}

/** Rooms that a file of `room` imports against the table; relative paths that leave the room count too. */
function forbidden(room: string, file: string, text: string): string[] {
  const named = [...text.matchAll(/(?:from|import)\s*\(?\s*'#(\w+)\//g)].map((match) => match[1] ?? '')
  const relative = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.\.?\/[^']+)'/g)].map((match) => join(file, '..', match[1] ?? '').split('/')[1] ?? '')
  return [...named, ...relative].filter((other) => other !== room && !(mayImport[room] ?? []).includes(other))
}

test.each(Object.keys(mayImport))('%s imports only the rooms below it', (room) => {
  const files = globSync(`src/${room}/**/*.ts`).filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) expect(forbidden(room, file, readFileSync(file, 'utf8')), file).toEqual([])
})

test.each([
  ['workspace', "import { openCloud } from '#cloud/cloud.ts'", ['cloud']],
  ['workspace', "const cloud = await import('#cloud/cloud.ts')", ['cloud']],
  ['base', "import type { Directory } from '../directory/contract.ts'", ['directory']],
  ['workspace', "import { relay } from '#engine/relay.ts'", []],
])('the check itself: %s with %j', (room, text, expected) => {
  expect(forbidden(room, `src/${room}/file.ts`, text)).toEqual(expected)
})

test('the tests from outside import none of our code', () => {
  for (const file of globSync(['conformance/**/*.ts', 'conformance/**/*.py']).filter((name) => !name.includes('node_modules'))) {
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/from '(#|(\.\.\/)+src\/)/)
  }
})
