import { asProblem } from '#base/problem.ts'
import type { SessionRow } from '../tables.ts'
import type { NotebookCalls } from './calls.ts'
import type { SessionDeps } from './deps.ts'
import type { Runner } from './runner.ts'
import { shownRun } from './store.ts'

const mostFailures = 12
/** A run that a newer one of its cell replaced is forgotten after this. */
const keptMs = 3600_000
export type Pump = ReturnType<typeof sessionPump>
type Going = { again: boolean; runId: string | null; /** What was at work when an error came. */ failing: string | null; leave: AbortController; done: Promise<void> }

/**
 * Performs the runs of each session, one after another. A click wakes it directly; the durable loop wakes it too, so that
 * what a dead process left is taken up.
 */
export function sessionPump(deps: SessionDeps & { runner: Runner; calls: NotebookCalls }) {
  const { store, runner, calls, clock, log } = deps
  const going = new Map<string, Going>()
  const stopping = new AbortController()

  /** Does one thing; false when nothing is left to do. */
  async function step(sessionId: string, one: Going): Promise<boolean> {
    const [run, session] = await Promise.all([store.next(sessionId), store.find(sessionId)])
    if (!session) return false
    if (!run) {
      if (session.called && session.answer?.sent !== true) await calls.settle(session)
      return false
    }
    one.runId = run.run_id
    one.leave = new AbortController()
    const deadline = session.called?.deadline ?? null
    const late = deadline === null ? undefined : setTimeout(() => void expire(sessionId).catch(warn), Math.max(0, deadline - clock().getTime()))
    late?.unref()
    try {
      await runner.perform(run, session, AbortSignal.any([one.leave.signal, stopping.signal]))
      one.failing = null
    } catch (error) {
      one.failing = run.run_id
      throw error
    } finally {
      clearTimeout(late)
      one.runId = null
    }
    return true
  }
  const warn = (error: unknown) => log.warn({ err: error }, 'a notebook run could not be ended in time')

  /** A notebook that another one runs has taken too long. */
  async function expire(sessionId: string): Promise<void> {
    const session = await store.find(sessionId)
    if (!session) return
    const path = (await deps.objects.pathOf(session.object_id)) ?? 'The notebook'
    await store.change(sessionId, { answer: { ok: false, message: `${path} did not end within the time it was given.` } })
    await cancelAll(session, 'It took longer than it was given.')
  }

  /** An error of ours that does not go away must not keep all the cells behind it waiting. */
  async function giveUp(runId: string): Promise<void> {
    const row = await store.changeRun(runId, { state: 'error', message: 'Something went wrong on our side. Run the cell again; if it stays, look at the log.', finished_at: clock() })
    const session = row && (await store.find(row.session_id))
    if (session) deps.tell(session, { type: 'run', run: shownRun(row) })
  }

  async function go(sessionId: string, one: Going): Promise<void> {
    let failures = 0
    while (one.again && !stopping.signal.aborted) {
      one.again = false
      try {
        while (!stopping.signal.aborted && (await step(sessionId, one))) failures = 0
      } catch (error) {
        failures += 1
        log.warn({ err: asProblem(error), sessionId, failures }, 'a notebook run met an error; trying again')
        one.again = true
        if (failures >= mostFailures && one.failing !== null) await giveUp(one.failing).catch(warn)
        await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** failures, 10_000)).unref())
      }
    }
    going.delete(sessionId)
    await store.forgetRuns(sessionId, new Date(clock().getTime() - keptMs)).catch(warn)
  }
  function wake(sessionId: string): Promise<void> {
    const before = going.get(sessionId)
    if (before) {
      before.again = true
      return before.done
    }
    const one: Going = { again: true, runId: null, failing: null, leave: new AbortController(), done: Promise.resolve() }
    going.set(sessionId, one)
    one.done = go(sessionId, one)
    return one.done
  }

  /** Cancels what waits, and asks what runs to end. */
  async function cancelAll(session: SessionRow, why: string, only?: { run_id?: string | undefined; batch_id?: string | undefined }): Promise<void> {
    for (const row of await store.activeRuns(session.session_id)) {
      if (only?.run_id !== undefined && row.run_id !== only.run_id) continue
      if (only?.batch_id !== undefined && row.batch_id !== only.batch_id) continue
      const waited = await store.changeRun(row.run_id, { state: 'cancelled', message: why, finished_at: clock() }, ['queued'])
      const changed = waited ?? (await store.changeRun(row.run_id, { state: 'cancelling', message: why }, ['running', 'cancelling']))
      if (!changed) continue
      deps.tell(session, { type: 'run', run: shownRun(changed) })
      if (waited) continue
      for (const called of await store.calledBy(row.run_id)) await cancelAll(called, why)
      await runner.interrupt(changed, session)
    }
  }

  return {
    wake,
    cancelAll,
    /** Whether something is at work for a session now. */
    busy: (sessionId: string): boolean => going.has(sessionId),
    /** Ends all runs of a session at once, whatever the driver does: its context goes. */
    async abandon(session: SessionRow, why: string): Promise<void> {
      for (const row of await store.activeRuns(session.session_id)) {
        const ended = await store.changeRun(row.run_id, { state: 'cancelled', message: why, finished_at: clock() })
        if (ended) deps.tell(session, { type: 'run', run: shownRun(ended) })
        for (const called of await store.calledBy(row.run_id)) await cancelAll(called, why)
      }
      going.get(session.session_id)?.leave.abort()
    },
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.allSettled([...going.values()].map(({ done }) => done))
    },
  }
}
