import { AzureDatabricksManagementClient } from '@azure/arm-databricks'
import { ComputeManagementClient } from '@azure/arm-compute'
import { ResourceManagementClient } from '@azure/arm-resources'
import { ClientSecretCredential } from '@azure/identity'
import type { Status } from './product.ts'

/** Azure's own clients, as anybody would configure them for a cloud of one's own. */
export function azure(status: Status, { AZURE_CLIENT_ID = '', AZURE_CLIENT_SECRET = '' }: Record<string, string>) {
  const credential = new ClientSecretCredential(status.tenantId, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, { authorityHost: status.urls.login, disableInstanceDiscovery: true })
  const options = { endpoint: status.urls.arm, credentialScopes: ['https://management.azure.com/.default'], retryOptions: { maxRetries: 0 } }
  return {
    /** One plain request, without a poller that would wait for the end of what it asked for. */
    async send(method: string, path: string, body?: unknown): Promise<void> {
      const { token } = await credential.getToken(options.credentialScopes)
      const response = await fetch(`${status.urls.arm}${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: body === undefined ? null : JSON.stringify(body) })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    },
    services: new AzureDatabricksManagementClient(credential, status.subscriptionId, options),
    machines: new ComputeManagementClient(credential, status.subscriptionId, options),
    resources: new ResourceManagementClient(credential, status.subscriptionId, options),
  }
}
export type Azure = ReturnType<typeof azure>

/** A workspace's REST API by its address and a token. */
export function workspace(url: string, token: string) {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: body === undefined ? null : JSON.stringify(body) })
    const answer: Record<string, unknown> = await response.json()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${String(answer.error_code)} ${String(answer.message)}`)
    return answer
  }
  return { get: (path: string) => call('GET', path), post: (path: string, body: unknown) => call('POST', path, body) }
}
export type Workspace = ReturnType<typeof workspace>
