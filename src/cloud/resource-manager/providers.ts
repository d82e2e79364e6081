import { region, type Core } from './core.ts'
import { versions } from './api-versions.ts'
import type { Catalogue } from './dispatch.ts'
import { ok, param, type Call, type Operation } from './operation.ts'
import { Problem } from '#base/problem.ts'
import type { Bag } from '../store/tables.ts'

/** Types that providers list, with their versions: what `az resource` and the SDKs look versions up in. */
const registered: Readonly<Record<string, { types: readonly string[]; versions: readonly string[]; global?: true }>> = {
  'Microsoft.Authorization': { types: ['roleAssignments', 'roleDefinitions', 'denyAssignments', 'locks', 'permissions'], versions: versions.authorization, global: true },
  'Microsoft.Compute': { types: ['virtualMachines', 'disks', 'locations', 'locations/operations', 'locations/vmSizes', 'locations/usages', 'skus'], versions: versions.compute },
  'Microsoft.Databricks': { types: ['workspaces', 'locations', 'locations/operationStatuses', 'operations'], versions: versions.databricks },
  'Microsoft.Insights': { types: ['eventtypes'], versions: versions.insights, global: true },
  'Microsoft.ManagedIdentity': { types: ['userAssignedIdentities'], versions: versions.identity },
  'Microsoft.Network': { types: ['virtualNetworks', 'virtualNetworks/subnets', 'networkSecurityGroups', 'networkSecurityGroups/securityRules', 'networkInterfaces', 'publicIPAddresses', 'natGateways', 'networkWatchers', 'locations', 'locations/operations'], versions: versions.network },
  'Microsoft.Resources': { types: ['subscriptions', 'resourceGroups', 'subscriptions/resourceGroups', 'resources', 'tenants', 'providers'], versions: versions.resources, global: true },
  'Microsoft.Storage': { types: ['storageAccounts', 'storageAccounts/blobServices', 'storageAccounts/blobServices/containers', 'checkNameAvailability', 'locations'], versions: versions.storage },
}

/** What Azure has beside it and people's tools may ask for: answered 501 with its name, not with "no such type". */
const unbuilt = [
  'Microsoft.Resources/deployments', 'Microsoft.Resources/deploymentScripts', 'Microsoft.Resources/tags', 'Microsoft.Resources/links', 'Microsoft.Resources/templateSpecs', 'Microsoft.Authorization/policyAssignments',
  'Microsoft.Authorization/policyDefinitions', 'Microsoft.Authorization/roleEligibilityScheduleRequests', 'Microsoft.Network/loadBalancers', 'Microsoft.Network/privateEndpoints', 'Microsoft.Network/routeTables',
  'Microsoft.Network/applicationGateways', 'Microsoft.Network/applicationSecurityGroups', 'Microsoft.Network/bastionHosts', 'Microsoft.Network/virtualNetworkGateways', 'Microsoft.Network/privateDnsZones', 'Microsoft.Network/dnsZones',
  'Microsoft.Network/networkWatchers/packetCaptures', 'Microsoft.Network/networkWatchers/connectionMonitors', 'Microsoft.Network/networkWatchers/flowLogs', 'Microsoft.Network/firewalls', 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings', 'Microsoft.Compute/virtualMachineScaleSets', 'Microsoft.Compute/availabilitySets', 'Microsoft.Compute/images',
  'Microsoft.Compute/snapshots', 'Microsoft.Compute/galleries', 'Microsoft.Compute/sshPublicKeys', 'Microsoft.Compute/virtualMachines/extensions', 'Microsoft.Compute/virtualMachines/runCommands', 'Microsoft.Storage/storageAccounts/fileServices',
  'Microsoft.Storage/storageAccounts/queueServices', 'Microsoft.Storage/storageAccounts/tableServices', 'Microsoft.Storage/storageAccounts/managementPolicies', 'Microsoft.Databricks/accessConnectors', 'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Insights/metrics',
] as const

export const catalogue: Catalogue = {
  types: new Map(Object.entries(registered).flatMap(([namespace, entry]) => entry.types.map((type) => [`${namespace}/${type}`.toLowerCase(), entry.versions]))),
  namespaces: new Set(Object.keys(registered).map((namespace) => namespace.toLowerCase())),
  unbuilt: new Set(unbuilt.map((type) => type.toLowerCase())),
}

/** `providers`: list, get, register. Everything here is registered from the beginning. */
export function providerOperations(core: Core): Operation[] {
  const render = (namespace: string, entry: (typeof registered)[string]): Bag => ({
    id: `/subscriptions/${core.subscriptionId}/providers/${namespace}`, namespace, registrationPolicy: 'RegistrationRequired', registrationState: 'Registered',
    resourceTypes: entry.types.map((resourceType) => ({ resourceType, locations: entry.global ? [] : [region.displayName], apiVersions: [...entry.versions], defaultApiVersion: entry.versions[0], capabilities: 'None' })),
  })
  const find = (call: Call) => {
    const wanted = param(call, 'namespace')
    const found = Object.entries(registered).find(([namespace]) => namespace.toLowerCase() === wanted.toLowerCase())
    if (!found) throw new Problem('path_not_found', `The resource namespace '${wanted}' is invalid.`, { extra: { wireCode: 'InvalidResourceNamespace' } })
    return render(...found)
  }
  const line = (method: Operation['method'], path: string, handle: Operation['handle']): Operation => ({ method, path, versions: versions.resources, needs: null, handle })
  const all = () => ({ value: Object.entries(registered).map(([namespace, entry]) => render(namespace, entry)) })
  return [
    line('GET', '/subscriptions/{subscriptionId}/providers', async () => ok(all())),
    line('GET', '/providers', async () => ok(all())),
    line('GET', '/subscriptions/{subscriptionId}/providers/{namespace}', async (call) => ok(find(call))),
    line('GET', '/providers/{namespace}', async (call) => ok(find(call))),
    { ...line('POST', '/subscriptions/{subscriptionId}/providers/{namespace}/register', async (call) => ok(find(call))), needs: 'Microsoft.Resources/subscriptions/providers/register/action', scope: () => `/subscriptions/${core.subscriptionId}` },
  ]
}
