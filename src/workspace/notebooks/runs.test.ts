import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WorkspaceCaller } from '../caller.ts'
import type { NotebookDocument } from './document.ts'
import { liveClient, type LiveClient } from './testing/live-client.ts'
import { notebookRoom } from './testing/notebook-room.ts'
import type { RunStarted } from './wire.ts'

/** Machines that build are busy: what takes a moment may take ten seconds there. */
const until = <T>(see: () => T) => expect.poll(see, { timeout: 10_000, interval: 10 })
let room: Awaited<ReturnType<typeof notebookRoom>>
let ada: WorkspaceCaller
let bob: WorkspaceCaller
const opened: LiveClient[] = []
const running = { cluster_id: 'c1', name: 'Flights', state: 'RUNNING', incarnation: 1, is: 'usable', reason: '' } as const
beforeAll(async () => {
  room = await notebookRoom()
  ada = await room.member('ada@flights.test')
  bob = await room.member('bob@flights.test')
})
beforeEach(() => void room.clusters.set('c1', running))
afterEach(async () => {
  room.driver.connect(true)
  room.driver.release()
  for (const client of opened.splice(0)) await client.leave()
})
afterAll(() => room.close())

let names = 0
const document = (...sources: string[]): NotebookDocument => ({ language: 'PYTHON', cells: sources.map((source, at) => ({ id: `c${at + 1}`, source })) })
async function notebook(...sources: string[]): Promise<number> {
  const id = await room.notebook(ada, `notebook ${++names}`, document(...sources))
  const { cluster_state } = await room.now.notebooks.attach(ada, id, 'c1')
  if (cluster_state === 'RUNNING') await until(async () => (await room.now.notebooks.state(ada, id)).attachment.context).toBe('ready')
  return id
}
async function open(objectId: number, who: WorkspaceCaller = ada): Promise<LiveClient> {
  const client = liveClient(room.now.port, objectId, who.userName)
  opened.push(client)
  await until(client.ready).toBe(true)
  return client
}
const states = (client: LiveClient, ...ids: string[]) => ids.map((id) => client.state(id))
const wait = async (id: number, started: RunStarted) => (await room.now.notebooks.batch(ada, id, started.batch_id, 5_000, new AbortController().signal)).runs
const runAll = async (id: number) => wait(id, await room.now.notebooks.run(ada, id, { cells: { all: true } }))

