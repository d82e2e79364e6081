import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { clients, fast, location, owner, subscription, unique } from './arm-clients.ts'
import { openNotebook, type LiveNotebook, type Run } from './live-notebook.ts'

const { resources, databricks } = clients(owner)
const group = unique('notebooks-')
const tableMime = 'application/vnd.brickyard.table+json'
let url = ''
let token = ''
let clusterId = ''
let names = 0
const opened: LiveNotebook[] = []

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text) as T
}
/** A notebook in /Shared, attached to the cluster. */
async function notebook(...sources: string[]): Promise<{ id: number; path: string; at: string }> {
  const path = `/Shared/notebook-${++names}`
  const content = Buffer.from(`# Databricks notebook source\n${sources[0] ?? ''}`).toString('base64')
  await call('POST', '/api/2.0/workspace/import', { path, format: 'SOURCE', language: 'PYTHON', content })
  const { object_id: id } = await call<{ object_id: number }>('GET', `/api/2.0/workspace/get-status?path=${encodeURIComponent(path)}`)
  const at = `/api/2.0/brickyard/notebooks/${id}`
  await call('PUT', `${at}/document`, { language: 'PYTHON', cells: sources.map((source, place) => ({ id: `c${place + 1}`, source })) })
  await call('POST', `${at}/attach`, { cluster_id: clusterId })
  return { id, path, at }
}
async function open(id: number, doc?: Y.Doc): Promise<LiveNotebook> {
  const live = openNotebook(url, token, id, doc)
  opened.push(live)
  await expect.poll(live.ready, { timeout: 20_000 }).toBe(true)
  return live
}
const runAll = async (at: string) => (await call<{ runs: Run[] }>('POST', `${at}/run`, { cells: { all: true }, wait_seconds: 90 })).runs
const slow = { timeout: 60_000, interval: 20 }

beforeAll(async () => {
  await resources.resourceGroups.createOrUpdate(group, { location })
  const wish = { location, sku: { name: 'premium' }, computeMode: 'Hybrid' as const, managedResourceGroupId: `${subscription}/resourceGroups/${group}-managed` }
  const made = await databricks.workspaces.createOrUpdate(group, 'notebooks', wish, fast)
  url = `https://${made.workspaceUrl}`
  token = (await owner.getToken('2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default')).token
  const { node_types: types } = await call<{ node_types: { node_type_id: string; memory_mb: number }[] }>('GET', '/api/2.1/clusters/list-node-types')
  const { versions } = await call<{ versions: { key: string }[] }>('GET', '/api/2.1/clusters/spark-versions')
  const smallest = types.toSorted((one, other) => one.memory_mb - other.memory_mb)[0]?.node_type_id
  clusterId = (await call<{ cluster_id: string }>('POST', '/api/2.1/clusters/create', { cluster_name: 'notebooks', spark_version: versions[0]?.key, node_type_id: smallest, num_workers: 1 })).cluster_id
  while ((await call<{ state: string }>('GET', `/api/2.1/clusters/get?cluster_id=${clusterId}`)).state === 'PENDING') await sleep(300)
})
afterEach(async () => {
  for (const live of opened.splice(0)) await live.leave()
})
afterAll(async () => {
  await databricks.workspaces.delete(group, 'notebooks', fast)
  await resources.resourceGroups.delete(group, fast)
})

