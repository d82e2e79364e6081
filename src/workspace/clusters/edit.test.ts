import { afterAll, expect, test } from 'vitest'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { nodeType } from './node-types.ts'
import { clusterService } from './service.ts'
import type { State } from './state.ts'
import { clusterStore } from './store.ts'

const room = await testRoom()
afterAll(() => room.close())
const ada = await room.member('ada@flights.test', true)
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const store = clusterStore(room.db, record.workspaceId, async () => undefined, permissions)
const nodeTypes = async () => [nodeType({ name: 'Standard_D2s_v5', cores: 2, memoryMb: 8192, diskMb: 0 })].flatMap((type) => type ?? [])
const clusters = clusterService({ store, users: room.users, permissions, nodeTypes, clock: room.clock, location: 'local', vendor: 'Databricks' })
const size = { spark_version: '4.2.x-scala2.13', node_type_id: 'Standard_D2s_v5' }

async function inState(state: State): Promise<string> {
  const { cluster_id: id } = await clusters.create(ada, { ...size, num_workers: 2 })
  await store.change(id, room.clock(), () => ({ row: { state, state_message: '', workers: [0, 5] } }))
  return id
}

test('an edit of a terminated cluster takes effect at its next start', async () => {
  const id = await inState('TERMINATED')
  await clusters.edit(ada, id, { ...size, cluster_name: 'new', autoscale: { min_workers: 3, max_workers: 5 } })
  expect(await clusters.get(ada, id)).toMatchObject({ state: 'TERMINATED', cluster_name: 'new', num_workers: 3, spec: { autoscale: { min_workers: 3, max_workers: 5 } } })
  expect((await clusters.get(ada, id)).spec?.num_workers).toBeUndefined()
  expect(await store.find(id)).toMatchObject({ workers: null })
})

test('an edit of a running cluster restarts it with the new description', async () => {
  const id = await inState('RUNNING')
  await clusters.edit(ada, id, { ...size, num_workers: 4 })
  expect(await clusters.get(ada, id)).toMatchObject({ state: 'RESTARTING', num_workers: 4 })
  expect((await store.events(id, { order: 'ASC', offset: 0, limit: 10 })).rows.map(({ type }) => type)).toEqual(['CREATING', 'EDITED', 'RESTARTING'])
})

test('a paused cluster is not edited: what is in its memory would be lost, and it says what to do', async () => {
  const id = await inState('PAUSED')
  await expect(clusters.edit(ada, id, { ...size, num_workers: 4 })).rejects.toThrow('unexpected state Paused: cannot edit it. Terminate it first')
  expect(await clusters.get(ada, id)).toMatchObject({ paused: true, brickyard_state: 'PAUSED', num_workers: 2 })
})

test('what get shows can be sent back as it is, also with a range', async () => {
  const id = await inState('TERMINATED')
  await clusters.edit(ada, id, { ...size, autoscale: { min_workers: 1, max_workers: 5 }, num_workers: 3 })
  const shown = await clusters.get(ada, id)
  const { cluster_name, spark_version, node_type_id, num_workers, autoscale } = shown
  await clusters.edit(ada, id, { cluster_name, spark_version, node_type_id, num_workers, autoscale: autoscale && { min_workers: autoscale.min_workers, max_workers: autoscale.max_workers } })
  expect(await clusters.get(ada, id)).toMatchObject({ num_workers: 3, autoscale: { min_workers: 1, max_workers: 5, target_workers: 3 } })
  await expect(clusters.edit(ada, id, { ...size, autoscale: { min_workers: 1, max_workers: 2 }, num_workers: 3 })).rejects.toThrow('from 1 to 2')
})