describe('cells', () => {
  test('run in order, everybody sees their output, and it is there when the notebook is opened again', async () => {
    const id = await notebook('print one', '%md\n# never runs', 'print two\nprint three', '')
    const [one, other] = [await open(id), await open(id)]
    expect(await one.ask({ type: 'run', cells: { all: true } })).toMatchObject({ runs: [{ cell_id: 'c1', state: 'queued' }, { cell_id: 'c3' }] })
    await until(() => states(other, 'c1', 'c3')).toEqual(['finished', 'finished'])
    expect([other.text('c1'), other.text('c3')]).toEqual(['one\n', 'two\nthree\n'])
    const later = await open(id)
    expect([later.text('c1'), later.text('c3'), ...states(later, 'c1', 'c3')]).toEqual(['one\n', 'two\nthree\n', 'finished', 'finished'])
    expect(later.hello?.runs).toMatchObject([{ execution_count: 1, user_name: ada.userName }, { execution_count: 2 }])
  })

  test('above, below and some of them', async () => {
    const id = await notebook('print 1', 'print 2', 'print 3')
    const cells = async (choice: Parameters<typeof room.now.notebooks.run>[2]['cells']) => (await room.now.notebooks.run(ada, id, { cells: choice })).runs.map(({ cell_id }) => cell_id)
    expect(await cells({ above: 'c2' })).toEqual(['c1'])
    expect(await cells({ below: 'c2' })).toEqual(['c2', 'c3'])
    expect(await cells({ cell_ids: ['c3', 'c1'] })).toEqual(['c1', 'c3'])
    await expect(cells({ cell_ids: ['c9'] })).rejects.toThrow('The notebook has no cell c9.')
  })

  test('what was typed just before the click is what runs', async () => {
    const id = await notebook('print ')
    const one = await open(id)
    one.type('c1', 'typed')
    await one.ask({ type: 'run', cells: { cell_ids: ['c1'] } })
    await until(() => one.text('c1')).toBe('typed\n')
  })

  test('after one that fails do not run, and say why', async () => {
    const runs = await runAll(await notebook('print 1', 'error bad', 'print 3'))
    expect(runs.map(({ state }) => state)).toEqual(['finished', 'error', 'cancelled'])
    expect(runs[2]?.message).toBe('A cell before this one did not finish.')
  })

  test('are cancelled: what runs is interrupted, what waits does not run', async () => {
    const id = await notebook('print 1\nhold', 'print 2')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.text('c1')).toBe('1\n')
    await one.ask({ type: 'cancel' })
    await until(() => states(one, 'c1', 'c2')).toEqual(['cancelled', 'cancelled'])
    expect([...one.runs.values()].at(-1)?.message).toBe(`Cancelled by ${ada.userName}.`)
  })

  test('need rights on the notebook and on the cluster, and an attached cluster', async () => {
    const id = await room.notebook(ada, `notebook ${++names}`, document('print 1'))
    const visitor = await room.member('visitor@flights.test')
    await room.give(id, bob, 'CAN_READ')
    await room.give(id, visitor, 'CAN_RUN')
    const run = (caller: WorkspaceCaller) => room.now.notebooks.run(caller, id, { cells: { all: true } })
    await expect(run(ada)).rejects.toThrow('not attached')
    await expect(run(bob)).rejects.toThrow('CAN_RUN is needed')
    await expect(room.now.notebooks.attach(visitor, id, 'c1')).rejects.toThrow('may not use cluster c1')
    await room.now.notebooks.attach(ada, id, 'c1')
    await expect(run(visitor)).rejects.toThrow('may not use cluster c1')
  })

  test('of SQL and Scala go to the same context, in the language of the notebook with their magic', async () => {
    const id = await notebook('%sql\nprint sql', '%scala\nprint scala')
    const before = room.driver.contexts.size
    expect((await runAll(id)).map(({ language }) => language)).toEqual(['sql', 'scala'])
    expect(room.driver.executed.slice(-2)).toEqual(['%sql\nprint sql', '%scala\nprint scala'])
    expect(room.driver.contexts.size).toBe(before)
  })
})

describe('results', () => {
  test('over 1 MB are cut in the page and in the store, and can be downloaded whole', async () => {
    const id = await notebook('flood 3000000\nprint end')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.state('c1')).toBe('finished')
    expect(one.text('c1').length).toBe(1_000_000)
    expect(one.all('truncated')).toMatchObject([{ truncated: { kept_bytes: 1_000_000, download: `/api/2.0/brickyard/notebooks/${id}/results/c1/download` } }])
    const later = await open(id)
    expect(later.result('c1')).toMatchObject({ truncated: true, outputs: [{ text: 'x'.repeat(1_000_000) }] })
    expect((await room.now.notebooks.whole(ada, id, 'c1')).length).toBe(3_000_004)
  })

  test('are cleared for everybody, those of running cells stay', async () => {
    const id = await notebook('print 1', 'print 2\nhold')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.text('c2')).toBe('2\n')
    await one.ask({ type: 'clear' })
    await until(() => [one.text('c1'), one.text('c2')]).toEqual(['', '2\n'])
    expect((await open(id)).hello?.results.map(({ cell_id }) => cell_id)).toEqual(['c2'])
  })

  test('of cells that are gone go when nobody has the notebook open any more', async () => {
    const id = await notebook('print 1', 'print 2')
    const one = await open(id)
    await runAll(id)
    await room.now.revisions.replace(ada, id, document('print 1'))
    await one.leave()
    await until(() => room.db.selectFrom('notebook_results').select('cell_id').where('session_id', '=', String(id)).execute()).toEqual([{ cell_id: 'c1' }])
  })

  test('hold whatever a program prints', async () => {
    const id = await notebook('print \u0000 \\u0000 \ud800 é')
    await runAll(id)
    expect((await open(id)).text('c1')).toBe('\u2400 \\u0000 \ufffd é\n')
  })

  test('that are shown media come back as they were', async () => {
    const id = await notebook('show {"text/html":"<b>hi</b>","text/plain":"hi"}')
    await runAll(id)
    expect((await room.now.notebooks.result(ada, id, 'c1')).outputs).toEqual([{ kind: 'display', data: { 'text/html': '<b>hi</b>', 'text/plain': 'hi' }, metadata: {} }])
  })
})