describe('a notebook', () => {
  test('runs without a browser: variables are shared, SQL sees what Python made, Markdown does not run', async () => {
    const { at } = await notebook('x = 20 + 1', '%md\n# Title', 'print(x * 2)\nspark.range(3).createOrReplaceTempView("three")', '%sql\nselect id, id * 2 as twice from three order by id', '%sh echo from a shell')
    expect((await runAll(at)).map(({ cell_id, state }) => [cell_id, state])).toEqual([['c1', 'finished'], ['c3', 'finished'], ['c4', 'finished'], ['c5', 'finished']])
    const result = async (cell: string) => (await call<{ outputs: { text?: string; data?: Record<string, { data: unknown[][] }> }[] }>('GET', `${at}/results/${cell}`)).outputs
    expect((await result('c3'))[0]?.text).toBe('42\n')
    expect((await result('c4'))[0]?.data?.[tableMime]?.data.map((row) => row.map(Number))).toEqual([[0, 0], [1, 2], [2, 4]])
    expect((await result('c5')).map(({ text }) => text).join('')).toContain('from a shell')
  })

  test('shows output as it comes, to everybody who has it open', async () => {
    const { id } = await notebook('import time\nfor i in range(4):\n    print(i, flush=True)\n    time.sleep(0.4)')
    const [one, other] = [await open(id), await open(id)]
    await one.ask({ type: 'run', cells: { all: true } })
    await expect.poll(() => other.text('c1'), slow).toBe('0\n')
    expect(other.run('c1')?.state).toBe('running')
    await expect.poll(() => [one.text('c1'), other.text('c1'), other.run('c1')?.state], slow).toEqual(['0\n1\n2\n3\n', '0\n1\n2\n3\n', 'finished'])
  })

  test('tells the progress of Spark jobs', async () => {
    const { id } = await notebook('spark.sparkContext.parallelize(range(8), 8).map(lambda x: __import__("time").sleep(0.3) or x).count()')
    const live = await open(id)
    await live.ask({ type: 'run', cells: { all: true } })
    await expect.poll(() => live.last('progress'), slow).toMatchObject({ cell_id: 'c1', jobs: [{ stages: [{ tasks: 8 }] }] })
    await expect.poll(() => live.run('c1')?.state, slow).toBe('finished')
  })

  test('is edited by two at once, loses nothing, and is the same for the workspace API', async () => {
    const { id, path } = await notebook('a', 'b')
    const [one, other] = [await open(id), await open(id)]
    for (let count = 0; count < 25; count++) {
      one.type('c1', '1')
      other.type('c1', '2')
      other.type('c2', '3')
    }
    one.add('c3', 'new')
    await expect.poll(() => one.saved() && other.saved(), slow).toBe(true)
    await expect.poll(() => JSON.stringify(one.sources()) === JSON.stringify(other.sources()), slow).toBe(true)
    const [first = '', ...rest] = one.sources()
    expect([first.replaceAll('2', ''), first.replaceAll('1', ''), ...rest]).toEqual([`a${'1'.repeat(25)}`, `a${'2'.repeat(25)}`, `b${'3'.repeat(25)}`, 'new'])
    const exported = await call<{ content: string }>('GET', `/api/2.0/workspace/export?format=SOURCE&path=${encodeURIComponent(path)}`)
    expect(Buffer.from(exported.content, 'base64').toString('utf8')).toContain(first)
  })

  test('opened in the middle of a run shows the same', async () => {
    const { id } = await notebook('import time\nprint("before", flush=True)\ntime.sleep(2)\nprint("after")', 'print("next")')
    const one = await open(id)
    await one.ask({ type: 'run', cells: { all: true } })
    await expect.poll(() => one.text('c1'), slow).toBe('before\n')
    await one.leave()
    const again = await open(id)
    expect([again.text('c1'), again.run('c1')?.state, again.run('c2')?.state]).toEqual(['before\n', 'running', 'queued'])
    await expect.poll(() => [again.text('c1'), again.text('c2'), again.run('c2')?.state], slow).toEqual(['before\nafter\n', 'next\n', 'finished'])
  })

  test('is cancelled, and goes on with its variables', async () => {
    const { id } = await notebook('import time\nkept = 7\nprint("begun", flush=True)\ntime.sleep(60)', 'print(kept)')
    const live = await open(id)
    await live.ask({ type: 'run', cells: { cell_ids: ['c1'] } })
    await expect.poll(() => live.text('c1'), slow).toContain('begun')
    await live.ask({ type: 'cancel' })
    await expect.poll(() => live.run('c1')?.state, slow).toBe('cancelled')
    await live.ask({ type: 'run', cells: { cell_ids: ['c2'] } })
    await expect.poll(() => live.text('c2'), slow).toBe('7\n')
    await live.ask({ type: 'restart' })
    await live.ask({ type: 'run', cells: { cell_ids: ['c2'] } })
    await expect.poll(() => live.text('c2'), slow).toContain('NameError')
  })

  test('takes in another one by %run, calls one by dbutils.notebook.run, and has widgets', async () => {
    const part = await notebook('shared = "from the part"')
    const callee = await notebook('dbutils.widgets.text("who", "nobody")\ndbutils.notebook.exit("hello " + dbutils.widgets.get("who"))')
    const { id, at } = await notebook(`%run ${part.path.replace('/Shared', '.')}`, 'print(shared)', `print(dbutils.notebook.run("${callee.path}", 60, {"who": "Ada"}))`, 'dbutils.widgets.dropdown("year", "2013", ["2013", "2014"])', 'print(dbutils.widgets.get("year"))')
    const live = await open(id)
    expect((await runAll(at)).map(({ state }) => state)).toEqual(Array(5).fill('finished'))
    await expect.poll(() => [live.text('c2'), live.text('c3'), live.text('c5')], slow).toEqual(['from the part\n', 'hello Ada\n', '2013\n'])
    await live.ask({ type: 'setWidget', name: 'year', value: '2014' })
    await live.ask({ type: 'run', cells: { cell_ids: ['c5'] } })
    await expect.poll(() => live.text('c5'), slow).toBe('2014\n')
  })

  test('completes and explains code by the live interpreter', async () => {
    const { id, at } = await notebook('flights_total = 3')
    const live = await open(id)
    await runAll(at)
    expect(await live.ask({ type: 'complete', code: 'flights_to', cursor: 10 })).toMatchObject({ matches: expect.arrayContaining([expect.objectContaining({ text: 'flights_total' })]), start: 0, end: 10 })
    expect(await live.ask({ type: 'inspect', code: 'print', cursor: 5 })).toMatchObject({ found: true })
  })

  test('cuts what is too much, and offers it whole', async () => {
    const { id, at } = await notebook('for i in range(500):\n    print("x" * 10_000)')
    const live = await open(id)
    await runAll(at)
    await expect.poll(() => live.last('truncated'), slow).toMatchObject({ truncated: { download: `${at}/results/c1/download` } })
    expect(live.text('c1').length).toBe(1_000_000)
    const whole = await fetch(`${url}${at}/results/c1/download`, { headers: { authorization: `Bearer ${token}` } })
    expect((await whole.text()).length).toBe(500 * 10_001)
    expect(whole.headers.get('content-disposition')).toContain('attachment')
  })

  test('keeps revisions that can be compared and restored', async () => {
    const { id, at } = await notebook('first')
    const live = await open(id)
    const saved = await call<{ revision_id: number }>('POST', `${at}/revisions`, { name: 'the beginning' })
    live.type('c1', ' second')
    await expect.poll(live.saved, slow).toBe(true)
    const compared = await call<{ cells: unknown[] }>('GET', `${at}/revisions/${saved.revision_id}/compare`)
    expect(compared.cells).toMatchObject([{ change: 'changed', before: { source: 'first' }, after: { source: 'first second' } }])
    await call('POST', `${at}/revisions/${saved.revision_id}/restore`)
    await expect.poll(live.sources, slow).toEqual(['first'])
  })

  test('is not opened by nobody', async () => {
    const { id } = await notebook('a')
    const stranger = openNotebook(url, 'dapi00000000000000000000000000000000', id)
    await expect.poll(stranger.closed, slow).toBeGreaterThan(0)
    expect(stranger.ready()).toBe(false)
  })
})

/** Click to output over the network, on an idle kernel; told, not judged: machines differ. */
test('1+1 is there in a moment', async () => {
  const { id } = await notebook('1+1')
  const live = await open(id)
  const times: number[] = []
  for (let count = 0; count < 25; count++) {
    const begun = performance.now()
    const started = (await live.ask({ type: 'run', cells: { all: true } })) as { runs: Run[] }
    const runId = started.runs[0]?.run_id
    await expect.poll(() => live.told.some((message) => message.type === 'output' && message.run_id === runId), { interval: 1, timeout: 20_000 }).toBe(true)
    times.push(performance.now() - begun)
    await expect.poll(() => live.run('c1')?.state, slow).toBe('finished')
  }
  times.sort((one, other) => one - other)
  console.log(`click to output: p50 ${times[12]?.toFixed(1)} ms, p90 ${times[22]?.toFixed(1)} ms`)
  expect(times[12]).toBeLessThan(1000)
})
