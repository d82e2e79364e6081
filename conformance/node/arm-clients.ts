import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { ComputeManagementClient } from '@azure/arm-compute'
import { AzureDatabricksManagementClient } from '@azure/arm-databricks'
import { NetworkManagementClient } from '@azure/arm-network'
import { ResourceManagementClient } from '@azure/arm-resources'
import { StorageManagementClient } from '@azure/arm-storage'
import { ClientSecretCredential, type TokenCredential } from '@azure/identity'

const setting = (...names: string[]): string => {
  const found = names.map((name) => process.env[name]).find((value) => value !== undefined && value !== '')
  if (found === undefined) throw new Error(`Set ${names.join(' or ')}.`)
  return found
}

export const armUrl = setting('ARM_ENDPOINT', 'BRICKYARD_ARM_URL')
export const loginUrl = setting('AZURE_AUTHORITY_HOST', 'BRICKYARD_LOGIN_URL')
export const tenant = setting('AZURE_TENANT_ID', 'BRICKYARD_TENANT')
export const subscriptionId = setting('AZURE_SUBSCRIPTION_ID', 'BRICKYARD_SUBSCRIPTION')
export const location = process.env.BRICKYARD_TEST_LOCATION ?? 'local'
export const hosts = process.env.BRICKYARD_TEST_HOSTS ?? process.env.BRICKYARD_HOSTS ?? 'process'
export const subscription = `/subscriptions/${subscriptionId}`
export const scope = 'https://management.azure.com/.default'
/** Ask often: operations here take milliseconds. */
export const fast = { updateIntervalInMs: 50 }

/** A service principal that owns the subscription. */
export const owner = new ClientSecretCredential(tenant, setting('AZURE_CLIENT_ID', 'BRICKYARD_CLIENT_ID'), setting('AZURE_CLIENT_SECRET', 'BRICKYARD_CLIENT_SECRET'), { authorityHost: loginUrl, disableInstanceDiscovery: true })

/** The official clients, unmodified, pointed at an address. */
export function clients(credential: TokenCredential) {
  const options = { endpoint: armUrl, credentials: { scopes: [scope] }, credentialScopes: [scope] }
  return {
    resources: new ResourceManagementClient(credential, subscriptionId, options),
    network: new NetworkManagementClient(credential, subscriptionId, options),
    compute: new ComputeManagementClient(credential, subscriptionId, options),
    storage: new StorageManagementClient(credential, subscriptionId, options),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, options),
    databricks: new AzureDatabricksManagementClient(credential, subscriptionId, options),
  }
}

/** What no client shows: statuses and headers. */
export async function raw(method: string, path: string, body?: unknown): Promise<{ status: number; headers: Headers; json: unknown }> {
  const { token } = await owner.getToken(scope)
  const answer = await fetch(new URL(path, armUrl), { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, json: text === '' ? null : JSON.parse(text) }
}

export const unique = (prefix: string): string => `${prefix}${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`

/** A small machine that runs a shell script. */
export const machine = (nicId: string, script: string, vmSize = 'Standard_B1ms') => ({
  location, hardwareProfile: { vmSize }, additionalCapabilities: { hibernationEnabled: true },
  storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: 'latest' }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
  osProfile: { computerName: 'machine', adminUsername: 'brickyard', customData: Buffer.from(script).toString('base64') },
  networkProfile: { networkInterfaces: [{ id: nicId, primary: true, deleteOption: 'Delete' }] },
})

export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const each of list) found.push(each)
  return found
}
