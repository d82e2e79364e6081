import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('passes its own tests in Python', async () => {
  const { stderr } = await promisify(execFile)('python3', ['-B', '-m', 'unittest', 'discover', '-s', join(import.meta.dirname, 'python')])
  expect(stderr).toMatch(/Ran [1-9]\d* tests[^]*OK/)
})
