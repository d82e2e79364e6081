import { afterAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { initScripts } from './init-scripts.ts'
import { placeOf, mustBeReadable } from './init-script-info.ts'
import { nodeType } from './node-types.ts'
import { clusterService } from './service.ts'
import { clusterStarts } from './starts.ts'
import { clusterStore } from './store.ts'

const room = await testRoom()
afterAll(() => room.close())
const ada = await room.member('ada@flights.test', true)
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const store = clusterStore(room.db, record.workspaceId, async () => undefined, permissions)
const nodeTypes = async () => [nodeType({ name: 'Standard_D2s_v5', cores: 2, memoryMb: 8192, diskMb: 0 })].flatMap((type) => type ?? [])
const clusters = clusterService({ store, users: room.users, permissions, nodeTypes, clock: room.clock, location: 'local', vendor: 'Databricks', root: record.storage })
const asked: string[] = []
const scripts = initScripts({
  record,
  store,
  starts: clusterStarts(room.db, record.workspaceId, room.clock, silentLog()),
  credential: async () => ({ sas: 'sig=s', expires_at: '' }),
  fetch: async (url) => {
    asked.push(url)
    return url.includes('none') ? new Response('', { status: 404 }) : new Response('echo from the root storage')
  },
  async readFile(_owner, path) {
    if (path.endsWith('secret.sh')) throw new Problem('forbidden', 'ada may not read /Users/bob/secret.sh.')
    return `echo ${path}`
  },
  clock: room.clock,
})
const places = [{ workspace: { destination: '/Users/ada/a b.sh' } }, { dbfs: { destination: 'dbfs:/init/x.sh' } }, { file: { destination: 'file:/opt/own.sh' } }]
const pending = async (init_scripts = places) => {
  const { cluster_id: id } = await clusters.create(ada, { spark_version: '4.2.x-scala2.13', node_type_id: 'Standard_D2s_v5', num_workers: 1, init_scripts })
  const row = await store.find(id)
  if (!row) throw new Error('no cluster')
  return row
}
const events = async (id: string) => (await store.events(id, { order: 'ASC', offset: 0, limit: 500 })).rows

test('machines are given the text of each script, or why it could not be read', async () => {
  expect(await scripts.scripts(await pending())).toEqual([
    { name: 'workspace:/Users/ada/a b.sh', text: 'echo /Users/ada/a b.sh' },
    { name: 'dbfs:/init/x.sh', text: 'echo from the root storage' },
    { name: 'file:/opt/own.sh', file: '/opt/own.sh' },
  ])
  expect(asked).toEqual(['https://localhost:27002/dbstorage/root/init/x.sh?sig=s'])
  const broken = await pending([{ workspace: { destination: '/Users/bob/secret.sh' } }, { dbfs: { destination: 'dbfs:/none.sh' } }])
  expect(await scripts.scripts(broken)).toMatchObject([{ error: 'ada may not read /Users/bob/secret.sh.' }, { error: 'the root storage has no such file' }])
})

test("the driver's story becomes events, a worker's good one does not", async () => {
  const row = await pending()
  const results = places.map(() => ({ status: 'SUCCEEDED' as const, seconds: 1.6 }))
  for (const machine of ['driver', 'worker-0']) {
    await scripts.report(row, { phase: 'started', machine, address: '10.0.0.4', results: [] })
    await scripts.report(row, { phase: 'finished', machine, address: '10.0.0.4', results })
  }
  const told = (await events(row.cluster_id)).slice(1)
  expect(told.map(({ type }) => type)).toEqual(['INIT_SCRIPTS_STARTED', 'INIT_SCRIPTS_FINISHED'])
  expect(told[1]?.details).toMatchObject({ init_scripts: { reported_for_node: '10.0.0.4', cluster: [{ workspace: { destination: '/Users/ada/a b.sh' }, status: 'SUCCEEDED', execution_duration_seconds: 2 }, {}, {}] } })
})

test('a failure on any machine ends the start, with the script, the machine and its last lines', async () => {
  const row = await pending()
  const results = [{ status: 'SUCCEEDED' as const, seconds: 1 }, { status: 'FAILED_EXECUTION' as const, seconds: 1, error: 'Script exit status is 3', last_lines: 'no such package' }, { status: 'NOT_EXECUTED' as const, seconds: 0 }]
  await scripts.report(row, { phase: 'finished', machine: 'worker-0', address: '10.0.0.5', results })
  const ended = await store.find(row.cluster_id)
  expect(ended).toMatchObject({ state: 'TERMINATING', termination_reason: { code: 'INIT_SCRIPT_FAILURE', type: 'CLIENT_ERROR' } })
  expect(ended?.state_message).toBe(`Init script dbfs:/init/x.sh failed on ${row.cluster_id}-worker-0: Script exit status is 3\nIts last lines:\nno such package`)
  expect((await events(row.cluster_id)).map(({ type }) => type)).toEqual(['CREATING', 'INIT_SCRIPTS_FINISHED', 'TERMINATING'])
  await scripts.report(row, { phase: 'finished', machine: 'driver', address: '10.0.0.4', results })
  expect((await store.find(row.cluster_id))?.state).toBe('TERMINATING')
})

test('each place is one that a machine can read', () => {
  const wrong = (script: Parameters<typeof placeOf>[0], message: string | RegExp) => expect(() => mustBeReadable(script, 'init_scripts.0', record.storage)).toThrow(message)
  wrong({}, 'exactly one')
  wrong({ dbfs: { destination: 'dbfs:/a' }, file: { destination: 'file:/a' } }, 'exactly one')
  wrong({ dbfs: { destination: '/a' } }, 'init_scripts.0.dbfs.destination')
  wrong({ workspace: { destination: '/Users/../a' } }, 'init_scripts.0.workspace.destination')
  wrong({ abfss: { destination: 'abfss://root@other.dfs.core.windows.net/a' } }, 'root@dbstorage only')
  wrong({ s3: { destination: 's3://a/b' } }, 'init_scripts.0.s3')
  expect(placeOf({ abfss: { destination: 'abfss://root@dbstorage.dfs.core.windows.net/a/b.sh' } }).path).toBe('/a/b.sh')
  expect(placeOf({ workspace: { destination: '/Workspace/Users/ada/x.sh' } }).path).toBe('/Users/ada/x.sh')
})
