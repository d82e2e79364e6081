import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openKeys } from './keys.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'keys-'))

test('the master key is made once, readable by its owner alone', () => {
  const dir = folder()
  const first = openKeys(dir).derive('x')
  expect(openKeys(dir).derive('x')).toEqual(first)
  expect(statSync(join(dir, 'master.key')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(dir, 'master.key'))).toHaveLength(32)
})

test('purposes get different keys, and what is sealed for one does not open for another', () => {
  const keys = openKeys(folder())
  expect(keys.derive('a')).not.toEqual(keys.derive('b'))
  const sealed = keys.seal('a', 'secret text')
  expect(sealed).not.toContain('secret')
  expect(keys.open('a', sealed)).toBe('secret text')
  expect(() => keys.open('b', sealed)).toThrow()
})

test('a changed or foreign sealed text does not open', () => {
  const keys = openKeys(folder())
  const sealed = Buffer.from(keys.seal('a', 'secret text'), 'base64url')
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
  expect(() => keys.open('a', sealed.toString('base64url'))).toThrow()
  expect(() => openKeys(folder()).open('a', keys.seal('a', 'x'))).toThrow()
})

test('a damaged master key is named', () => {
  const dir = folder()
  writeFileSync(join(dir, 'master.key'), 'short')
  expect(() => openKeys(dir)).toThrow(/master.key is damaged/)
})
