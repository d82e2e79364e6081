import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

// What exists before a browser opens: a service made by Azure's API, and ways to its public API.

const setting = (name: string): string => {
  const found = process.env[name]
  if (found === undefined || found === '') throw new Error(`Set ${name}.`)
  return found
}
export const portalUrl = setting('ARM_ENDPOINT')
export const loginUrl = setting('AZURE_AUTHORITY_HOST')
export const administrator = { upn: setting('BRICKYARD_ADMIN_UPN'), password: setting('BRICKYARD_ADMIN_PASSWORD') }
const subscription = setting('AZURE_SUBSCRIPTION_ID')
const groupName = 'conformance-browser'
export const groupPath = `/subscriptions/${subscription}/resourceGroups/${groupName}`
export const servicePath = `${groupPath}/providers/Microsoft.Databricks/workspaces/browser`
export const managedGroupPath = `${groupPath}-managed`
export const location = setting('BRICKYARD_TEST_LOCATION')

type Json = Record<string, unknown>
export type Answer = Json & { id: string; value: Answer[]; properties: Json }

async function token(scope: string): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: setting('AZURE_CLIENT_ID'), client_secret: setting('AZURE_CLIENT_SECRET'), scope }
  const response = await fetch(`${loginUrl}/${setting('AZURE_TENANT_ID')}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })
  const body = (await response.json()) as { access_token: string }
  return body.access_token
}

async function call(url: string, scope: string, method: string, body?: unknown): Promise<{ status: number; body: Answer }> {
  const headers = { authorization: `Bearer ${await token(scope)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer }
}

/** The resource manager, as an owner of the subscription. */
export async function arm(method: string, path: string, body?: unknown, version = '2024-03-01'): Promise<Answer> {
  const answer = await call(`${portalUrl}${path}?api-version=${version}`, 'https://management.azure.com/.default', method, body)
  if (answer.status >= 400) throw Object.assign(new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`), { status: answer.status })
  return answer.body
}

/** The workspace's API, as its first administrator. */
export async function workspaceApi(workspaceUrl: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await call(`${workspaceUrl}${path}`, '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default', method, body)
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

export async function until<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`${what} did not come about within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Makes the service of this suite and gives its address. Repeatable. */
export async function makeService(): Promise<string> {
  await arm('PUT', groupPath, { location })
  await arm('PUT', servicePath, { location, sku: { name: 'premium' }, properties: { managedResourceGroupId: managedGroupPath } }, '2024-05-01')
  const made = await until('the service', 120, async () => {
    const seen = await arm('GET', servicePath, undefined, '2024-05-01')
    if (seen.properties.provisioningState === 'Failed') throw new Error(JSON.stringify(seen))
    return seen.properties.provisioningState === 'Succeeded' ? seen : undefined
  })
  return `https://${String(made.properties.workspaceUrl).replace(/^https:\/\//, '')}`
}

export async function removeService(): Promise<void> {
  await arm('DELETE', groupPath).catch(() => {})
  await until('the end of the service', 200, () => arm('GET', groupPath).then(() => undefined, (error: { status?: number }) => (error.status === 404 ? true : undefined)))
}

export type Account = { upn: string; password: string }
const run = promisify(execFile)

/** A new person who may use the service: a dedicated account of the resource group. */
export async function newAccount(name = 'person', where: { resourceGroup?: string } = { resourceGroup: groupName }): Promise<Account> {
  const upn = `${name}-${Math.random().toString(36).slice(2, 8)}@${administrator.upn.split('@')[1]}`
  const options = where.resourceGroup === undefined ? [] : [`--resource-group=${where.resourceGroup}`]
  const { stdout } = await run(setting('BRICKYARD_TEST_COMMAND'), ['account', 'create', upn, '--json', ...options])
  return JSON.parse(stdout) as Account
}

/** A running cluster with this name, made if there is none. */
export async function runningCluster(workspaceUrl: string, name = 'shared', workers = 1): Promise<string> {
  const api = (method: string, path: string, body?: unknown) => workspaceApi(workspaceUrl, method, path, body)
  const clusters = ((await api('GET', '/api/2.0/clusters/list')).clusters ?? []) as { cluster_id: string; cluster_name: string }[]
  let id = clusters.find((each) => each.cluster_name === name)?.cluster_id
  if (id === undefined) {
    const types = (await api('GET', '/api/2.1/clusters/list-node-types')).node_types as { node_type_id: string; memory_mb: number }[]
    const versions = (await api('GET', '/api/2.1/clusters/spark-versions')).versions as { key: string }[]
    const smallest = types.toSorted((a, b) => a.memory_mb - b.memory_mb)[0]?.node_type_id
    id = String((await api('POST', '/api/2.1/clusters/create', { cluster_name: name, num_workers: workers, node_type_id: smallest, spark_version: versions[0]?.key, autotermination_minutes: 0 })).cluster_id)
  }
  const state = async () => String((await api('GET', `/api/2.1/clusters/get?cluster_id=${id}`)).state)
  if ((await state()) === 'TERMINATED') await api('POST', '/api/2.1/clusters/start', { cluster_id: id })
  return until(`the cluster ${name}`, 120, async () => ((await state()) === 'RUNNING' ? id : undefined))
}
