import { createHash } from 'node:crypto'
import { asProblem, Problem } from '#base/problem.ts'
import type { KernelRequest } from '#engine/wire.ts'
import type { Answer, Called, RunRow, SessionRow } from '../tables.ts'
import { isBlank, readCellSource } from './cell-source.ts'
import type { InContext } from './contexts.ts'
import type { SessionDeps } from './deps.ts'
import { notebookAt, pathFrom } from './expand.ts'
import { isActive } from './store.ts'
import { widgetsOf } from './widgets.ts'

/** `dbutils.notebook.run`: another notebook runs in a session of its own, and the command that asked waits for its exit value. */
export type NotebookCalls = ReturnType<typeof notebookCalls>
export type Call = { run: RunRow; session: InContext; commandId: string; requestId: string; request: KernelRequest; path: string }

const deepest = 32
const longestValue = 5_000_000

export function notebookCalls(deps: Omit<SessionDeps, 'tell' | 'tellAttachment'> & { wake: (sessionId: string) => void }) {
  const { store, clock } = deps

  async function reply(session: SessionRow, answer: Answer): Promise<void> {
    const { called } = session
    if (!called) return
    const told = answer.ok ? { ok: true as const, value: answer.value } : { ok: false as const, message: answer.message }
    await deps.driver(called.cluster_id).reply(called.context_id, called.command_id, called.request_id, told).catch(async (error: unknown) => {
      if (error instanceof Problem && (error.code === 'not_found' || (await isGone(called)))) return // nobody waits any more
      throw error
    })
  }

  async function start(call: Call, sessionId: string): Promise<void> {
    const { run, session, request } = call
    const depth = (session.called?.depth ?? 0) + 1
    if (depth > deepest) throw new Problem('invalid', `dbutils.notebook.run is nested too deeply: at most ${deepest} notebooks may run each other.`)
    const caller = await deps.member(run.user_id)
    if (!caller) throw new Problem('forbidden', `${run.user_name} is no member of this workspace any more.`)
    const other = await notebookAt(deps, caller, pathFrom(call.path, request.path))
    const document = await deps.hub.read(other.object_id)
    const deadline = request.timeoutSeconds > 0 ? clock().getTime() + request.timeoutSeconds * 1000 : null
    const called = { run_id: run.run_id, cluster_id: session.cluster_id, context_id: session.context_id, command_id: call.commandId, request_id: call.requestId, deadline, depth }
    const cells = document.cells.filter(({ source }) => !isBlank(source) && readCellSource(source, document.language).kind !== 'markdown')
    await store.db.transaction().execute(async (tx) => {
      const own = await store.own(other.object_id, tx)
      await store.add({ session_id: sessionId, object_id: own.object_id, cluster_id: session.cluster_id, called, widgets: widgetsOf(request.arguments) }, tx)
      if (cells.length === 0) return
      const rows = cells.map(({ id, source }, at) => ({
        run_id: createHash('sha256').update(`${sessionId}/${at}`).digest('hex').slice(0, 32),
        session_id: sessionId,
        batch_id: sessionId,
        cell_id: id,
        language: readLanguage(source, document.language),
        source,
        user_id: run.user_id,
        user_name: run.user_name,
        queued_at: clock(),
      }))
      await store.addRuns(rows, tx)
    })
  }

  return {
    /** Begins what a command asked for. Repeatable: the same request is one session. */
    async begin(call: Call): Promise<void> {
      const sessionId = createHash('sha256').update(`${call.run.run_id}/${call.commandId}/${call.requestId}`).digest('hex').slice(0, 32)
      const there = await store.find(sessionId)
      if (there?.answer) return reply(there, there.answer)
      try {
        if (!there) await start(call, sessionId)
        deps.wake(sessionId)
      } catch (error) {
        const { message } = asProblem(error)
        await deps.driver(call.session.cluster_id).reply(call.session.context_id, call.commandId, call.requestId, { ok: false, message })
      }
    },
    /** Its notebook called dbutils.notebook.exit. */
    async exited(session: SessionRow, value: string): Promise<void> {
      await store.change(session.session_id, { answer: { ok: true, value: value.slice(0, longestValue) } })
    },
    /** Nothing is left to run in it: the caller gets its answer, and its context goes. */
    async settle(session: SessionRow): Promise<void> {
      const answer = session.answer ?? (await outcome(session))
      await reply(session, answer)
      await store.db.transaction().execute(async (tx) => {
        if (session.cluster_id !== null && session.context_id !== null) await deps.endContext(tx, session.cluster_id, session.context_id)
        await store.change(session.session_id, { answer: { ...answer, sent: true }, context_id: null, context_state: 'none' }, tx)
      })
      if (session.called && !isActive((await store.run(session.called.run_id))?.state ?? 'finished')) await store.forgetCalls(session.called.run_id)
    },
    /** A run is over: so are the sessions that it began. */
    forget: store.forgetCalls,
  }

  /** The context of the command that waits went with its cluster. */
  async function isGone(called: Called): Promise<boolean> {
    const view = await deps.clusters.look(called.cluster_id)
    if (!view || view.is === 'gone') return true
    const run = await store.run(called.run_id)
    return !run || !isActive(run.state) || run.context_id !== called.context_id
  }

  async function outcome(session: SessionRow): Promise<Answer> {
    const runs = await store.batch(session.session_id, session.session_id)
    const bad = runs.find(({ state }) => state === 'error') ?? runs.find(({ state }) => state === 'cancelled')
    if (!bad) return { ok: true, value: '' }
    const errors = (await store.outputs(session.session_id, bad.cell_id)).flatMap((output) => (output.kind === 'error' ? [`${output.name}: ${output.value}`] : []))
    const path = (await deps.objects.pathOf(session.object_id)) ?? 'The notebook'
    const why = errors[0] ?? bad.message ?? 'it was cancelled'
    return { ok: false, message: bad.state === 'error' ? `${path} failed: ${why}` : `${path} did not finish: ${why}` }
  }
}

const readLanguage = (source: string, language: Parameters<typeof readCellSource>[1]): string => {
  const cell = readCellSource(source, language)
  return cell.kind === 'code' ? cell.language : 'run'
}
