import type { Progress } from '../wire.ts'
import type { Gateway } from './py4j.ts'

const every = 250

/** Tells how far the Spark jobs of a command are, at most four times a second and only what is new, until it is stopped. */
export function watchProgress(gateway: Promise<Gateway>, group: string, tell: (progress: Progress) => void): { stop(): Promise<void> } {
  const began = Date.now()
  let before = ''
  let last: Promise<void> | undefined
  async function look(final: boolean): Promise<void> {
    const text = await (await gateway).text('z:brickyard.Driver', 'progress', group, final)
    if (text === '' || text === before) return
    before = text
    tell(JSON.parse(text))
  }
  const timer = setInterval(() => {
    last ??= look(false).catch(() => {}).finally(() => { last = undefined })
  }, every)
  return {
    async stop() {
      clearInterval(timer)
      await last
      // What took no time at all did not use Spark.
      if (Date.now() - began > 30) await look(true).catch(() => {})
    },
  }
}
