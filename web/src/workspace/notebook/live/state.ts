import type { Attachment, CellRun, Hello, Level, RevisionInfo, ServerMessage, SparkJob, Widget } from '#web/api/generated/notebook-wire.ts'
import { newResult, resultAfter, resultOf, type Result, type ResultEvent } from './results.ts'
import type { Topics } from './topics.ts'

/** What the server says about a notebook beside its text. Each field changes with the topic of its name. */
export type LiveState = {
  me: Hello['me'] | null
  /** Null until the first hello. */
  level: Level | null
  attachment: Attachment
  widgets: readonly Widget[]
  revision: RevisionInfo | null
  /** Topics `run:<cell>`, `result:<cell>`, `progress:<cell>`. */
  runs: Map<string, CellRun>
  results: Map<string, Result>
  progress: Map<string, { run_id: string; jobs: readonly SparkJob[] }>
  /** Runs that wait or go on, in their order; topic `active`. */
  active: readonly CellRun[]
  /** Topic `announcement`: for those who do not see the page. */
  announcement: string
}

export const newState = (): LiveState => ({
  me: null, level: null, attachment: { cluster_id: null, cluster_name: null, cluster_state: null, context: 'none' }, widgets: [], revision: null,
  runs: new Map(), results: new Map(), progress: new Map(), active: [], announcement: '',
})
export const goesOn = ({ state }: Pick<CellRun, 'state'>): boolean => state === 'queued' || state === 'running' || state === 'cancelling'
const ends = { finished: 'finished', error: 'failed', cancelled: 'was cancelled' } as const

/** Applies messages to the state. Output is put off to the next frame: a cell may print faster than a screen shows. */
export function stateKeeper(state: LiveState, topics: Topics, nameOf: (cellId: string) => string) {
  let queue: Array<{ cell_id: string; event: ResultEvent }> = []
  let [frame, timer]: [number, ReturnType<typeof setTimeout> | undefined] = [0, undefined]

  const flush = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    ;[frame, timer] = [0, undefined]
    const events = queue
    queue = []
    const changed = new Set<string>()
    for (const { cell_id, event } of events) {
      state.results.set(cell_id, resultAfter(state.results.get(cell_id), event))
      changed.add(cell_id)
    }
    for (const id of changed) topics.emit(`result:${id}`)
  }
  const put = (cell_id: string, event: ResultEvent) => {
    queue.push({ cell_id, event })
    frame ||= requestAnimationFrame(flush)
    timer ??= setTimeout(flush, 120) // a hidden page has no frames
  }
  const reviewActive = () => {
    state.active = [...state.runs.values()].filter(goesOn).sort((a, b) => a.queued_at - b.queued_at)
    topics.emit('active')
  }
  const takeRun = (run: CellRun) => {
    const before = state.runs.get(run.cell_id)
    if (before !== undefined && before.run_id !== run.run_id && before.queued_at > run.queued_at) return
    state.runs.set(run.cell_id, run)
    if (!goesOn(run)) flush()
    const begun = run.state !== 'queued' && !(run.state === 'cancelled' && run.started_at === undefined)
    if (begun && state.results.get(run.cell_id)?.run_id !== run.run_id) {
      flush()
      state.results.set(run.cell_id, newResult(run.run_id))
      topics.emit(`result:${run.cell_id}`)
    }
    if (!goesOn(run) && state.progress.has(run.cell_id)) {
      const last = state.progress.get(run.cell_id)
      state.progress.delete(run.cell_id)
      if (last !== undefined) topics.emit(`progress:${run.cell_id}`)
    }
    const end = run.state === 'finished' || run.state === 'error' || run.state === 'cancelled' ? ends[run.state] : undefined
    if (end !== undefined && before?.run_id === run.run_id && goesOn(before)) {
      state.announcement = `${nameOf(run.cell_id)} ${end}${run.message === undefined ? '' : `: ${run.message}`}`
      topics.emit('announcement')
    }
    topics.emit(`run:${run.cell_id}`)
  }
  const hello = (message: Hello) => {
    queue = []
    const old = { runs: [...state.runs.keys()], results: [...state.results.keys()], progress: [...state.progress.keys()] }
    Object.assign(state, { me: message.me, level: message.level, attachment: message.attachment, widgets: message.widgets, revision: message.last_revision })
    state.runs.clear()
    for (const run of message.runs) {
      const known = state.runs.get(run.cell_id)
      if (known === undefined || known.queued_at <= run.queued_at) state.runs.set(run.cell_id, run)
    }
    // Results that are the same stay drawn; the others follow as messages.
    const kept = new Map(message.results.map((one) => [one.cell_id, one]))
    for (const [id, result] of state.results) if (kept.get(id)?.run_id !== result.run_id) state.results.delete(id)
    state.progress.clear()
    for (const { cell_id, run_id, jobs } of message.progress) state.progress.set(cell_id, { run_id, jobs })
    for (const topic of ['me', 'level', 'attachment', 'widgets', 'revision']) topics.emit(topic)
    for (const id of new Set([...old.runs, ...state.runs.keys()])) topics.emit(`run:${id}`)
    for (const id of new Set([...old.results, ...state.results.keys()])) topics.emit(`result:${id}`)
    for (const id of new Set([...old.progress, ...state.progress.keys()])) topics.emit(`progress:${id}`)
    reviewActive()
  }

  return {
    flush,
    take(message: ServerMessage): void {
      switch (message.type) {
        case 'hello': return hello(message)
        case 'result':
          flush()
          state.results.set(message.result.cell_id, resultOf(message.result))
          return topics.emit(`result:${message.result.cell_id}`)
        case 'run':
          takeRun(message.run)
          return reviewActive()
        case 'output':
        case 'clearOutput':
        case 'truncated': return put(message.cell_id, message)
        case 'progress':
          state.progress.set(message.cell_id, { run_id: message.run_id, jobs: message.jobs })
          return topics.emit(`progress:${message.cell_id}`)
        case 'cleared': {
          flush()
          for (const id of message.cell_ids ?? [...state.results.keys()]) {
            const run = state.runs.get(id)
            if (run !== undefined && goesOn(run)) continue
            state.results.delete(id)
            state.runs.delete(id)
            topics.emit(`result:${id}`)
            topics.emit(`run:${id}`)
          }
          return
        }
        case 'attachment':
          state.attachment = message.attachment
          return topics.emit('attachment')
        case 'widgets':
          state.widgets = message.widgets
          return topics.emit('widgets')
        case 'revision':
          state.revision = message.revision
          return topics.emit('revision')
        case 'level':
          state.level = message.level
          return topics.emit('level')
        case 'ready':
        case 'reply':
        case 'saved':
        case 'error': return
      }
    },
  }
}
