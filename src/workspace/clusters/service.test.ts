import { afterAll, expect, test } from 'vitest'
import { record, testRoom } from '../testing/room.ts'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { changes } from './changes.ts'
import { nodeType } from './node-types.ts'
import { reasons } from './reasons.ts'
import { clusterService } from './service.ts'
import { clusterStore } from './store.ts'
import { machineNames } from './machine-names.ts'

const room = await testRoom()
afterAll(() => room.close())
const types = [
  nodeType({ name: 'Standard_D2s_v5', cores: 2, memoryMb: 8192, diskMb: 0 }),
  nodeType({ name: 'Standard_L8s_v3', cores: 8, memoryMb: 65536, diskMb: 0 }),
].flatMap((type) => type ?? [])
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const woken: string[] = []
const store = clusterStore(room.db, record.workspaceId, async (_tx, id) => void woken.push(id), permissions)
const clusters = clusterService({
  store,
  users: room.users,
  permissions,
  nodeTypes: async () => types,
  clock: room.clock,
  location: 'local',
  vendor: 'Databricks',
})
const ada = await room.member('ada@flights.test', true)
const bob = await room.member('bob@flights.test')
const wish = {
  cluster_name: 'one',
  spark_version: '4.2.x-scala2.13',
  node_type_id: 'Standard_D2s_v5',
  num_workers: 2,
  custom_tags: { team: 'sea' },
  data_security_mode: 'SINGLE_USER',
}

async function running(): Promise<string> {
  const { cluster_id } = await clusters.create(ada, wish)
  const machines = machineNames(cluster_id, 2).map((name) => ({ name, address: '10.0.0.4', vmId: name, startedAt: 1 }))
  await store.change(cluster_id, room.clock(), (row) => {
    const change = changes.running({ ...row, machines }, room.clock(), false)
    return { ...change, row: { ...change.row, machines } }
  })
  return cluster_id
}

test('a new cluster is pending, wakes the reconciler, and gives back what it was told', async () => {
  const { cluster_id } = await clusters.create(ada, wish)
  expect(cluster_id).toMatch(/^0102-030405-[a-z0-9]{8}$/)
  expect(woken).toContain(cluster_id)
  expect(await clusters.get(ada, cluster_id)).toMatchObject({
    ...wish,
    state: 'PENDING',
    driver_node_type_id: 'Standard_D2s_v5',
    cluster_cores: 6,
    creator_user_name: 'ada@flights.test',
    paused: false,
  })
})

test('the same idempotency token gives the same cluster', async () => {
  const [first, second] = await Promise.all([
    clusters.create(ada, { ...wish, idempotency_token: 't' }),
    clusters.create(ada, { ...wish, idempotency_token: 't' }),
  ])
  expect(first).toEqual(second)
})

test.each([
  [{ spark_version: '1.0' }, 'spark_version'],
  [{ node_type_id: 'Standard_X' }, 'node_type_id'],
  [{ num_workers: undefined }, 'num_workers'],
  [{ autoscale: { min_workers: 3, max_workers: 4 } }, 'num_workers'],
  [{ spark_env_vars: { 'A B': 'c' } }, 'spark_env_vars'],
  [{ spark_env_vars: { BRICKYARD_HOME: '/' } }, 'spark_env_vars'],
  [{ spark_conf: { a: '{{secrets/scope/key}}' } }, 'spark_conf'],
  [{ custom_tags: { 'a/b': 'c' } }, 'custom_tags'],
])('%j is refused and named', async (wrong, message) => {
  await expect(clusters.create(ada, { ...wish, ...wrong })).rejects.toThrow(message)
})

test('for others it does not exist', async () => {
  const id = await running()
  await expect(clusters.get(bob, id)).rejects.toThrow(`Cluster ${id} does not exist`)
  await expect(clusters.terminate(bob, id)).rejects.toThrow(`Cluster ${id} does not exist`)
  await expect(clusters.create(bob, wish)).rejects.toThrow('allow-cluster-create')
  expect((await clusters.listAll(bob)).clusters).toEqual([])
  await expect(clusters.get(bob, 'none')).rejects.toThrow('Cluster none does not exist')
})

