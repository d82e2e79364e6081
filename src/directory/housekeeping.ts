import type { Log } from '#base/log.ts'

/** Runs repeatable tasks every minute, one after the other. A failed one is logged and tried again. */
export function housekeeping({ log, tasks, everyMs = 60_000 }: { log: Log; tasks: readonly (() => Promise<unknown>)[]; everyMs?: number }) {
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const round = async () => {
    for (const task of tasks) await task().catch((error: unknown) => log.warn({ err: error }, 'A housekeeping task of the directory failed'))
  }
  return {
    start(): void {
      timer ??= setInterval(() => { running = running.then(round) }, everyMs).unref()
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}
