import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { azure, workspace, type Azure, type Workspace } from './clients.ts'
import { traces } from './machine.ts'
import { product, type Status } from './product.ts'
import { seeded } from './seeded.ts'

/**
 * The control plane is killed at a random moment of each operation and started again. Then: what was acknowledged is
 * done, what was not is done or not (never half), nothing exists twice, and the kernel and the disk hold what the
 * product says, no more. `BRICKYARD_TEST_CRASH_SEED` repeats a run.
 */
const seed = Number(process.env.BRICKYARD_TEST_CRASH_SEED ?? Date.now() % 1_000_000)
const rounds = Number(process.env.BRICKYARD_TEST_CRASH_ROUNDS ?? 4)
const random = seeded(seed)
const dataDir = mkdtempSync(join(tmpdir(), 'crash-'))
const port = Number(process.env.BRICKYARD_TEST_CRASH_PORT ?? 19_400)
const hosts = process.env.BRICKYARD_TEST_HOSTS ?? 'auto'
const group = 'crash'
const workers = 1

const it = product({ dataDir, port, hosts })
let status: Status
let cloud: Azure
let environment: Record<string, string>
let current: Workspace
let clusterId: string

beforeAll(async () => {
  console.log(`seed ${seed}`)
  status = await it.up()
  environment = await it.environment('--credential')
  cloud = azure(status, environment)
  await cloud.resources.resourceGroups.createOrUpdate(group, { location: 'local' })
}, 240_000)
afterAll(async () => {
  await it.down()
  rmSync(dataDir, { recursive: true, force: true })
}, 60_000)

/** Sends `ask`, kills the product within `windowMs`, starts it again. True if the answer came before the kill. */
async function interrupted(ask: () => Promise<unknown>, windowMs: number): Promise<boolean> {
  let acknowledged = false
  const asked = ask().then(() => { acknowledged = true }, () => {})
  await sleep(random.below(windowMs))
  const known = acknowledged
  await it.kill()
  await asked
  status = await it.up()
  return known || acknowledged
}

const serviceOf = (round: number) => `crash-${round}`
const managedOf = (round: number) => `crash-managed-${round}`
const service = (round: number) => cloud.services.workspaces.get(group, serviceOf(round)).catch((error: { statusCode?: number }) => {
  if (error.statusCode === 404) return null
  throw error
})
const addressOf = (round: number) => `/subscriptions/${status.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Databricks/workspaces/${serviceOf(round)}?api-version=2026-01-01`
const putService = (round: number) => cloud.send('PUT', addressOf(round), {
  location: 'local',
  sku: { name: 'premium' },
  properties: { managedResourceGroupId: `/subscriptions/${status.subscriptionId}/resourceGroups/${managedOf(round)}`, computeMode: 'Hybrid' },
})
const deleteService = (round: number) => cloud.send('DELETE', addressOf(round))
const machinesOf = async (round: number) => {
  const names: string[] = []
  for await (const machine of cloud.machines.virtualMachines.list(managedOf(round))) names.push(machine.name ?? '')
  return names.sort()
}
type Cluster = { cluster_id: string; state: string; paused?: boolean; state_message?: string }
const cluster = async (): Promise<Cluster> => (await current.get(`/api/2.1/clusters/get?cluster_id=${clusterId}`)) as Cluster
const stateOf = async () => {
  const { state, paused } = await cluster()
  return paused === true ? 'PAUSED' : state
}
const until = (read: () => Promise<unknown>, wanted: unknown) => expect.poll(read, { timeout: 60_000, interval: 100 }).toEqual(wanted)
/** Asks again for what a kill may have swallowed before it was recorded; the second wish must change nothing if it was. */
const wish = async (acknowledged: boolean, ask: () => Promise<unknown>, done: () => Promise<boolean>) => {
  if (!acknowledged && !(await done())) await ask().catch(() => {})
}

/** The kernel and the disk hold exactly these machines and networks of ours. A network comes into being with its first machine. */
async function holds(wanted: { networks: number; machines: number }): Promise<void> {
  const inKernel = status.hosts.kind === 'netns'
  const now = () => {
    const { vmFolders, namespaces, storageFolders } = traces(dataDir)
    const networks = namespaces.filter((name) => name.includes('-net-')).length
    return { vmFolders: vmFolders.length, machines: namespaces.length - networks, surplus: Math.max(0, networks - wanted.networks), storageFolders: storageFolders.length }
  }
  await until(async () => now(), { vmFolders: wanted.machines, machines: inKernel ? wanted.machines : 0, surplus: 0, storageFolders: wanted.networks })
}

