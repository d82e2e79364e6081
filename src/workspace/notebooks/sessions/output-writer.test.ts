import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CommandEvent } from '#engine/wire.ts'
import { record, testRoom } from '../../testing/room.ts'
import type { RunRow } from '../tables.ts'
import type { ServerMessage } from '../wire.ts'
import { mostText, outputWriter, type OutputWriter } from './output-writer.ts'
import { sessionStore, type SessionStore } from './store.ts'

let room: Awaited<ReturnType<typeof testRoom>>
let store: SessionStore
let run: RunRow
let told: ServerMessage[] = []
let runs = 0
beforeAll(async () => {
  room = await testRoom()
  store = sessionStore(room.db, record.workspaceId)
})
afterAll(() => room.close())
beforeEach(async () => {
  told = []
  const session = await store.own(1)
  const [row] = await store.addRuns([{ run_id: `run${++runs}`, session_id: session.session_id, batch_id: 'b', cell_id: 'c', language: 'python', source: 'x', user_id: 1, user_name: 'ada', queued_at: room.clock() }], room.db)
  const begun = row && (await store.beginRun(row, { parts: [], context_id: 'k', at: room.clock() }))
  if (!begun) throw new Error('no run')
  run = begun
})

const writer = (): OutputWriter =>
  outputWriter({ store, run, tell: (message) => void told.push(message), widget: async () => {}, download: '/download', jobPage: (id) => `/sparkui/c1/jobs/job/?id=${id}`, failed: () => {} }, { seq: 0, textBytes: 0, shownBytes: 0, truncated: false })
let seq = 0
type Event = CommandEvent extends infer One ? (One extends CommandEvent ? Omit<One, 'seq' | 'at'> : never) : never
const event = (one: Event): CommandEvent => ({ ...one, seq: seq++, at: 0 })
const print = (text: string) => event({ kind: 'output', output: { kind: 'stream', name: 'stdout', text } })
const stored = () => store.outputs('1', 'c')

test('prints in a row are told one by one and stored as one', async () => {
  const writing = writer()
  for (const text of ['a', 'b', 'c']) await writing.take(print(text))
  await writing.flush()
  expect(told).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }])
  expect(await stored()).toEqual([{ kind: 'stream', name: 'stdout', text: 'abc' }])
  expect(await store.result('1', 'c')).toMatchObject({ seq: 3, run_id: run.run_id })
  expect((await store.run(run.run_id))?.followed).toBe(writing.followed)
})

test('a clear takes what was shown, at once or with the next output', async () => {
  const writing = writer()
  await writing.take(print('old'))
  await writing.flush()
  await writing.take(event({ kind: 'clear', wait: true }))
  await writing.flush()
  expect(await stored()).toMatchObject([{ text: 'old' }])
  await writing.take(print('new'))
  await writing.flush()
  expect(await stored()).toMatchObject([{ text: 'new' }])
  await writing.take(event({ kind: 'clear', wait: false }))
  await writing.flush()
  expect(await stored()).toEqual([])
  expect(told.map(({ type }) => type)).toEqual(['output', 'clearOutput', 'output', 'clearOutput'])
})

test('a display that is updated is stored as it is now, however often', async () => {
  const writing = writer()
  const data = (count: number) => ({ 'text/plain': `${count} %` })
  await writing.take(event({ kind: 'output', output: { kind: 'display', data: data(0), metadata: {} }, displayId: 'bar' }))
  await writing.take(event({ kind: 'update', displayId: 'bar', data: data(1), metadata: {} }))
  await writing.flush()
  await writing.take(event({ kind: 'update', displayId: 'bar', data: data(2), metadata: {} }))
  await writing.take(event({ kind: 'update', displayId: 'bar', data: data(3), metadata: {} }))
  await writing.flush()
  expect(await stored()).toEqual([{ kind: 'display', data: data(3), metadata: {}, display_id: 'bar' }])
  expect(told.at(-1)).toMatchObject({ seq: 4, output: { update: true, display_id: 'bar', data: data(3) } })
})

test('progress of Spark is told with the pages of its jobs, and not stored', async () => {
  const writing = writer()
  const stage = { id: 3, name: 'count', state: 'active', total: 8, done: 2, active: 1, failed: 0 } as const
  await writing.take(event({ kind: 'progress', progress: { tasks: { total: 8, done: 2, active: 1, failed: 0 }, jobs: [{ id: 7, state: 'running', name: 'count at cell', stages: [stage] }], jobCount: 1 } }))
  await writing.flush()
  expect(told).toEqual([{ type: 'progress', cell_id: 'c', run_id: run.run_id, jobs: [{ id: 7, state: 'running', name: 'count at cell', url: '/sparkui/c1/jobs/job/?id=7', stages: [{ id: 3, name: 'count', tasks: 8, done: 2, active: 1, failed: 0 }] }] }])
  expect(await stored()).toEqual([])
})

test('text is cut at its limit without half a character, and an error is shown all the same', async () => {
  const writing = writer()
  await writing.take(print('x'.repeat(mostText - 1)))
  await writing.take(print('éé'))
  await writing.take(print('more'))
  await writing.take(event({ kind: 'output', output: { kind: 'error', name: 'ValueError', value: 'bad', traceback: [] } }))
  await writing.flush()
  expect(told.map(({ type }) => type)).toEqual(['output', 'truncated', 'output'])
  expect((await stored()).map(({ kind }) => kind)).toEqual(['stream', 'error'])
  expect(await store.result('1', 'c')).toMatchObject({ truncated: { kept_bytes: mostText, download: '/download' } })
})

test('a run whose cell has run again since does not touch the newer result', async () => {
  const old = writer()
  await old.take(print('old'))
  const [again] = await store.addRuns([{ ...pick(run), run_id: `run${++runs}` }], room.db)
  if (again) await store.beginRun(again, { parts: [], context_id: 'k', at: room.clock() })
  await old.flush()
  expect(await stored()).toEqual([])
})
const pick = ({ session_id, batch_id, cell_id, language, source, user_id, user_name, queued_at }: RunRow) => ({ session_id, batch_id, cell_id, language, source, user_id, user_name, queued_at })
