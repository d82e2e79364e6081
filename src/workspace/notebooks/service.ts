import { randomUUID } from 'node:crypto'
import { Problem } from '#base/problem.ts'
import type { Language } from '#engine/wire.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { attachmentOf } from './attachment.ts'
import type { NotebookDocument } from './document.ts'
import { storableText } from './jsonb.ts'
import { isBlank, readCellSource } from './sessions/cell-source.ts'
import type { NotebookObject, SessionDeps } from './sessions/deps.ts'
import { hasContext, type sessionContexts } from './sessions/contexts.ts'
import type { Pump } from './sessions/pump.ts'
import type { Runner } from './sessions/runner.ts'
import { isActive, sessionOf, shownResult, shownRun, type NewRun } from './sessions/store.ts'
import type { RunRow, SessionRow } from './tables.ts'
import type { Attachment, CellChoice, CellResult, Completions, Inspection, Level, RunStarted } from './wire.ts'

export type NotebookServiceDeps = Omit<SessionDeps, 'tell' | 'tellAttachment'> & {
  tell: SessionDeps['tell']
  tellAttachment: SessionDeps['tellAttachment']
  runner: Runner
  pump: Pump
  contexts: ReturnType<typeof sessionContexts>
  /** The durable loop looks after this session, should we end. */
  request: (within: SessionDeps['store']['db'], sessionId: string) => Promise<void>
}
export type NotebookService = ReturnType<typeof notebookService>
export type RunWish = { cells: CellChoice; sources?: Record<string, string> | undefined }
const mostWaiting = 2_000

