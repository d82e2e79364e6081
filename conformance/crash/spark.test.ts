import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { azure, workspace, type Workspace } from './clients.ts'
import { traces } from './machine.ts'
import { product } from './product.ts'

/** The same with real Spark: what runs on the machines does not notice that the control plane dies. */
const dataDir = mkdtempSync(join(tmpdir(), 'crash-spark-'))
const it = product({ dataDir, port: Number(process.env.BRICKYARD_TEST_CRASH_PORT ?? 19_400) + 100, hosts: process.env.BRICKYARD_TEST_HOSTS ?? 'auto' })
let current: Workspace
let clusterId: string
let contextId: string

beforeAll(async () => {
  const status = await it.up()
  const cloud = azure(status, await it.environment('--credential'))
  await cloud.resources.resourceGroups.createOrUpdate('crash', { location: 'local' })
  await cloud.services.workspaces.createOrUpdate('crash', 'spark', {
    location: 'local', sku: { name: 'premium' }, computeMode: 'Hybrid',
    managedResourceGroupId: `/subscriptions/${status.subscriptionId}/resourceGroups/crash-managed`,
  }, { updateIntervalInMs: 100 })
  const { DATABRICKS_HOST = '', DATABRICKS_TOKEN = '' } = await it.environment('--workspace', 'spark')
  current = workspace(DATABRICKS_HOST, DATABRICKS_TOKEN)
}, 240_000)
afterAll(async () => {
  await it.down()
  rmSync(dataDir, { recursive: true, force: true })
}, 60_000)

const state = async () => {
  const cluster = await current.get(`/api/2.1/clusters/get?cluster_id=${clusterId}`)
  return cluster.paused === true ? 'PAUSED' : cluster.state
}
const until = (read: () => Promise<unknown>, wanted: unknown) => expect.poll(read, { timeout: 150_000, interval: 200 }).toEqual(wanted)
async function python(command: string): Promise<unknown> {
  const { id } = await current.post('/api/1.2/commands/execute', { clusterId, contextId, language: 'python', command })
  const answer = () => current.get(`/api/1.2/commands/status?clusterId=${clusterId}&contextId=${contextId}&commandId=${String(id)}`)
  await until(async () => (await answer()).status, 'Finished')
  const { results } = await answer()
  return results !== null && typeof results === 'object' && 'data' in results ? results.data : results
}

test('a cluster whose start is interrupted comes up once', { timeout: 240_000 }, async () => {
  const created = await current.post('/api/2.1/clusters/create', { cluster_name: 'spark', spark_version: '4.2.x-scala2.13', node_type_id: 'Standard_B2s', num_workers: 1, autotermination_minutes: 0 })
  clusterId = String(created.cluster_id)
  await it.kill()
  await it.up()
  await until(state, 'RUNNING')
  expect(traces(dataDir).vmFolders).toHaveLength(2)
})

test('a variable, a cached table and a running command outlive the control plane', { timeout: 240_000 }, async () => {
  contextId = String((await current.post('/api/1.2/contexts/create', { clusterId, language: 'python' })).id)
  expect(await python('kept = 41; spark.range(1000).cache().createOrReplaceTempView("kept"); spark.table("kept").count()')).toContain('1000')
  const { id } = await current.post('/api/1.2/commands/execute', { clusterId, contextId, language: 'python', command: 'import time; time.sleep(3); kept += 1; kept' })
  await it.kill()
  await it.up()
  const answer = () => current.get(`/api/1.2/commands/status?clusterId=${clusterId}&contextId=${contextId}&commandId=${String(id)}`)
  await until(async () => (await answer().catch(() => ({ status: 'not reachable yet' }))).status, 'Finished')
  expect((await answer()).results).toMatchObject({ data: expect.stringContaining('42') })
  expect(await state()).toBe('RUNNING')
})

test('a pause that is interrupted ends as a pause, and the resumed cluster remembers', { timeout: 240_000 }, async () => {
  await current.post('/api/2.1/clusters/pause', { cluster_id: clusterId })
  await it.kill()
  await it.up()
  await until(state, 'PAUSED')
  await current.post('/api/2.1/clusters/start', { cluster_id: clusterId })
  await until(state, 'RUNNING')
  expect(await python('print(kept, spark.table("kept").count(), spark.catalog.isCached("kept"))')).toContain('42 1000 True')
  await current.post('/api/2.1/clusters/permanent-delete', { cluster_id: clusterId })
  await until(async () => traces(dataDir).vmFolders, [])
})
