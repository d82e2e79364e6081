import type { Kysely, Transaction } from 'kysely'
import type { CommandEvent } from '#engine/wire.ts'
import type { RunRow, Tables } from '../tables.ts'
import { widgetMime, type Output, type ServerMessage, type SparkJob, type Truncated } from '../wire.ts'
import type { OutputChange, SessionStore } from './store.ts'

export const mostText = 1_000_000
const mostShown = 24_000_000
const flushMs = 150

export type WriterDeps = {
  store: SessionStore
  run: RunRow
  tell: (message: ServerMessage) => void
  /** A widget was made, changed or removed by the code. */
  widget: (change: unknown) => Promise<void>
  /** Path of the download of a cell's whole output. */
  download: string
  /** Path of a job's page in the Spark UI. */
  jobPage: (id: number) => string
  failed: (error: unknown) => void
}
/** Where the result was when the run was stored last. */
export type Start = { seq: number; textBytes: number; shownBytes: number; truncated: boolean }
export type OutputWriter = ReturnType<typeof outputWriter>

/** An error is shown whatever was shown before, but not at any length. */
const bounded = (output: Output & { kind: 'error' }): Output => ({
  ...output,
  name: output.name.slice(0, 1_000),
  value: output.value.slice(0, 100_000),
  traceback: output.traceback.slice(-500).map((line) => line.slice(0, 20_000)),
})
const emptyChange = (seq: number): OutputChange => ({ rows: [], replaced: [], cleared: false, seq })

/**
 * Passes on what a run shows as it comes, and stores it a little later together with how far the driver was followed: after a
 * crash the driver tells the rest again. A cell keeps so much and no more; what comes after is still with the driver.
 */
export function outputWriter({ store, run, tell, widget, download, jobPage, failed }: WriterDeps, start: Start) {
  let { seq, textBytes, shownBytes, truncated } = start
  let followed = run.followed
  let change = emptyChange(seq)
  let dirty = false
  let clearAtNext = false
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> = Promise.resolve()
  let hadError = false
  let latest: SparkJob[] = []
  const ids = { cell_id: run.cell_id, run_id: run.run_id }

  function next(): number {
    dirty = true
    timer ??= setTimeout(() => void flush().catch(failed), flushMs)
    seq += 1
    change.seq = seq
    return seq
  }
  function clear(): void {
    clearAtNext = false
    change = { ...emptyChange(seq), cleared: true }
    textBytes = 0
    shownBytes = 0
    truncated = false
  }
  function show(output: Output): void {
    if (clearAtNext) clear()
    tell({ type: 'output', ...ids, seq: next(), output })
    const last = change.rows.at(-1)
    if (output.kind === 'stream' && last?.output.kind === 'stream' && last.output.name === output.name)
      change.rows[change.rows.length - 1] = { seq, output: { ...last.output, text: last.output.text + output.text } }
    else change.rows.push({ seq, output })
  }
  function cut(): void {
    if (truncated) return
    truncated = true
    const message = `This cell showed more than is kept here. What came after is not shown; the whole output can be downloaded while the cluster has it.`
    const notice: Truncated = { message, kept_bytes: textBytes + shownBytes, download }
    change.truncated = notice
    tell({ type: 'truncated', ...ids, seq: next(), truncated: notice })
  }
  function stream(output: Output & { kind: 'stream' }): void {
    const bytes = Buffer.byteLength(output.text)
    const room = mostText - textBytes
    if (bytes <= room && !truncated) {
      textBytes += bytes
      return show(output)
    }
    if (truncated) return
    textBytes = mostText
    const head = Buffer.from(output.text).subarray(0, Math.max(0, room)).toString('utf8').replace(/\ufffd$/, '')
    if (head !== '') show({ ...output, text: head })
    cut()
  }
  function display(output: Output & { kind: 'display' }): void {
    const bytes = JSON.stringify(output).length
    if (truncated || shownBytes + bytes > mostShown) return cut()
    shownBytes += bytes
    show(output)
  }
  function replace(output: Output & { kind: 'display' }, display_id: string): void {
    if (clearAtNext) clear()
    tell({ type: 'output', ...ids, seq: next(), output: { ...output, update: true } })
    for (const row of change.rows) if (row.output.kind === 'display' && row.output.display_id === display_id) row.output = output
    change.replaced = [...change.replaced.filter((one) => one.display_id !== display_id), { display_id, output }]
  }

  async function take(event: CommandEvent): Promise<void> {
    if (event.kind === 'output') {
      const { output } = event
      if (output.kind === 'display' && widgetMime in output.data) await widget(output.data[widgetMime])
      else if (output.kind === 'stream') stream(output)
      else if (output.kind === 'display') display(event.displayId === undefined ? output : { ...output, display_id: event.displayId })
      else {
        hadError = true
        show(bounded(output))
      }
    } else if (event.kind === 'update') replace({ kind: 'display', data: event.data, metadata: event.metadata, display_id: event.displayId }, event.displayId)
    else if (event.kind === 'clear') {
      clearAtNext = event.wait
      tell({ type: 'clearOutput', ...ids, seq: next(), wait: event.wait })
      if (!event.wait) clear()
    } else if (event.kind === 'progress') {
      latest = event.progress.jobs.map((job) => ({ ...job, url: jobPage(job.id), stages: job.stages.map(({ id, name, total, done, failed: lost, active }) => ({ id, name, tasks: total, done, failed: lost, active })) }))
      tell({ type: 'progress', ...ids, jobs: latest })
    } else if (event.kind === 'truncated') cut()
    followed = event.seq + 1
  }

  /** Stores what was not stored yet, in the transaction of what else is to be stored with it. */
  async function save(within: Kysely<Tables> | Transaction<Tables>): Promise<void> {
    const [mine, upTo, was] = [change, followed, dirty]
    change = emptyChange(seq)
    dirty = false
    if (was) await store.addOutputs(run, mine, within)
    await store.changeRun(run.run_id, { followed: upTo }, undefined, within)
  }
  /** One after another. When one fails the run cannot be followed on: it is begun again from what is stored. */
  function flush(also?: (tx: Transaction<Tables>) => Promise<void>): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const result = flushing.then(() =>
      store.db.transaction().execute(async (tx) => {
        await save(tx)
        await also?.(tx)
      }),
    )
    flushing = result.catch(() => {})
    return result
  }

  return {
    take,
    flush,
    /** An error that is not the code's own output. */
    fail: (name: string, value: string): void => {
      hadError = true
      show({ kind: 'error', name, value, traceback: [`${name}: ${value}`] })
    },
    /** The next part of the run is another command, whose events count from 0. */
    nextPart: (): void => {
      followed = 0
    },
    get followed() {
      return followed
    },
    get hadError() {
      return hadError
    },
    get jobs() {
      return latest
    },
  }
}
