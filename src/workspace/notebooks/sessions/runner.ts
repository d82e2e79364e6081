import { Problem } from '#base/problem.ts'
import type { DriverClient } from '#engine/driver.ts'
import { isFinal, type CommandEvent } from '#engine/wire.ts'
import type { Part, RunRow, SessionRow } from '../tables.ts'
import type { RunState } from '../wire.ts'
import type { NotebookCalls } from './calls.ts'
import { whyGone, whyLost, whyWaiting } from './cluster-view.ts'
import { pause, type InContext, type sessionContexts } from './contexts.ts'
import type { ClusterView, SessionDeps } from './deps.ts'
import { expand } from './expand.ts'
import { outputWriter, type OutputWriter } from './output-writer.ts'
import { isActive, shownRun } from './store.ts'
import { changedWidgets, widgetValues } from './widgets.ts'

export type RunnerDeps = SessionDeps & { contexts: ReturnType<typeof sessionContexts>; calls: NotebookCalls }
/** How a command ended. */
type Ended = { kind: 'over'; state: RunState; why?: string; exit?: string } | { kind: 'lost'; why: string; destroy: boolean } | { kind: 'left' }
export type Runner = ReturnType<typeof runner>

const patience = 500
const lateMs = 250

/** Performs runs: from a row that waits to a row that is over, whatever of it a process before us has done already. */
export function runner(deps: RunnerDeps) {
  const { store, clusters, clock, contexts } = deps
  const progress = new Map<string, { session_id: string; cell_id: string; writer: OutputWriter }>()

  async function finish(session: SessionRow, run: RunRow, state: RunState, message: string | null, writer?: OutputWriter): Promise<void> {
    const change = { state, message, finished_at: clock() }
    let over: RunRow | undefined
    const end = async (tx: Parameters<typeof store.changeRun>[3]) => {
      over = await store.changeRun(run.run_id, change, undefined, tx)
    }
    if (writer) await writer.flush(end)
    else await end(undefined)
    if (!over) return
    deps.tell(session, { type: 'run', run: shownRun(over) })
    if (state !== 'finished') await skipRest(session, run, 'A cell before this one did not finish.')
    await store.joinOutputs(run.session_id, run.cell_id, store.db)
    await deps.calls.forget(run.run_id)
  }
  async function skipRest(session: SessionRow, run: RunRow, why: string): Promise<void> {
    for (const row of await store.cancelWaiting(run.session_id, why, clock(), run.batch_id)) deps.tell(session, { type: 'run', run: shownRun(row) })
  }

  /** The cluster when it can be used; null when the run ended over it. */
  async function readyCluster(seen: SessionRow, run: RunRow, signal: AbortSignal): Promise<{ view: ClusterView; session: SessionRow } | null> {
    let said = run.message
    let session: SessionRow | undefined = seen
    for (;;) {
      const clusterId: string | null | undefined = session?.cluster_id
      if (!session || !clusterId) return finish(seen, run, 'cancelled', 'The notebook is not attached to a cluster.').then(() => null)
      const view = await clusters.look(clusterId)
      if (view?.is === 'usable') return { view, session }
      if (!view || view.is === 'gone') return finish(session, run, 'cancelled', whyGone(view, clusterId)).then(() => null)
      const why = whyWaiting(view)
      if (why !== said) {
        const row = await store.changeRun(run.run_id, { message: why }, ['queued'])
        if (!row) return null
        said = why
        deps.tell(session, { type: 'run', run: shownRun(row) })
      }
      await pause(patience, signal)
      if (signal.aborted || !isActive((await store.run(run.run_id))?.state ?? 'cancelled')) return null
      session = await store.find(seen.session_id)
    }
  }

  /** The commands of a run; a Problem when it cannot be run as it is. */
  async function partsOf(session: SessionRow, run: RunRow): Promise<Part[] | Problem> {
    const [caller, path, language] = await Promise.all([deps.member(run.user_id), deps.objects.pathOf(session.object_id), deps.hub.language(session.object_id)])
    if (!caller) return new Problem('forbidden', `${run.user_name} is no member of this workspace any more.`)
    if (path === undefined) return new Problem('not_found', 'The notebook was deleted.')
    return expand(deps, caller, { source: run.source, language, path, within: [] }).catch((error: unknown) => {
      if (error instanceof Problem) return error
      throw error
    })
  }

  /** From waiting to running. Null when it does not get there. */
  async function begin(run: RunRow, seen: SessionRow, signal: AbortSignal): Promise<{ run: RunRow; session: InContext } | null> {
    const parts = await partsOf(seen, run)
    if (parts instanceof Problem) return finish(seen, run, 'error', parts.message).then(() => null)
    const ready = await readyCluster(seen, run, signal)
    if (!ready) return null
    const session = await contexts.ensure(seen.session_id, ready.view, ready.session)
    const started = await store.beginRun(run, { parts, context_id: session.context_id, at: clock() })
    if (!started) return null
    deps.tell(session, { type: 'run', run: shownRun(started) })
    return { run: started, session }
  }

  async function writerOf(run: RunRow, session: InContext, failed: (error: unknown) => void): Promise<OutputWriter> {
    const fresh = run.followed === 0 && run.part === 0
    const result = fresh ? undefined : await store.result(run.session_id, run.cell_id)
    const mine = result?.run_id === run.run_id ? result : undefined
    const outputs = mine ? await store.outputs(run.session_id, run.cell_id) : []
    const size = (kind: string) => outputs.reduce((sum, output) => sum + (output.kind === kind ? JSON.stringify(output).length : 0), 0)
    return outputWriter(
      {
        store,
        run,
        tell: (message) => deps.tell(session, message),
        async widget(change) {
          const changed = await changedWidgets(store, session.session_id, change)
          if (changed) deps.tell(session, { type: 'widgets', widgets: changed })
        },
        download: `/api/2.0/brickyard/notebooks/${session.object_id}/results/${encodeURIComponent(run.cell_id)}/download`,
        jobPage: (id) => `/sparkui/${session.cluster_id}/jobs/job/?id=${id}`,
        failed,
      },
      { seq: mine?.seq ?? 0, textBytes: size('stream'), shownBytes: size('display'), truncated: (mine?.truncated ?? null) !== null },
    )
  }

  /** Takes one event; the end of the command, if it was that. */
  async function take(event: CommandEvent, run: RunRow, session: InContext, writer: OutputWriter, commandId: string): Promise<Ended | null> {
    if (event.kind === 'request') await deps.calls.begin({ run, session, commandId, requestId: event.requestId, request: event.request, path: run.parts?.[run.part]?.notebook_path ?? '/' })
    await writer.take(event)
    if (event.kind !== 'status' || !isFinal(event.status)) return null
    const exit = event.exit === undefined ? {} : { exit: event.exit }
    if (event.status === 'Cancelled') return { kind: 'over', state: 'cancelled' }
    if (event.status === 'Finished') return { kind: 'over', state: writer.hadError ? 'error' : 'finished', ...exit }
    return { kind: 'over', state: 'error', why: event.why ?? 'The command failed.' }
  }

  /** One command from where it is to its end. */
  async function command(run: RunRow, part: Part, session: InContext, writer: OutputWriter, signal: AbortSignal): Promise<Ended> {
    const driver = deps.driver(session.cluster_id)
    const id = commandIdOf(run)
    let ended: Ended | null = null
    for (let failures = 0; ; failures++) {
      if (signal.aborted) return { kind: 'left' }
      try {
        for await (const event of eventsOf(driver, id, part, run, session, writer.followed, signal)) {
          failures = 0
          ended ??= await take(event, run, session, writer, id) // the stream ends by itself, and its line is used again
        }
        if (ended) return ended.kind === 'over' && ended.state === 'error' && ended.why !== undefined ? await explained(driver, session, ended) : ended
        if (signal.aborted) return { kind: 'left' }
      } catch (error) {
        if (ended) return ended
        if (signal.aborted) return { kind: 'left' }
        if (!(error instanceof Problem)) throw error
        if (error.code === 'not_implemented' || error.code === 'invalid') return { kind: 'over', state: 'error', why: error.message }
        const lost = await lostBy(error, session)
        if (lost) return lost
      }
      await pause(Math.min(100 * 2 ** Math.min(failures, 5), 1_000), signal)
    }
  }

  /** A command's events from where it was followed to; sent first when nothing of it is known. The driver knows it by its id: sent twice it runs once. */
  async function* eventsOf(driver: DriverClient, id: string, part: Part, run: RunRow, session: InContext, from: number, signal: AbortSignal) {
    const parameters = { notebookPath: part.notebook_path, widgets: { ...widgetValues(session.widgets), ...part.widgets } }
    const late = setTimeout(() => {
      interruptLate(driver, id, run, session).catch((error: unknown) => deps.log.warn({ err: error }, 'a cancelled command was not interrupted'))
    }, lateMs)
    try {
      if (from > 0) yield* driver.follow(session.context_id, id, from, signal)
      else yield* driver.executeAndFollow({ contextId: session.context_id, id, language: part.language, command: part.code, parameters }, signal)
    } finally {
      clearTimeout(late)
    }
  }
  /** Who cancelled while the command was on its way, or while the line was lost, found nothing to interrupt. */
  async function interruptLate(driver: DriverClient, id: string, run: RunRow, session: InContext): Promise<void> {
    if ((await store.run(run.run_id))?.state === 'cancelling') await driver.cancel(session.context_id, id)
  }

  /** A command that failed beside its code: perhaps its kernel has ended. */
  async function explained(driver: DriverClient, session: InContext, ended: Ended & { kind: 'over' }): Promise<Ended> {
    const context = await driver.context(session.context_id).catch(() => null)
    return context?.status === 'Error' ? { kind: 'lost', why: context.why ?? ended.why ?? '', destroy: true } : ended
  }

  /** What is lost when the driver does not answer as it should; null: it will be back. */
  async function lostBy(problem: Problem, session: InContext): Promise<Ended | null> {
    const view = await clusters.look(session.cluster_id)
    if (!view || view.is === 'gone') return { kind: 'lost', why: whyGone(view, session.cluster_id), destroy: false }
    if (view.incarnation !== session.incarnation) return { kind: 'lost', why: whyLost(view), destroy: false }
    if (problem.code === 'not_found') return { kind: 'lost', why: 'The context of this notebook has ended on the cluster: variables are gone.', destroy: false }
    return null
  }

  /** The rest of a run that has begun, in its context. */
  async function work(given: RunRow, context: InContext, fresh: boolean, signal: AbortSignal): Promise<void> {
    const broken = new AbortController()
    const writer = await writerOf(given, context, (error) => broken.abort(error))
    const both = AbortSignal.any([signal, broken.signal])
    progress.set(given.run_id, { session_id: given.session_id, cell_id: given.cell_id, writer })
    try {
      let [run, session] = [given, context]
      let ended: Ended = { kind: 'over', state: 'finished' }
      while (run.part < (run.parts?.length ?? 0)) {
        const part = run.parts?.[run.part]
        if (part) ended = run.state === 'cancelling' && run.part > 0 ? { kind: 'over', state: 'cancelled' } : await command(run, part, session, writer, both)
        if (ended.kind === 'lost' && fresh && run.part === 0 && writer.followed === 0) {
          const again = await elsewhere(run, session, ended, both)
          if (again) {
            session = again
            continue
          }
        }
        if (ended.kind !== 'over' || ended.state !== 'finished' || ended.exit !== undefined || run.part + 1 === run.parts?.length) break
        run = await nextPart(run, writer)
      }
      if (broken.signal.aborted) throw broken.signal.reason
      await conclude(run, session, ended, writer)
    } finally {
      progress.delete(given.run_id)
    }
  }

  /** What a command before showed is stored with it, because the next one's events count from 0 again. */
  async function nextPart(run: RunRow, writer: OutputWriter): Promise<RunRow> {
    let next: RunRow | undefined
    await writer.flush(async (tx) => {
      next = await store.changeRun(run.run_id, { part: run.part + 1, followed: 0 }, undefined, tx)
    })
    writer.nextPart()
    if (!next) throw new Problem('conflict', 'The run was ended from elsewhere.')
    return next
  }

  async function perform(run: RunRow, session: SessionRow, signal: AbortSignal): Promise<void> {
    if (run.state === 'queued') {
      const begun = await begin(run, session, signal)
      if (begun && !signal.aborted) await work(begun.run, begun.session, true, signal)
    } else if (inContext(session) && session.context_id === run.context_id) await work(run, session, false, signal)
    else await finish(session, run, 'cancelled', session.context_message ?? 'The context of this run has ended.')
  }

  /** The context was gone before the run began: it may as well begin in a new one. */
  async function elsewhere(run: RunRow, session: InContext, ended: Ended & { kind: 'lost' }, signal: AbortSignal): Promise<InContext | null> {
    await contexts.lost(session, ended.why, ended.destroy)
    const view = await clusters.look(session.cluster_id)
    if (view?.is !== 'usable' || signal.aborted) return null
    const context = await contexts.ensure(session.session_id, view)
    const moved = await store.changeRun(run.run_id, { context_id: context.context_id, message: 'The context had ended; this cell ran in a new one without the variables of before.' })
    if (moved) deps.tell(session, { type: 'run', run: shownRun(moved) })
    return moved ? context : null
  }

  async function conclude(run: RunRow, session: InContext, ended: Ended, writer: OutputWriter): Promise<void> {
    if (ended.kind === 'left') return writer.flush()
    if (ended.kind === 'lost') {
      writer.fail('ContextLost', ended.why)
      await contexts.lost(session, ended.why, ended.destroy)
      return finish(session, run, 'error', ended.why, writer)
    }
    if (ended.why !== undefined && !writer.hadError) writer.fail('CommandFailed', ended.why)
    if (ended.exit === undefined) return finish(session, run, ended.state, ended.why ?? null, writer)
    if (session.called) await deps.calls.exited(session, ended.exit)
    await finish(session, run, ended.state, `The notebook exited: ${ended.exit}`.slice(0, 10_000), writer)
    await skipRest(session, run, 'The notebook exited before this cell.')
  }

  return {
    perform,
    /** Asks the driver to interrupt a run that is at work there. */
    async interrupt(run: RunRow, session: SessionRow): Promise<void> {
      if (!inContext(session) || run.context_id !== session.context_id) return
      await deps.driver(session.cluster_id).cancel(session.context_id, commandIdOf(run)).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error // not there yet or not there any more: the runner sees to it
      })
    },
    /** Spark jobs of what runs in a session now. */
    progressOf: (sessionId: string) =>
      [...progress].flatMap(([run_id, one]) => (one.session_id === sessionId && one.writer.jobs.length > 0 ? [{ run_id, cell_id: one.cell_id, jobs: one.writer.jobs }] : [])),
    /** Stores what was told of a session's runs. */
    settle: async (sessionId: string): Promise<void> => {
      for (const one of progress.values()) if (one.session_id === sessionId) await one.writer.flush()
    },
  }
}

/** A command's name on the driver: the run's, and which of its parts. */
export const commandIdOf = (run: Pick<RunRow, 'run_id' | 'part'>): string => (run.part === 0 ? run.run_id : `${run.run_id}-${run.part}`)
const inContext = (session: SessionRow): session is InContext => session.context_id !== null && session.cluster_id !== null
