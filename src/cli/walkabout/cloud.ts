import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { ComputeManagementClient } from '@azure/arm-compute'
import { AzureDatabricksManagementClient } from '@azure/arm-databricks'
import { NetworkManagementClient } from '@azure/arm-network'
import { ResourceManagementClient } from '@azure/arm-resources'
import { StorageManagementClient } from '@azure/arm-storage'
import { DeviceCodeCredential, type DeviceCodeInfo } from '@azure/identity'
import type { ProductStatus } from '#base/control.ts'

export type Cloud = ReturnType<typeof openCloud>

/** Azure's own command line: an application that every tenant knows. */
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
const scope = 'https://management.azure.com/.default'
/** How often long operations are asked about. */
export const often = { updateIntervalInMs: 200 }

/** The cloud as a person has it: Azure's clients with a token of a device sign-in. */
export function openCloud(product: ProductStatus, caPem: string, onCode: (info: DeviceCodeInfo) => void) {
  const tls = { tlsOptions: { ca: caPem } }
  const credential = new DeviceCodeCredential({
    clientId: azureCli, tenantId: product.tenantId, authorityHost: product.urls.login, disableInstanceDiscovery: true, userPromptCallback: onCode, ...tls,
  })
  const options = { endpoint: product.urls.arm, credentials: { scopes: [scope] }, credentialScopes: [scope], ...tls }
  const subscription = product.subscriptionId
  return {
    /** With CAE, as the clients ask too: otherwise their first call would need another code. */
    signIn: (signal: AbortSignal) => credential.getToken(scope, { abortSignal: signal, enableCae: true }),
    subscription: `/subscriptions/${subscription}`,
    resources: new ResourceManagementClient(credential, subscription, options),
    network: new NetworkManagementClient(credential, subscription, options),
    compute: new ComputeManagementClient(credential, subscription, options),
    storage: new StorageManagementClient(credential, subscription, options),
    databricks: new AzureDatabricksManagementClient(credential, subscription, options),
    authorization: new AuthorizationManagementClient(credential, subscription, options),
  }
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const each of items) found.push(each)
  return found
}

/** `Microsoft.Storage/storageAccounts` is a storage account to people. */
export const kinds: Record<string, string> = {
  'microsoft.storage/storageaccounts': 'storage account',
  'microsoft.network/virtualnetworks': 'virtual network',
  'microsoft.network/networksecuritygroups': 'network security group',
  'microsoft.managedidentity/userassignedidentities': 'managed identity',
  'microsoft.compute/virtualmachines': 'virtual machine',
  'microsoft.compute/disks': 'disk',
  'microsoft.network/networkinterfaces': 'network interface',
}

/** What lies in a resource group, in words. */
export async function contentsOf(cloud: Cloud, group: string): Promise<{ kind: string; name: string }[]> {
  const found = await all(cloud.resources.resources.listByResourceGroup(group))
  return found.map(({ type = '', name = '' }) => ({ kind: kinds[type.toLowerCase()] ?? type, name })).sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name))
}

/** What the managed group holds while no cluster has machines; the identity is there as in Azure today. */
export const withoutMachines = ['managed identity', 'network security group', 'storage account', 'virtual network']

/** Power of every machine of a group, as the instance views say it. */
export async function powerOf(cloud: Cloud, group: string): Promise<{ name: string; size: string; power: string; hibernated: boolean }[]> {
  const machines = await all(cloud.compute.virtualMachines.list(group))
  return Promise.all(machines.map(async ({ name = '', hardwareProfile }) => {
    const { statuses = [] } = await cloud.compute.virtualMachines.instanceView(group, name)
    const codes = statuses.map(({ code = '' }) => code)
    return {
      name,
      size: hardwareProfile?.vmSize ?? '',
      power: codes.find((code) => code.startsWith('PowerState/'))?.slice('PowerState/'.length) ?? 'unknown',
      hibernated: codes.includes('HibernationState/Hibernated'),
    }
  }))
}
