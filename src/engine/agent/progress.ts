import { setTimeout as sleep } from 'node:timers/promises'
import type { Progress } from '../wire.ts'
import type { Gateway } from './py4j.ts'

const every = 250

/** Tells how far the Spark jobs of a command are, at most four times a second and only what is new, until it is stopped. */
export function watchProgress(gateway: Promise<Gateway>, group: string, tell: (progress: Progress) => void): { stop(): Promise<void> } {
  const began = Date.now()
  let before = ''
  let last: Promise<unknown> | undefined
  /** Is a job still running, as far as Spark's own books go? */
  async function look(): Promise<boolean> {
    const text = await (await gateway).text('z:brickyard.Driver', 'progress', group)
    if (text === '') return false
    const progress: Progress = JSON.parse(text)
    if (text !== before) tell(progress)
    before = text
    return progress.jobs.some((job) => job.state === 'running')
  }
  const timer = setInterval(() => {
    last ??= look().catch(() => {}).finally(() => { last = undefined })
  }, every)
  return {
    async stop() {
      clearInterval(timer)
      await last
      // What took no time at all did not use Spark.
      if (Date.now() - began < 30) return
      // Spark's books are a little late.
      for (let times = 0; times < 5 && (await look().catch(() => false)); times++) await sleep(20)
    },
  }
}