describe.each(Array.from({ length: rounds }, (_, index) => index + 1))('round %i', { timeout: 120_000 }, (round) => {
  test('a service that is being created', async () => {
    const acknowledged = await interrupted(() => putService(round), 1500)
    if (acknowledged) expect(await service(round)).not.toBeNull()
    if ((await service(round)) === null) await putService(round)
    await until(async () => (await service(round))?.provisioningState, 'Succeeded')
    await holds({ networks: 1, machines: 0 })
    const found = (await it.status()).workspaces.filter(({ name }) => name === serviceOf(round))
    expect(found).toHaveLength(1)
    const { DATABRICKS_HOST = '', DATABRICKS_TOKEN = '' } = await it.environment('--workspace', serviceOf(round))
    current = workspace(DATABRICKS_HOST, DATABRICKS_TOKEN)
  })

  test('a cluster that is being created', async () => {
    const wanted = { cluster_name: `c${round}`, spark_version: 'bare', node_type_id: 'Standard_B1ms', num_workers: workers, autotermination_minutes: 0, idempotency_token: `round-${round}` }
    const create = () => current.post('/api/2.1/clusters/create', wanted)
    await interrupted(create, 1500)
    clusterId = String((await create()).cluster_id) // the same token: the same cluster, made or not
    await until(stateOf, 'RUNNING')
    const { clusters } = await current.get('/api/2.1/clusters/list')
    expect(clusters).toHaveLength(1)
    expect(await machinesOf(round)).toEqual([`${clusterId}-driver`, ...Array.from({ length: workers }, (_, index) => `${clusterId}-worker-${index}`)])
    await holds({ networks: 1, machines: 1 + workers })
  })

  test('a cluster that is being paused', async () => {
    const pause = () => current.post('/api/2.1/clusters/pause', { cluster_id: clusterId })
    const acknowledged = await interrupted(pause, 400)
    await wish(acknowledged, pause, async () => (await stateOf()) !== 'RUNNING')
    await until(stateOf, 'PAUSED')
    await holds({ networks: 1, machines: 1 + workers })
  })

  test('a cluster that is being resumed', async () => {
    const resume = () => current.post('/api/2.1/clusters/start', { cluster_id: clusterId })
    const acknowledged = await interrupted(resume, 600)
    await wish(acknowledged, resume, async () => (await stateOf()) !== 'PAUSED')
    await until(stateOf, 'RUNNING')
    await holds({ networks: 1, machines: 1 + workers })
  })

  test('a cluster that is being terminated', async () => {
    const terminate = () => current.post('/api/2.1/clusters/delete', { cluster_id: clusterId })
    const acknowledged = await interrupted(terminate, 800)
    await wish(acknowledged, terminate, async () => (await stateOf()) !== 'RUNNING')
    await until(stateOf, 'TERMINATED')
    expect(await machinesOf(round)).toEqual([])
    await holds({ networks: 1, machines: 0 })
  })

  test('a cluster that is being started again', async () => {
    const start = () => current.post('/api/2.1/clusters/start', { cluster_id: clusterId })
    const acknowledged = await interrupted(start, 1200)
    await wish(acknowledged, start, async () => (await stateOf()) !== 'TERMINATED')
    await until(stateOf, 'RUNNING')
    await holds({ networks: 1, machines: 1 + workers })
  })

  test('a service that is being deleted with a running cluster in it', async () => {
    const acknowledged = await interrupted(() => deleteService(round), 2500)
    await wish(acknowledged, () => deleteService(round), async () => (await service(round))?.provisioningState !== 'Succeeded')
    await until(() => service(round), null)
    await until(async () => (await cloud.resources.resourceGroups.checkExistence(managedOf(round))).body, false)
    await holds({ networks: 0, machines: 0 })
  })
})

test('in the end the machine is as it was before', { timeout: 60_000 }, async () => {
  await cloud.resources.resourceGroups.beginDeleteAndWait(group)
  await it.down()
  const nothing = { namespaces: [], interfaces: [], tables: [], cgroups: [], vmFolders: [], storageFolders: [], processes: [] }
  await until(async () => traces(dataDir), nothing)
})
