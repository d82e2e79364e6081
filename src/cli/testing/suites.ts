import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#base/config.ts'
import type { Place } from '../setup/place.ts'
import type { Screen } from '../setup/show.ts'
import { doSteps } from '../setup/show.ts'
import { bounded } from './bounded.ts'
import { pythonStep, pythonOf } from './python.ts'
import { runProduct, type RunningProduct } from './running-product.ts'
import { add, closingLine, none, orFailed, pytestTally, vitestTally, type Tally } from './tally.ts'

export type Run = { config: Config; place: Place; screen: Screen; signal: AbortSignal; out(line: string): void; record: boolean }
type Suite = (run: Run & { reports: string }) => Promise<Tally>

const suites: Record<string, Suite> = {
  check: async (run) => {
    const bin = (name: string) => join(run.place.repo, 'node_modules', '.bin', name)
    const types = await program(run, bin('tsc'), ['--noEmit'], 5)
    const pages = await program(run, bin('tsc'), ['--noEmit', '-p', 'web'], 5)
    const lint = await program(run, bin('oxlint'), ['--type-aware', '--deny-warnings', 'src', 'conformance', 'bench', 'web/src', 'web/generate'], 5)
    const failed = [types, pages, lint].filter((code) => code !== 0).length
    return { passed: 3 - failed, failed, skipped: 0 }
  },
  unit: (run) => vitest(run, run.place.repo, 'unit', {}, 12),
  'conformance-netns': (run) => conformance(run, 'netns'),
  'conformance-process': (run) => conformance(run, 'process'),
  browser: (run) => people(run),
  crash: (run) => vitest(run, join(run.place.repo, 'conformance', 'crash'), 'crash', {}, 15),
}

/** Runs the named suites one after another; the last line counts them all. */
export async function runSuites(names: readonly string[], run: Run): Promise<number> {
  const reports = mkdtempSync(join(tmpdir(), 'brickyard-reports-'))
  let total = none
  const lines: string[] = []
  for (const name of names) {
    const begun = performance.now()
    run.out(`\n── ${name} ──`)
    const tally = await suite(name, { ...run, reports })
    total = add(total, tally)
    // More than one word before the colon: only the very last line is the plain one.
    lines.push(`suite ${name}: ${closingLine(tally)} in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
    run.out(lines.at(-1) ?? '')
    if (run.signal.aborted) break
  }
  rmSync(reports, { recursive: true, force: true })
  run.out(`\n${lines.join('\n')}\n${closingLine(total)}`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

async function suite(name: string, run: Run & { reports: string }): Promise<Tally> {
  try {
    return (await suites[name]?.(run)) ?? { ...none, failed: 1 }
  } catch (error) {
    run.out(`${name} could not run: ${error instanceof Error ? error.message : String(error)}`)
    return { ...none, failed: 1 }
  }
}

/** The official clients against a product that runs on one kind of machines. */
async function conformance(run: Run & { reports: string }, hosts: 'netns' | 'process'): Promise<Tally> {
  if (hosts === 'netns' && !root()) {
    run.out('netns machines need root here: skipped')
    return { ...none, skipped: 1 }
  }
  await doSteps([pythonStep(run.place)], { cache: run.place.cache, screen: run.screen, signal: run.signal })
  return against(run, hosts, async (bound, product) => {
    const node = await vitest(bound, join(run.place.repo, 'conformance', 'node'), `node-${hosts}`, product.env, 10)
    return add(node, await pytest(bound, product, hosts))
  })
}

/** People with a browser. */
const people = (run: Run & { reports: string }): Promise<Tally> =>
  against(run, root() ? 'netns' : 'process', (bound, product) => vitest(bound, join(run.place.repo, 'conformance', 'browser'), 'browser', product.env, 20))

const root = () => process.getuid?.() === 0

/** Starts a product, lets tests talk to it, and counts a product that did not live or stop in order as failed. */
async function against(run: Run & { reports: string }, hosts: 'netns' | 'process', tests: (bound: Run & { reports: string }, product: RunningProduct) => Promise<Tally>): Promise<Tally> {
  const product = await runProduct({ base: run.config, place: run.place, hosts, signal: run.signal })
  let tally = none
  try {
    tally = await tests({ ...run, signal: AbortSignal.any([run.signal, product.alive]) }, product)
    if (tally.failed > 0) run.out(`The product's last log lines:\n${product.lastLog()}`)
  } finally {
    const complaint = await product.stop()
    if (complaint !== null) {
      run.out(`After ${hosts}: ${complaint}.`)
      tally = add(tally, { ...none, failed: 1 })
    }
  }
  return tally
}

async function vitest(run: Run & { reports: string }, folder: string, name: string, env: NodeJS.ProcessEnv, minutes: number): Promise<Tally> {
  const report = join(run.reports, `${name}.json`)
  const args = [join(run.place.repo, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await program(run, run.place.node, args, minutes, env, folder)
  return orFailed(vitestTally(report), code)
}

async function pytest(run: Run & { reports: string }, product: RunningProduct, hosts: string): Promise<Tally> {
  const report = join(run.reports, `python-${hosts}.xml`)
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--junitxml=${report}`]
  const calls = join(run.reports, `calls-${hosts}.jsonl`)
  // Where netns machines can be, the suite on them is the whole one: on plain processes only what depends on machines runs again.
  const some = hosts === 'process' && root() && !run.record
  const env = { ...product.env, PYTHONDONTWRITEBYTECODE: '1', BRICKYARD_TEST_WITNESSES: calls, BRICKYARD_TEST_ABOUT: some ? 'machines' : 'everything' }
  const code = await program(run, pythonOf(run.place), args, 18, env, join(run.place.repo, 'conformance', 'python'))
  const tests = orFailed(pytestTally(report), code)
  if (some) return tests
  // What COMPATIBILITY.md says must be witnessed by every run, not only by the one that was recorded.
  const kept = await program(run, run.place.node, [join(run.place.repo, 'src', 'compatibility.ts'), run.record ? '--record' : '--verify', calls], 1)
  return add(tests, { passed: kept === 0 ? 1 : 0, failed: kept === 0 ? 0 : 1, skipped: 0 })
}

function program(run: Run, command: string, args: string[], minutes: number, env: NodeJS.ProcessEnv = {}, cwd = run.place.repo): Promise<number> {
  return bounded(command, args, { cwd, env: { ...process.env, BRICKYARD_CACHE: run.place.cache, BRICKYARD_TEST_COMMAND: join(run.place.repo, 'brickyard'), NO_COLOR: '1', ...env }, minutes, signal: run.signal, onText: (text) => process.stdout.write(text) })
}
