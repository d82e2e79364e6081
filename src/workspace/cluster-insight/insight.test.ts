import { afterAll, expect, test } from 'vitest'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import type { Console } from '../clusters/console.ts'
import { nodeType } from '../clusters/node-types.ts'
import { clusterService } from '../clusters/service.ts'
import { clusterStore, type ClusterRow } from '../clusters/store.ts'
import { costOf } from './cost.ts'
import { clusterLogs } from './logs.ts'
import { clusterMetrics } from './metrics.ts'
import { shownProgress } from './progress.ts'

const room = await testRoom()
afterAll(() => room.close())
const ada = await room.member('ada@flights.test', true)
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const store = clusterStore(room.db, record.workspaceId, async () => undefined, permissions)
const types = [nodeType({ name: 'Standard_D2s_v5', cores: 2, memoryMb: 8192, diskMb: 0 })].flatMap((type) => type ?? [])
const nodeTypes = async () => types
const clusters = clusterService({ store, users: room.users, permissions, nodeTypes, clock: room.clock, location: 'local', vendor: 'Databricks' })
const now = () => room.clock().getTime()
const signal = new AbortController().signal

async function cluster(change: Partial<ClusterRow> = {}): Promise<ClusterRow> {
  const { cluster_id: id } = await clusters.create(ada, { spark_version: '4.2.x-scala2.13', node_type_id: 'Standard_D2s_v5', autoscale: { min_workers: 1, max_workers: 3 } })
  const row = await store.change(id, room.clock(), () => ({ row: change }))
  if (!row) throw new Error('no cluster')
  return row
}
const start = (row: ClusterRow, marks: Record<string, number>, done = false, ago = 0) => ({
  workspace_id: record.workspaceId,
  cluster_id: row.cluster_id,
  incarnation: 1,
  kind: 'start' as const,
  began_at: new Date(row.since.getTime() - ago),
  marks,
  done,
})

test('a start says what it is doing, for how long, and how long that took the last time', async () => {
  const row = await cluster()
  const before = { machines: 1, boot: 3, driver: 4, jvm: 5, session: 7, connect: 7, executors: 8 }
  const shown = shownProgress(row, [start(row, { machines: 2 }), start(row, before, true, 60_000)], { wanted: 2, asked: 2, running: 1, executors: 0 }, row.since.getTime() + 5000)
  expect(shown).toMatchObject({ kind: 'start', state: 'PENDING', seconds: 5, last_seconds: 8 })
  expect(shown.steps.slice(0, 3)).toEqual([
    { name: 'machines', title: 'Asking for machines', state: 'done', seconds: 2, last_seconds: 1, count: 2, of: 2 },
    { name: 'boot', title: 'Booting the machines', state: 'active', seconds: 3, last_seconds: 2, count: 1, of: 2 },
    { name: 'driver', title: 'Waiting for the driver to call', state: 'waiting', last_seconds: 1 },
  ])
})

test('a start that failed shows where, a running cluster how long it took', async () => {
  const ended = await cluster({ state: 'TERMINATED' })
  const none = { wanted: 2, asked: 0, running: 0, executors: 0 }
  expect(shownProgress(ended, [start(ended, { machines: 1 }, false, 9000)], none, now()).steps.map(({ state }) => state).slice(0, 3)).toEqual(['done', 'failed', 'waiting'])
  const running = await cluster({ state: 'RUNNING' })
  const marks = { machines: 1, boot: 3, driver: 4, jvm: 5, session: 7, connect: 7, executors: 8 }
  expect(shownProgress(running, [start(running, marks, true, 9000)], none, now())).toMatchObject({ kind: 'none', seconds: 8 })
  expect(shownProgress(running, [], none, now())).toMatchObject({ kind: 'none', steps: [] })
})

test('growing shows machines and workers of those that are wanted', async () => {
  const row = await cluster({ state: 'RESIZING', num_workers: 3 })
  expect(shownProgress(row, [], { wanted: 4, asked: 4, running: 4, executors: 1 }, now())).toMatchObject({
    kind: 'resize',
    steps: [{ state: 'done', count: 4, of: 4 }, { name: 'executors', state: 'active', count: 1, of: 3 }],
  })
})

