import type { SetupStep } from '#base/step.ts'
import { explain } from './failure.ts'

/** Where progress goes: a terminal gets a line that moves, anything else one line a finished step. */
export type Screen = { isTTY?: boolean; columns?: number; write(text: string): unknown }

/** Does what is not done yet, step by step, and shows each with its size and seconds. Says how many steps it did. */
export async function doSteps(steps: readonly SetupStep[], { cache, screen, signal }: { cache: string; screen: Screen; signal: AbortSignal }): Promise<number> {
  let count = 0
  for (const step of steps) {
    if (await step.done()) continue
    count += 1
    const begun = performance.now()
    const moving = (text: string) => screen.isTTY && screen.write(`\r\u001b[K${text.slice(0, (screen.columns ?? 80) - 1)}`)
    moving(`${step.name} …`)
    try {
      const { bytes } = await step.run((line) => moving(`${step.name}: ${line}`), signal)
      moving('')
      screen.write(`${step.name}: ${size(bytes)}${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
    } catch (error) {
      moving('')
      throw explain(step.name, error, cache)
    }
  }
  return count
}

const size = (bytes: number | undefined) => (bytes === undefined ? '' : `${Math.max(1, Math.round(bytes / 1_048_576))} MB in `)