describe('a run outlives', () => {
  test('a closed page, and a page that opens in its middle shows the same', async () => {
    const id = await notebook('print before\nhold\nprint after')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.text('c1')).toBe('before\n')
    await one.leave()
    const again = await open(id)
    expect([again.text('c1'), again.state('c1')]).toEqual(['before\n', 'running'])
    room.driver.release()
    await until(() => [again.text('c1'), again.state('c1')]).toEqual(['before\nafter\n', 'finished'])
  })

  test('the death of the control plane: it is followed on, nothing runs twice, what waited runs', async () => {
    const id = await notebook('print before\nhold\nprint after', 'print next')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.text('c1')).toBe('before\n')
    const executed = room.driver.executed.length
    await room.crash()
    const again = await open(id)
    room.driver.release()
    await until(() => [again.text('c1'), ...states(again, 'c1', 'c2')]).toEqual(['before\nafter\n', 'finished', 'finished'])
    expect(room.driver.executed.length).toBe(executed + 1)
  })

  test('a lost line to the driver', async () => {
    const id = await notebook('print before\nhold\nprint after')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.text('c1')).toBe('before\n')
    room.driver.connect(false)
    room.driver.release()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(one.state('c1')).toBe('running')
    room.driver.connect(true)
    await until(() => [one.text('c1'), one.state('c1')]).toEqual(['before\nafter\n', 'finished'])
  })
})

test('a cancel while the line is lost is done when it is back', async () => {
  const id = await notebook('print before\nhold\nprint after')
  const one = await open(id)
  await one.ask({ type: 'run', cells: { all: true } })
  await until(() => one.text('c1')).toBe('before\n')
  room.driver.connect(false)
  await one.ask({ type: 'cancel' })
  expect(one.state('c1')).toBe('cancelling')
  room.driver.connect(true)
  await until(() => [one.text('c1'), one.state('c1')]).toEqual(['before\n', 'cancelled'])
})

describe('a cluster that', () => {
  test('ends takes the run along, with its reason, and the context is lost', async () => {
    const id = await notebook('hold')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.state('c1')).toBe('running')
    room.clusters.set('c1', { ...running, state: 'TERMINATED', is: 'gone', reason: 'Terminated by bob after a walk.' })
    room.driver.connect(false)
    await until(() => one.state('c1')).toBe('error')
    expect([...one.runs.values()].at(-1)?.message).toContain('Cluster Flights is terminated: Terminated by bob after a walk. Start it')
    await until(() => one.all('attachment').at(-1)?.attachment).toMatchObject({ cluster_state: 'TERMINATED', context: 'lost' })
    room.driver.connect(true)
    room.clusters.set('c1', { ...running, incarnation: 2 })
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.state('c1')).toBe('running')
    await one.ask({ type: 'restart' })
    await until(() => one.state('c1')).toBe('cancelled')
  })

  test('is starting is waited for', async () => {
    room.clusters.set('c1', { ...running, state: 'PENDING', is: 'coming' })
    const id = await notebook('print 1')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => [...one.runs.values()].at(-1)).toMatchObject({ state: 'queued', message: 'Waiting for cluster Flights, which is pending.' })
    room.clusters.set('c1', running)
    await until(() => one.text('c1')).toBe('1\n')
  })

  test('is terminated refuses a run in words', async () => {
    room.clusters.set('c1', { ...running, state: 'TERMINATED', is: 'gone', reason: 'Terminated by bob.' })
    const [run] = await runAll(await notebook('print 1'))
    expect(run).toMatchObject({ state: 'cancelled', message: 'Cluster Flights is terminated: Terminated by bob. Start it, or attach the notebook to another cluster.' })
  })

  test('loses a kernel says so, and the next run has a new context', async () => {
    const id = await notebook('die', 'print 2')
    const [died] = await runAll(id)
    expect(died).toMatchObject({ state: 'error', message: expect.stringContaining('out of memory') })
    expect((await room.now.notebooks.state(ada, id)).attachment).toMatchObject({ context: 'lost', message: expect.stringContaining('out of memory') })
    const started = await room.now.notebooks.run(ada, id, { cells: { cell_ids: ['c2'] } })
    expect(await wait(id, started)).toMatchObject([{ state: 'finished' }])
  })
})

