import { afterAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { autoscaler } from './autoscaler.ts'
import { unheard, type DriverView, type DriverWatch } from './driver-watch.ts'
import type { Machines, MachineView } from './machines.ts'
import type { NewMachines } from './new-machines.ts'
import { nodeType } from './node-types.ts'
import { clusterReconciler } from './reconcile.ts'
import { clusterService } from './service.ts'
import { clusterStarts } from './starts.ts'
import { clusterStore } from './store.ts'

const room = await testRoom()
afterAll(() => room.close())
const ada = await room.member('ada@flights.test', true)
const size = { spark_version: '4.2.x-scala2.13', node_type_id: 'Standard_D2s_v5' }
const signal = new AbortController().signal

/** One cluster on machines that are there as soon as they are asked for, with a Spark that says what the test tells it. */
function world() {
  const there = new Map<string, MachineView>()
  const said: Partial<DriverView> & { tasks: Record<string, number> } = { tasks: {} }
  const retired: string[] = []
  let refuse = false
  const add = (name: string) => there.set(name, { name, state: 'running', address: `10.0.0.${there.size}-${name}`, vmId: `vm-${name}`, startedAt: 0 })
  const machines: Pick<Machines, 'view' | 'remove' | 'removeLeftovers'> = {
    view: async () => ({ machines: [...there.values()], addresses: new Map([...there].map(([name, { address }]) => [name, address])), loose: [] }),
    remove: async (name) => void there.delete(name),
    removeLeftovers: async () => undefined,
  }
  const newMachines: NewMachines = {
    async ensure(_row, names) {
      if (refuse) throw Object.assign(new Error('quota: Current Limit: 4'), { statusCode: 409, code: 'OperationNotAllowed' })
      names.forEach(add)
    },
  }
  const view = (): DriverView => {
    const load = [...there.values()].filter(({ name }) => !name.endsWith('-driver')).map(({ name, address }) => ({ id: name, host: address, cores: 2, tasks: said.tasks[name] ?? 0 }))
    return { ...unheard, driver: 'ready', executors: load.length, load, lastActivity: said.lastActivity ?? 0, waitingTasks: said.waitingTasks ?? 0 }
  }
  const drivers: DriverWatch = {
    look: async () => view(),
    progress: async () => undefined,
    retire: async (_id, hosts) => void retired.push(...hosts),
    online: () => true,
    forget: () => undefined,
  }
  const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
  const store = clusterStore(room.db, record.workspaceId, async () => undefined, permissions)
  const nodeTypes = async () => [nodeType({ name: 'Standard_D2s_v5', cores: 2, memoryMb: 8192, diskMb: 0 })].flatMap((type) => type ?? [])
  const service = clusterService({ store, users: room.users, permissions, nodeTypes, clock: room.clock, location: 'local', vendor: 'Databricks' })
  const console = { explain: async (reason: never) => reason, keep: async () => undefined }
  const step = clusterReconciler({
    store,
    // What a test of sizes never asks of the cloud is not there.
    machines: machines as Machines,
    drivers,
    newMachines,
    autoscaler: autoscaler(room.clock),
    starts: clusterStarts(room.db, record.workspaceId, room.clock, silentLog()),
    console: { ...console, live: async () => undefined, kept: async () => undefined },
    clock: room.clock,
    log: silentLog(),
    openedAt: 0,
  })
  /** So many looks, so far apart. */
  const looks = async (id: string, count: number, ms = 1000) => {
    for (let look = 0; look < count; look += 1) {
      room.pass(ms)
      await step(id, signal)
    }
    const row = await store.find(id)
    if (!row) throw new Error('no such cluster')
    return row
  }
  const events = async (id: string) => (await store.events(id, { order: 'ASC', offset: 0, limit: 500 })).rows
  return { service, store, there, said, retired, looks, events, refuse: (now: boolean) => { refuse = now } }
}

test('a cluster grows with its load, and gives up the workers that are idle, wherever they are', async () => {
  const it = world()
  const { cluster_id: id } = await it.service.create(ada, { ...size, autoscale: { min_workers: 1, max_workers: 3 }, spark_conf: { 'spark.databricks.aggressiveWindowDownS': '20' } })
  expect(await it.looks(id, 4)).toMatchObject({ state: 'RUNNING', num_workers: 1 })
  Object.assign(it.said, { waitingTasks: 40, tasks: { [`${id}-worker-0`]: 2 }, lastActivity: room.clock().getTime() })
  expect(await it.looks(id, 7)).toMatchObject({ state: 'RUNNING', num_workers: 2 })
  expect(await it.looks(id, 7)).toMatchObject({ state: 'RUNNING', num_workers: 3 })
  expect(await it.looks(id, 10)).toMatchObject({ state: 'RUNNING', num_workers: 3 })
  const before = it.there.get(`${id}-worker-0`)?.address
  Object.assign(it.said, { waitingTasks: 0, tasks: { [`${id}-worker-1`]: 1 } })
  const row = await it.looks(id, 60)
  expect(row).toMatchObject({ state: 'RUNNING', num_workers: 1, workers: [1], machines: [{ name: `${id}-driver` }, { name: `${id}-worker-1` }] })
  expect([...it.there.keys()]).toEqual([`${id}-driver`, `${id}-worker-1`])
  expect(it.retired).toContain(before)
  const causes = (await it.events(id)).filter(({ type }) => type === 'RESIZING').map(({ details }) => details.cause)
  expect(causes).toEqual(Array.from({ length: 4 }, () => 'AUTOSCALE'))
  expect(await it.service.get(ada, id)).toMatchObject({ num_workers: 1, autoscale: { min_workers: 1, max_workers: 3, target_workers: 1 } })
})

test('a cluster that cannot grow goes on, and does not ask at once again', async () => {
  const it = world()
  const { cluster_id: id } = await it.service.create(ada, { ...size, autoscale: { min_workers: 1, max_workers: 3 } })
  await it.looks(id, 4)
  it.refuse(true)
  Object.assign(it.said, { waitingTasks: 40, tasks: { [`${id}-worker-0`]: 2 }, lastActivity: room.clock().getTime() })
  const row = await it.looks(id, 60)
  expect(row).toMatchObject({ state: 'RUNNING', num_workers: 1, workers: [0] })
  expect(row.state_message).toContain('Current Limit')
  expect((await it.events(id)).filter(({ type }) => type === 'ADD_NODES_FAILED')).toHaveLength(1)
  it.refuse(false)
  expect(await it.looks(id, 90)).toMatchObject({ num_workers: 3 })
})

test('a restarted or newly started cluster begins with the least again', async () => {
  const it = world()
  const { cluster_id: id } = await it.service.create(ada, { ...size, autoscale: { min_workers: 1, max_workers: 4 } })
  await it.looks(id, 4)
  await it.service.resize(ada, id, { autoscale: { min_workers: 2, max_workers: 4 } })
  expect(await it.looks(id, 3)).toMatchObject({ state: 'RUNNING', num_workers: 2, spec: { autoscale: { min_workers: 2, max_workers: 4 } } })
  await it.service.resize(ada, id, { num_workers: 3 })
  const fixed = await it.looks(id, 3)
  expect(fixed).toMatchObject({ state: 'RUNNING', num_workers: 3, spec: { num_workers: 3 } })
  expect(fixed.spec.autoscale).toBeUndefined()
})

test('only true idleness ends a cluster: what runs keeps it, however long, and the end says how long nobody came', async () => {
  const it = world()
  const { cluster_id: id } = await it.service.create(ada, { ...size, num_workers: 1, autotermination_minutes: 10 })
  await it.looks(id, 4)
  for (let minute = 0; minute < 30; minute += 1) {
    it.said.lastActivity = room.clock().getTime() // as a driver says while a command or a Spark job runs
    expect((await it.looks(id, 1, 60_000)).state).toBe('RUNNING')
  }
  expect((await it.looks(id, 8, 60_000)).state).toBe('RUNNING')
  const ended = await it.looks(id, 6, 60_000)
  expect(ended).toMatchObject({ state: 'TERMINATED', termination_reason: { code: 'INACTIVITY', type: 'SUCCESS', parameters: { inactivity_duration_min: '10' } } })
  const terminating = (await it.events(id)).find(({ type }) => type === 'TERMINATING')
  expect(terminating?.details).toMatchObject({ reason: { code: 'INACTIVITY' } })
  expect(it.there.size).toBe(0)
})

test('how long a start took is known at the next one', async () => {
  const it = world()
  const starts = clusterStarts(room.db, record.workspaceId, room.clock, silentLog())
  const { cluster_id: id } = await it.service.create(ada, { ...size, num_workers: 1 })
  await it.looks(id, 4, 2000)
  const [first] = await starts.of(id)
  expect(first).toMatchObject({ kind: 'start', done: true })
  expect(Object.keys(first?.marks ?? {}).toSorted()).toEqual(expect.arrayContaining(['boot', 'driver', 'executors', 'machines']))
  await it.service.restart(ada, id)
  await it.looks(id, 1)
  const known = await starts.of(id)
  expect(known.map(({ began_at }) => began_at)).toHaveLength(2)
  expect(known[1]).toEqual(first)
})