test('run, resize, pause, resume, restart, terminate, start: states, reasons and events', async () => {
  const id = await running()
  await clusters.resize(ada, id, { num_workers: 1 })
  expect(await clusters.get(ada, id)).toMatchObject({ state: 'RESIZING', num_workers: 1 })
  await expect(clusters.pause(ada, id)).rejects.toThrow('unexpected state Resizing')
  await store.change(id, room.clock(), (row) => changes.running(row, room.clock(), false))
  await clusters.pause(ada, id)
  await store.change(id, room.clock(), (row) => changes.paused(row, room.clock()))
  expect(await clusters.get(ada, id)).toMatchObject({
    state: 'TERMINATED',
    paused: true,
    termination_reason: { code: 'PAUSED', type: 'SUCCESS' },
  })
  await clusters.start(ada, id)
  expect(await clusters.get(ada, id)).toMatchObject({ state: 'PENDING', paused: false })
  await store.change(id, room.clock(), (row) => changes.running(row, room.clock(), false))
  const before = await store.find(id)
  await clusters.restart(ada, id)
  expect((await store.find(id))?.incarnation).toBe((before?.incarnation ?? 0) + 1)
  await clusters.terminate(ada, id)
  await clusters.terminate(ada, id)
  await store.change(id, room.clock(), (row) => changes.ended(row, room.clock()))
  expect(await clusters.get(ada, id)).toMatchObject({
    state: 'TERMINATED',
    termination_reason: { code: 'USER_REQUEST', parameters: { username: 'ada@flights.test' } },
  })
  await clusters.start(ada, id)
  const { events, total_count } = await clusters.events(ada, { cluster_id: id, order: 'ASC' })
  expect(events.map((event) => event.type)).toEqual([
    'CREATING',
    'DRIVER_HEALTHY',
    'RUNNING',
    'RESIZING',
    'RUNNING',
    'TERMINATING',
    'STARTING',
    'RUNNING',
    'RESTARTING',
    'TERMINATING',
    'STARTING',
  ])
  expect(total_count).toBe(11)
})

test('events come in pages by offset and by token, filtered by type', async () => {
  const id = await running()
  const first = await clusters.events(ada, { cluster_id: id, order: 'ASC', limit: 2 })
  expect([first.events.length, first.next_page]).toEqual([2, { cluster_id: id, order: 'ASC', offset: 2, limit: 2 }])
  const token = await clusters.events(ada, { cluster_id: id, order: 'DESC', page_size: 2 })
  const rest = await clusters.events(ada, { cluster_id: id, order: 'DESC', page_size: 2, page_token: token.next_page_token ?? '' })
  expect([...token.events, ...rest.events].map((event) => event.type)).toEqual(['RUNNING', 'DRIVER_HEALTHY', 'CREATING'])
  expect((await clusters.events(ada, { cluster_id: id, order: 'ASC', event_types: ['RUNNING'] })).events).toHaveLength(1)
})

test('a permanently deleted cluster is gone for everyone at once; its row waits for its machines', async () => {
  const id = await running()
  await clusters.remove(ada, id)
  await expect(clusters.get(ada, id)).rejects.toThrow(`Cluster ${id} does not exist`)
  expect(await store.find(id)).toMatchObject({ state: 'TERMINATING', removed: true })
})

test('a list is paged, filtered and sorted; pinned ones come first', async () => {
  const id = await running()
  await clusters.pin(ada, id, true)
  const page = await clusters.list(ada, { page_size: 1, 'sort_by.field': 'DEFAULT' })
  expect(page.clusters.map((cluster) => cluster.cluster_id)).toEqual([id])
  expect(page.next_page_token).toBe('1')
  const pending = await clusters.list(ada, { page_size: 100, 'sort_by.field': 'CLUSTER_NAME', 'filter_by.cluster_states': ['PENDING'] })
  expect(new Set(pending.clusters.map((cluster) => cluster.state))).toEqual(new Set(['PENDING']))
})

test('a level opens what needs it and no more, and the refusal says what is missing', async () => {
  const id = await running()
  const object = { type: 'clusters', id } as const
  const give = (level: 'CAN_ATTACH_TO' | 'CAN_RESTART' | 'CAN_MANAGE') =>
    permissions.store.give(room.db, object, [{ user_id: bob.id, group_id: null, level }])
  await give('CAN_ATTACH_TO')
  expect((await clusters.listAll(bob)).clusters.map((each) => each.cluster_id)).toEqual([id])
  expect(await clusters.usable(bob, id)).toMatchObject({ cluster_id: id })
  for (const refused of [clusters.restart, clusters.terminate, clusters.pause])
    await expect(refused(bob, id)).rejects.toThrow('CAN_RESTART is needed, and bob@flights.test has CAN_ATTACH_TO')
  await give('CAN_RESTART')
  await clusters.restart(bob, id)
  await expect(clusters.remove(bob, id)).rejects.toThrow('CAN_MANAGE is needed')
  await give('CAN_MANAGE')
  await clusters.remove(bob, id)
  await store.forget(id)
  expect(await permissions.store.list(object)).toEqual([])
})

test('when the workspace goes every cluster ends with its reason', async () => {
  expect(await clusters.removeAll()).toBe(false)
  const rows = await store.all()
  expect(rows.every((row) => row.removed && (row.state === 'TERMINATING' || row.state === 'TERMINATED'))).toBe(true)
  expect(rows.some((row) => row.termination_reason?.code === reasons.workspaceDeleted().code)).toBe(true)
  for (const row of rows) await store.forget(row.cluster_id)
  expect(await clusters.removeAll()).toBe(true)
})
