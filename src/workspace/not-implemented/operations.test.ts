import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { collections, readOperations } from './operations.ts'

const nameOf = readOperations()

test('every operation of the official SDK is known by its name', () => {
  const lines = readFileSync(new URL('../operations.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^T\d\t/.test(line) && line.includes('\t/'))
  expect(lines.length).toBeGreaterThan(1200)
  for (const line of lines) {
    const [, , , room, , verb, path] = line.split('\t')
    expect(
      nameOf(
        verb ?? '',
        (path ?? '')
          .replaceAll(/^(\/api\/2\.\d)\/\{\w+\}/g, `$1/${collections[room ?? ''] ?? ''}/x`)
          .replaceAll(/(?<=[a-z])\{_[^/]*\}/g, '/x')
          .replaceAll(/\{[^/]*\}/g, 'x'),
      ),
      line,
    ).toBeDefined()
  }
})

test('a literal segment wins over a parameter, and a path parameter takes the rest', () => {
  expect(nameOf('POST', '/api/2.2/jobs/create')).toBe('Jobs.create')
  expect(nameOf('GET', '/api/2.1/unity-catalog/catalogs/main')).toBe('Catalogs.get')
  expect(nameOf('GET', '/api/2.0/fs/files/Volumes/a/b/c.txt')).toBe('Files.download')
  expect(nameOf('GET', '/api/2.0/postgres/projects/p/branches')).toBe('Postgres.list_branches')
})

test('what the SDK does not know is not known', () => {
  expect(nameOf('GET', '/api/2.0/nothing')).toBeUndefined()
  expect(nameOf('DELETE', '/api/2.2/jobs/create')).toBeUndefined()
})