/** Verbs on a notebook: attach, run, cancel, ask the interpreter. Each says what it needs and refuses who has less. */
export const notebookService = (deps: NotebookServiceDeps) => {
  const { store, hub, objects, clusters, pump, runner, contexts, clock, tell } = deps

  async function open(caller: WorkspaceCaller, objectId: number, needed: Level, verb: string): Promise<NotebookObject> {
    const found = await objects.must(caller, objectId, needed, verb)
    if (found.type !== 'NOTEBOOK') throw new Problem('invalid', `${found.path} is not a notebook.`, { extra: { field: 'object_id' } })
    return found
  }
  const session = async (caller: WorkspaceCaller, objectId: number, verb: string, needed: Level = 'CAN_RUN') => {
    await open(caller, objectId, needed, verb)
    return store.own(objectId)
  }
  async function attachment(now: SessionRow): Promise<Attachment> {
    const view = now.cluster_id === null ? null : await clusters.look(now.cluster_id)
    const busy = (await store.activeRuns(now.session_id)).some(({ state }) => state !== 'queued')
    return attachmentOf(now, view, busy)
  }
  /** Ends what runs, and the context with its variables. */
  async function leave(now: SessionRow, why: string, change: { cluster_id?: string | null }): Promise<SessionRow> {
    await pump.abandon(now, why)
    const left = await store.db.transaction().execute(async (tx) => {
      if (now.cluster_id !== null && now.context_id !== null) await deps.endContext(tx, now.cluster_id, now.context_id)
      return store.change(now.session_id, { ...change, context_id: null, context_state: 'none', context_message: null, context_since: null }, tx)
    })
    if (!left) throw new Problem('not_found', 'The notebook was deleted.')
    return left
  }
  /** Whoever attaches will want it in a moment. */
  async function warm(now: SessionRow): Promise<void> {
    const view = now.cluster_id === null ? null : await clusters.look(now.cluster_id)
    if (view?.is !== 'usable') return
    void contexts.ensure(now.session_id, view).catch((error: unknown) => deps.log.info({ err: error }, 'a context did not start at once'))
  }

  async function context(caller: WorkspaceCaller, objectId: number) {
    const now = await session(caller, objectId, 'complete code in')
    if (now.cluster_id !== null) await clusters.mayAttach(caller, now.cluster_id) // an interpreter tells what is in its variables
    const view = now.cluster_id === null ? null : await clusters.look(now.cluster_id)
    return view?.is === 'usable' && hasContext(now, view) && now.context_id !== null ? { driver: deps.driver(view.cluster_id), id: now.context_id } : null
  }

  return {
    open,
    attachment,
    warm,
    own: (objectId: number) => store.own(objectId),

    async run(caller: WorkspaceCaller, objectId: number, wish: RunWish): Promise<RunStarted> {
      // A click waits for this: what can be asked at once is asked at once.
      const [, seen] = await Promise.all([open(caller, objectId, 'CAN_RUN', 'run'), store.find(sessionOf(objectId))])
      const now = seen ?? (await store.own(objectId))
      if (now.cluster_id === null) throw new Problem('wrong_state', 'The notebook is not attached to a cluster. Attach it to one, then run.')
      const [document, waiting] = await Promise.all([hub.read(objectId), store.activeRuns(now.session_id), clusters.mayAttach(caller, now.cluster_id)])
      const batchId = randomUUID().replaceAll('-', '')
      const rows = chosen(document, wish).map((cell): NewRun => {
        const language = languageOf(cell.source, document)
        return { run_id: randomUUID().replaceAll('-', ''), session_id: now.session_id, batch_id: batchId, cell_id: storableText(cell.id), language, source: storableText(cell.source), user_id: caller.id, user_name: caller.userName, queued_at: clock() }
      })
      if (rows.length === 0) return { batch_id: batchId, runs: [] }
      if (waiting.length + rows.length > mostWaiting) throw new Problem('too_many', `At most ${mostWaiting} cells of a notebook may wait.`)
      const runs = await store.addRuns(rows, store.db)
      for (const row of runs) tell(now, { type: 'run', run: shownRun(row) })
      void pump.wake(now.session_id)
      // A start takes up what waits or runs; the loop looks after what takes long, whatever else may go wrong with it.
      setTimeout(() => {
        if (pump.busy(now.session_id)) deps.request(store.db, now.session_id).catch((error: unknown) => deps.log.warn({ err: error }, 'the loop was not asked to look after a run'))
      }, 2_000).unref()
      return { batch_id: batchId, runs: runs.map(shownRun) }
    },
    /** The runs of one click, when all are over or the time is. */
    async batch(caller: WorkspaceCaller, objectId: number, batchId: string, waitMs: number, signal: AbortSignal): Promise<RunStarted> {
      const now = await session(caller, objectId, 'see the runs of', 'CAN_READ')
      const until = Date.now() + waitMs
      for (;;) {
        const rows = await store.batch(now.session_id, batchId)
        if (rows.length === 0 && waitMs === 0) throw new Problem('not_found', `Run ${batchId} does not exist.`)
        if (signal.aborted || Date.now() >= until || !rows.some((row) => isActive(row.state))) return { batch_id: batchId, runs: rows.map(shownRun) }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async cancel(caller: WorkspaceCaller, objectId: number, which: { run_id?: string | undefined; batch_id?: string | undefined }): Promise<void> {
      await pump.cancelAll(await session(caller, objectId, 'cancel runs of'), `Cancelled by ${caller.userName}.`, which)
    },
    async clear(caller: WorkspaceCaller, objectId: number, cellIds: readonly string[] | undefined): Promise<void> {
      const now = await session(caller, objectId, 'clear results of')
      const running = (await store.activeRuns(now.session_id)).filter(({ state }) => state !== 'queued').map(({ cell_id }) => cell_id)
      await store.clearResults(now.session_id, cellIds, running)
      const kept = new Set(running)
      const cleared = cellIds ?? (running.length > 0 ? (await hub.read(objectId)).cells.map(({ id }) => id) : undefined)
      tell(now, { type: 'cleared', ...(cleared ? { cell_ids: cleared.filter((id) => !kept.has(id)) } : {}) })
    },

    async attach(caller: WorkspaceCaller, objectId: number, clusterId: string): Promise<Attachment> {
      const now = await session(caller, objectId, 'attach')
      await clusters.mayAttach(caller, clusterId)
      const attached = now.cluster_id === clusterId ? now : await leave(now, 'The notebook was attached to another cluster.', { cluster_id: clusterId })
      await deps.tellAttachment(attached)
      await warm(attached)
      return attachment(attached)
    },
    async detach(caller: WorkspaceCaller, objectId: number): Promise<Attachment> {
      const now = await session(caller, objectId, 'detach')
      const detached = await leave(now, 'The notebook was detached.', { cluster_id: null })
      await deps.tellAttachment(detached)
      return attachment(detached)
    },
    async restart(caller: WorkspaceCaller, objectId: number): Promise<Attachment> {
      const now = await session(caller, objectId, 'restart')
      if (now.cluster_id === null) throw new Problem('wrong_state', 'The notebook is not attached to a cluster.')
      const fresh = await leave(now, `${caller.userName} restarted the notebook's context.`, {})
      await deps.tellAttachment(fresh)
      await warm(fresh)
      return attachment(fresh)
    },

    async setWidget(caller: WorkspaceCaller, objectId: number, name: string, value: string): Promise<void> {
      const now = await session(caller, objectId, 'set widgets of')
      const widget = now.widgets.find((one) => one.name === name)
      if (!widget) throw new Problem('not_found', `The notebook has no widget ${name}.`)
      const wanted = widget.kind === 'multiselect' ? value.split(',').filter((one) => one !== '') : [value]
      const unknown = widget.kind === 'text' || widget.kind === 'combobox' ? undefined : wanted.find((one) => !widget.choices.includes(one))
      if (unknown !== undefined) throw new Problem('invalid', `Invalid value for field value: ${unknown} is not one of the choices of ${name}: ${widget.choices.join(', ')}`, { extra: { field: 'value' } })
      const widgets = now.widgets.map((one) => (one.name === name ? { ...one, value } : one))
      await store.change(now.session_id, { widgets })
      tell(now, { type: 'widgets', widgets })
    },
    async removeWidget(caller: WorkspaceCaller, objectId: number, name: string): Promise<void> {
      const now = await session(caller, objectId, 'remove widgets of')
      const widgets = now.widgets.filter((one) => one.name !== name)
      await store.change(now.session_id, { widgets })
      tell(now, { type: 'widgets', widgets })
    },

    /** Without a context there is nobody to ask: no matches. */
    async complete(caller: WorkspaceCaller, objectId: number, wish: { code: string; cursor: number }): Promise<Completions> {
      const where = await context(caller, objectId)
      const nothing = { matches: [], start: wish.cursor, end: wish.cursor }
      return where ? where.driver.complete(where.id, { ...wish, ...(await asked(objectId, wish.code)) }) : nothing
    },
    async inspect(caller: WorkspaceCaller, objectId: number, wish: { code: string; cursor: number }): Promise<Inspection> {
      const where = await context(caller, objectId)
      if (!where) return { found: false, data: {} }
      const { found, data } = await where.driver.inspect(where.id, { ...wish, ...(await asked(objectId, wish.code)) })
      return { found, data: Object.fromEntries(Object.entries(data).map(([mime, value]) => [mime, String(value)])) }
    },

    async result(caller: WorkspaceCaller, objectId: number, cellId: string): Promise<CellResult> {
      const now = await session(caller, objectId, 'see results of', 'CAN_READ')
      const row = await store.result(now.session_id, cellId)
      if (!row) throw new Problem('not_found', `Cell ${cellId} has no result.`)
      return shownResult(row, await store.outputs(now.session_id, cellId))
    },
    /** All that a cell printed, as far as the driver still has it; else what is stored. */
    async whole(caller: WorkspaceCaller, objectId: number, cellId: string): Promise<string> {
      const now = await session(caller, objectId, 'see results of', 'CAN_READ')
      const row = await store.result(now.session_id, cellId)
      if (!row) throw new Problem('not_found', `Cell ${cellId} has no result.`)
      const run = await store.run(row.run_id)
      const live = run && (await outputsOnDriver(now, run).catch(() => null))
      return textOf(live ?? (await store.outputs(now.session_id, cellId)))
    },
    async state(caller: WorkspaceCaller, objectId: number) {
      const found = await open(caller, objectId, 'CAN_READ', 'open')
      const now = await store.own(objectId)
      const [document, runs, results, [last]] = await Promise.all([hub.read(objectId), store.shownRuns(now.session_id), store.results(now.session_id), hub.store.revisions(objectId, 2 ** 31 - 1, 1)])
      return {
        object_id: objectId,
        path: found.path,
        level: levelOf(found),
        ...document,
        attachment: await attachment(now),
        runs: runs.map(shownRun),
        results: results.map(({ cell_id, run_id, seq, truncated }) => ({ cell_id, run_id, seq, ...(truncated ? { truncated } : {}) })),
        progress: runner.progressOf(now.session_id),
        widgets: now.widgets,
        last_revision: last ?? null,
      }
    },
  }

  /** The language of a cell, and its code with the magic blanked: places in it stay where they are. */
  async function asked(objectId: number, code: string) {
    const cell = readCellSource(code, await hub.language(objectId))
    const language: Language = cell.kind === 'code' && (cell.language === 'sql' || cell.language === 'scala' || cell.language === 'r') ? cell.language : 'python'
    const plain = cell.kind === 'code' && cell.language !== 'sh' && cell.language !== 'fs' ? code.replace(/^\s*%(?:python|sql|scala|r)\b/i, (magic) => magic.replaceAll(/\S/g, ' ')) : code
    return { code: plain, language }
  }

  async function outputsOnDriver(now: SessionRow, run: RunRow) {
    if (now.cluster_id === null || run.context_id === null) return null
    const parts = Array.from({ length: run.part + 1 }, (_none, at) => (at === 0 ? run.run_id : `${run.run_id}-${at}`))
    const context = run.context_id
    const driver = deps.driver(now.cluster_id)
    return (await Promise.all(parts.map((id) => driver.command(context, id)))).flatMap(({ outputs }) => outputs)
  }
}

const levels: readonly Level[] = ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE']
export const levelOf = (found: NotebookObject): Level => levels.find((level) => level === found.level) ?? 'CAN_READ'

function languageOf(source: string, document: NotebookDocument): string {
  const cell = readCellSource(source, document.language)
  return cell.kind === 'code' ? cell.language : 'run'
}

/** The cells that a person means and that have something to run, in the order of the document. */
function chosen(document: NotebookDocument, { cells: choice, sources = {} }: RunWish) {
  const cells = document.cells.map((cell) => ({ id: cell.id, source: sources[cell.id] ?? cell.source }))
  const at = (id: string): number => {
    const place = cells.findIndex((cell) => cell.id === id)
    if (place < 0) throw new Problem('not_found', `The notebook has no cell ${id}.`)
    return place
  }
  const fresh = Object.entries(sources).flatMap(([id, source]) => (cells.some((cell) => cell.id === id) ? [] : [{ id, source }]))
  const all = [...cells, ...fresh]
  const some = () => {
    if ('above' in choice) return cells.slice(0, at(choice.above))
    if ('below' in choice) return cells.slice(at(choice.below))
    if (!('cell_ids' in choice)) return cells
    const wanted = new Set(choice.cell_ids)
    for (const id of wanted) if (!all.some((cell) => cell.id === id)) at(id)
    return all.filter((cell) => wanted.has(cell.id))
  }
  return some().filter(({ source }) => !isBlank(source) && readCellSource(source, document.language).kind !== 'markdown')
}

type Shown = { kind: 'stream'; text: string } | { kind: 'display'; data: Record<string, unknown> } | { kind: 'error'; traceback: string[] }
function textOf(outputs: readonly Shown[]): string {
  return outputs
    .map((output) => {
      if (output.kind === 'stream') return output.text
      if (output.kind === 'error') return `${output.traceback.join('\n')}\n`
      const text: unknown = output.data['text/plain'] ?? output.data['text/html'] ?? output.data
      return `${typeof text === 'string' ? text : Array.isArray(text) ? text.join('') : JSON.stringify(text)}\n`
    })
    .join('')
}