test('the cost is that of the machines there are, and of the range', async () => {
  const row = await cluster({ state: 'PAUSED' })
  const cost = costOf(row, [{ state: 'hibernated', size: 'Standard_D2s_v5', diskGb: 50 }], types)
  expect(cost.now).toEqual({ machines: 1, cores: 0, memory_mb: 8192, disk_gb: 50, units_per_hour: 0.085 })
  expect([cost.running.machines, cost.running_least?.machines, cost.running_most?.machines]).toEqual([2, 2, 4])
})

test('processor and memory come from the metrics of the cloud; what is old is not now', async () => {
  const at = (minutes: number) => new Date(now() - minutes * 60_000).toISOString()
  const row = await cluster({ state: 'RUNNING', machines: [{ name: 'c-driver', address: '', vmId: 'v', startedAt: 0 }, { name: 'c-worker-4', address: '', vmId: 'w', startedAt: 0 }] })
  const urls: string[] = []
  const line = (name: string, data: object[]) => ({ name: { value: name }, timeseries: [{ data }] })
  const metrics = clusterMetrics({
    arm: { credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: 0 }) }, subscriptionId: 's', options: { endpoint: 'https://arm', credentials: { scopes: [] }, credentialScopes: [], tlsOptions: { ca: [] }, retryOptions: { maxRetries: 0, maxRetryDelayInMs: 0 } } },
    machines: { idOf: (name) => `/vm/${name}` },
    nodeTypes,
    async fetch(url) {
      urls.push(url)
      const fresh = url.includes('driver') ? 1 : 9
      return Response.json({ value: [line('Percentage CPU', [{ timeStamp: at(fresh), average: 42 }, { timeStamp: at(0) }]), line('Available Memory Bytes', [{ timeStamp: at(fresh), average: 2 ** 30 }])] })
    },
    now,
  })
  const { machines } = await metrics(row, 30)
  expect(machines).toMatchObject([
    { machine: 'driver', cores: 2, memory_mb: 8192, cpu_percent: 42, memory_used_mb: 7168, cpu: [{ average: 42 }, { average: null }] },
    { machine: '4', cpu_percent: null, memory_used_mb: null },
  ])
  expect(urls[0]).toMatch(/^https:\/\/arm\/vm\/c-driver\/providers\/Microsoft\.Insights\/metrics\?api-version=2018-01-01&metricnames=Percentage\+CPU/)
})

test('a reader waits for what is new, and is told when nothing will come any more', async () => {
  const row = await cluster({ state: 'RUNNING' })
  let text = 'one\n'
  const consoles: Pick<Console, 'live' | 'kept'> = {
    live: async (name) => (name === `${row.cluster_id}-driver` ? text : undefined),
    kept: async (_cluster, name) => (name.endsWith('-driver') ? { console: 'one\ntwo\nbye', incarnation: 1 } : undefined),
  }
  const read = clusterLogs({ consoles, find: store.find, now: Date.now })
  const first = await read(row, { machine: 'driver', kind: 'console', wait: 0 }, signal)
  expect(first).toMatchObject({ text: 'one\n', ended: false })
  const waiting = read(row, { machine: 'driver', kind: 'console', from: first.next, wait: 5 }, signal)
  text += 'two\n'
  const second = await waiting
  expect(second.text).toBe('two\n')
  expect(await read(row, { machine: '0', kind: 'console', wait: 0 }, signal)).toMatchObject({ text: '', ended: false })
  await expect(read(row, { machine: '9', kind: 'console', wait: 0 }, signal)).rejects.toThrow('has no worker 9')
  await store.change(row.cluster_id, room.clock(), () => ({ row: { state: 'TERMINATED' } }))
  expect(await read(row, { machine: 'driver', kind: 'console', from: second.next, wait: 5 }, signal)).toMatchObject({ text: 'bye', ended: true })
  await expect(read(row, { machine: '0', kind: 'console', wait: 0 }, signal)).rejects.toThrow('nothing is kept')
})