describe('contexts', () => {
  test('a restart ends what runs and begins anew; a detach ends the context on the driver', async () => {
    const id = await notebook('print 1\nhold', 'print 2')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => one.text('c1')).toBe('1\n')
    const before = new Set(room.driver.contexts.keys())
    await one.ask({ type: 'restart' })
    await until(() => states(one, 'c1', 'c2')).toEqual(['cancelled', 'cancelled'])
    await one.ask({ type: 'run', cells: { cell_ids: ['c2'] } })
    await until(() => one.state('c2')).toBe('finished')
    expect([...one.runs.values()].at(-1)?.execution_count).toBe(1)
    await one.ask({ type: 'detach' })
    await until(() => one.all('attachment').at(-1)?.attachment).toMatchObject({ cluster_id: null, context: 'none' })
    await until(() => [...room.driver.contexts.keys()].filter((context) => !before.has(context)).length).toBe(0)
  })

  test('completion and inspection come from the interpreter, places stay where they are', async () => {
    const id = await notebook('print 1')
    const one = await open(id)
    await runAll(id)
    expect(await one.ask({ type: 'complete', code: '%sql\nselect fl', cursor: 14 })).toEqual({ matches: [{ text: 'sql:    \nselect fl' }], start: 0, end: 14 })
    expect(await one.ask({ type: 'inspect', code: 'len', cursor: 3 })).toEqual({ found: true, data: { 'text/plain': 'a docstring' } })
    await one.ask({ type: 'detach' })
    expect(await one.ask({ type: 'complete', code: 'le', cursor: 2 })).toEqual({ matches: [], start: 2, end: 2 })
  })

  test('widgets are told by the code, set by people and given to the next run', async () => {
    const widget = { name: 'year', type: 'dropdown', label: 'Year', defaultValue: '2013', choices: ['2013', '2014'] }
    const id = await notebook(`show ${JSON.stringify({ 'application/vnd.brickyard.widget+json': { action: 'set', widget } })}`, 'widgets')
    const one = await open(id)
    await runAll(id)
    expect(one.all('widgets').at(-1)?.widgets).toEqual([{ name: 'year', kind: 'dropdown', label: 'Year', default: '2013', choices: ['2013', '2014'], value: '2013' }])
    expect(one.text('c1')).toBe('')
    await expect(one.ask({ type: 'setWidget', name: 'year', value: '1999' })).rejects.toThrow('not one of the choices')
    await one.ask({ type: 'setWidget', name: 'year', value: '2014' })
    await runAll(id)
    expect(one.text('c2')).toBe('{"year":"2014"}\n')
  })
})

