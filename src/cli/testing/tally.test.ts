import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { add, closingLine, none, orFailed, pytestTally, vitestTally } from './tally.ts'

const folder = mkdtempSync(join(tmpdir(), 'brickyard-tally-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (text: string) => {
  const path = join(folder, String(Math.random()))
  writeFileSync(path, text)
  return path
}

test('reports of vitest and pytest are counted, and the closing line adds them up', () => {
  const a = vitestTally(file('{"numPassedTests":5,"numFailedTests":1,"numFailedTestSuites":1,"numPendingTests":2,"numTodoTests":1}'))
  const b = pytestTally(file('<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1">'))
  expect(a).toEqual({ passed: 5, failed: 1, skipped: 3 })
  expect(b).toEqual({ passed: 4, failed: 3, skipped: 3 })
  expect(closingLine(add(a ?? none, b ?? none))).toBe('9 passed, 4 failed, 6 skipped')
  expect(closingLine({ passed: 1, failed: 0, skipped: 0 })).toBe('1 passed, 0 failed')
})

test('a suite without a report, without a test, or that died after its tests has failed', () => {
  expect(vitestTally(join(folder, 'none'))).toBeNull()
  expect(orFailed(null, 1).failed).toBe(1)
  expect(orFailed({ passed: 0, failed: 0, skipped: 4 }, 0).failed).toBe(1)
  expect(orFailed({ passed: 7, failed: 0, skipped: 0 }, 134)).toEqual({ passed: 7, failed: 1, skipped: 0 })
  expect(orFailed({ passed: 7, failed: 0, skipped: 0 }, 0).failed).toBe(0)
  const unloadable = vitestTally(file('{"numPassedTests":5,"numFailedTests":0,"numFailedTestSuites":1,"numPendingTests":0,"numTodoTests":0}'))
  expect(unloadable?.failed).toBe(1)
})
