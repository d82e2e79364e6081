import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { zip } from './zip.ts'

it('makes an archive that other programs read, and the same bytes each time', () => {
  const dir = mkdtempSync(join(tmpdir(), 'zip-'))
  const entries = [{ path: 'a/One.class', text: Buffer.from('first') }, { path: 'META-INF/x', text: Buffer.from('') }]
  writeFileSync(join(dir, 'a.jar'), zip(entries))
  const code = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), z.read("a/One.class"))'
  expect(execFileSync('python3', ['-c', code, join(dir, 'a.jar')], { encoding: 'utf8' }).trim()).toBe("None ['a/One.class', 'META-INF/x'] b'first'")
  expect(zip(entries).equals(zip(entries))).toBe(true)
  rmSync(dir, { recursive: true })
})
