import { readFileSync } from 'node:fs'

/** How many tests of a suite did what. */
export type Tally = { passed: number; failed: number; skipped: number }

export const none: Tally = { passed: 0, failed: 0, skipped: 0 }
export const add = (a: Tally, b: Tally): Tally => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped })

/** The closing line: 'N passed, N failed', and the skipped ones if there are any. */
export const closingLine = ({ passed, failed, skipped }: Tally): string => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** A suite whose program died before it could write a report has failed, whatever it had counted. */
export function orFailed(tally: Tally | null, code: number): Tally {
  if (tally === null || tally.passed + tally.failed === 0) return { ...(tally ?? none), failed: 1 }
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

/** Vitest's report (`--reporter=json`), in Jest's format. */
export function vitestTally(file: string): Tally | null {
  const report = read(file, (text): { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number; numPendingTests: number; numTodoTests: number } => JSON.parse(text))
  if (report === null) return null
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } = report
  // A file that could not be loaded has no tests to count, and is a failure all the same.
  return { passed, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0), skipped: numPendingTests + numTodoTests }
}

/** pytest's report (`--junitxml`): the counts are attributes of its one suite. */
export function pytestTally(file: string): Tally | null {
  return read(file, (text) => {
    const count = (name: string) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0)
    const failed = count('failures') + count('errors')
    return { passed: Math.max(0, count('tests') - failed - count('skipped')), failed, skipped: count('skipped') }
  })
}

function read<T>(file: string, parse: (text: string) => T): T | null {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