describe('another notebook', () => {
  test('is taken in by %run, in the same context, relative to where it is', async () => {
    await room.notebook(ada, 'part', document('print from part', '%md\nnothing'))
    await room.notebook(ada, 'parts', document('%run ./part', 'print and parts'))
    const id = await notebook('%run ./parts', 'print mine')
    const one = await open(id)
    await runAll(id)
    await until(() => [one.text('c1'), one.text('c2')]).toEqual(['from part\nand parts\n', 'mine\n'])
  })

  test('is given values of its widgets by %run', async () => {
    await room.notebook(ada, 'asking', document('widgets'))
    const id = await notebook('%run ./asking $year="2013"', 'widgets')
    const one = await open(id)
    await runAll(id)
    await until(() => [one.text('c1'), one.text('c2')]).toEqual(['{"year":"2013"}\n', '{}\n'])
  })

  test.each([
    ['%run ./itself', '%run goes in a circle'],
    ['%run ./nowhere', "doesn't exist"],
    ['%run', 'needs the path'],
    ['%run ./part\nprint 1', 'must be alone'],
  ])('that cannot be taken in is refused: %j', async (source, why) => {
    await room.notebook(ada, 'itself', document('%run ./itself')).catch(() => {})
    const id = await notebook(source)
    expect(await runAll(id)).toMatchObject([{ state: 'error', message: expect.stringContaining(why) }])
  })

  test('of somebody else is not run without the right to read it', async () => {
    const secret = await room.notebook(bob, 'secret', document('print secret'))
    expect(secret).toBeGreaterThan(0)
    expect(await runAll(await notebook(`%run /Users/${bob.userName}/secret`))).toMatchObject([{ state: 'error', message: expect.stringContaining('may not') }])
  })

  test('run by dbutils.notebook.run has its own context and arguments, and answers with its exit value', async () => {
    await room.notebook(ada, 'callee', document('widgets\nexit done'))
    await room.notebook(ada, 'middle', document('call ./callee', 'exit through the middle'))
    const id = await notebook('call ./middle', 'call ./nowhere')
    const contexts = room.driver.contexts.size
    const one = await open(id)
    await runAll(id)
    await until(() => one.text('c1')).toBe('{"ok":true,"value":"through the middle"}\n')
    expect(one.text('c2')).toContain("doesn't exist")
    await until(() => room.driver.contexts.size).toBe(contexts)
    expect(await room.db.selectFrom('notebook_sessions').select('session_id').where('called', 'is not', null).execute()).toEqual([])
  })

  test('that fails, or takes too long, is told to who called it', async () => {
    await room.notebook(ada, 'failing', document('error bad luck'))
    await room.notebook(ada, 'slow', document('hold'))
    const id = await notebook('call ./failing', 'call ./slow 1')
    const one = await open(id)
    await runAll(id)
    await until(() => one.text('c1')).toContain('failing failed: ValueError: bad luck')
    await until(() => one.text('c2')).toContain('did not end within the time')
  })

  test('that is cancelled with its caller ends too', async () => {
    await room.notebook(ada, 'endless', document('hold'))
    const id = await notebook('call ./endless')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await until(() => room.driver.holding()).toBe(1)
    await one.ask({ type: 'cancel' })
    await until(() => one.state('c1')).toBe('cancelled')
    await until(() => room.db.selectFrom('notebook_runs').select('run_id').where('state', 'in', ['queued', 'running', 'cancelling']).execute()).toEqual([])
  })

  test('survives the death of the control plane in its middle', async () => {
    await room.notebook(ada, 'held', document('hold\nexit at last'))
    const id = await notebook('call ./held')
    await room.now.notebooks.run(ada, id, { cells: { all: true } })
    await until(() => room.driver.holding()).toBe(1)
    await room.crash()
    room.driver.release()
    await until(async () => (await room.now.notebooks.state(ada, id)).runs[0]?.state).toBe('finished')
    expect((await room.now.notebooks.result(ada, id, 'c1')).outputs).toMatchObject([{ text: '{"ok":true,"value":"at last"}\n' }])
  })

  test('dbutils.notebook.exit ends a run of all cells', async () => {
    const runs = await runAll(await notebook('exit early', 'print 2'))
    expect(runs).toMatchObject([{ state: 'finished', message: 'The notebook exited: early' }, { state: 'cancelled', message: 'The notebook exited before this cell.' }])
  })
})
