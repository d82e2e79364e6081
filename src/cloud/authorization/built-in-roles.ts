import type { Permission } from '../store/tables.ts'

export type Role = { id: string; name: string; description: string; builtIn: boolean; permissions: Permission[]; assignableScopes: string[] }
const role = (id: string, name: string, description: string, permission: Partial<Permission>): Role => ({
  id, name, description, builtIn: true, assignableScopes: ['/'],
  permissions: [{ actions: [], notActions: [], dataActions: [], notDataActions: [], ...permission }],
})

const read = ['Microsoft.Authorization/*/read', 'Microsoft.Insights/alertRules/*', 'Microsoft.Resources/deployments/*', 'Microsoft.Resources/subscriptions/resourceGroups/read']
const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers'

/** Azure's own names and ids. Source: "Azure built-in roles", Microsoft Learn. */
export const builtInRoles: readonly Role[] = [
  role('8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner', 'Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.', { actions: ['*'] }),
  role('b24988ac-6180-42a0-ab88-20f7382dd24c', 'Contributor', 'Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.', {
    actions: ['*'], notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write', 'Microsoft.Authorization/elevateAccess/Action'],
  }),
  role('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', 'View all resources, but does not allow you to make any changes.', { actions: ['*/read'] }),
  role('18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator', 'Lets you manage user access to Azure resources.', { actions: ['*/read', 'Microsoft.Authorization/*'] }),
  role('17d1049b-9a84-46fb-8f53-869881c3d3ab', 'Storage Account Contributor', 'Permits management of storage accounts.', {
    actions: [...read, 'Microsoft.Insights/diagnosticSettings/*', 'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action', 'Microsoft.Storage/storageAccounts/*'],
  }),
  role('b7e6dc6d-f1e8-4753-8033-0f276bb0955b', 'Storage Blob Data Owner', 'Provides full access to blob containers and data, including POSIX access control.', {
    actions: [`${blobs}/*`, 'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action'], dataActions: [`${blobs}/blobs/*`],
  }),
  role('ba92f5b4-2d11-453d-a403-e96b0029c9fe', 'Storage Blob Data Contributor', 'Read, write, and delete containers and blobs.', {
    actions: [`${blobs}/delete`, `${blobs}/read`, `${blobs}/write`, 'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action'],
    dataActions: [`${blobs}/blobs/delete`, `${blobs}/blobs/read`, `${blobs}/blobs/write`, `${blobs}/blobs/move/action`, `${blobs}/blobs/add/action`],
  }),
  role('2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', 'Storage Blob Data Reader', 'Read and list containers and blobs.', {
    actions: [`${blobs}/read`, 'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action'], dataActions: [`${blobs}/blobs/read`],
  }),
  role('9980e02c-c2be-4d73-94e8-173b1dc7cf3c', 'Virtual Machine Contributor', 'Lets you manage virtual machines, but not access to them, and not the virtual network or storage account they are connected to.', {
    actions: [...read, 'Microsoft.Compute/availabilitySets/*', 'Microsoft.Compute/locations/*', 'Microsoft.Compute/virtualMachines/*', 'Microsoft.Compute/virtualMachineScaleSets/*',
      'Microsoft.Compute/disks/write', 'Microsoft.Compute/disks/read', 'Microsoft.Compute/disks/delete', 'Microsoft.Network/locations/*', 'Microsoft.Network/networkInterfaces/*',
      'Microsoft.Network/networkSecurityGroups/join/action', 'Microsoft.Network/networkSecurityGroups/read', 'Microsoft.Network/publicIPAddresses/join/action',
      'Microsoft.Network/publicIPAddresses/read', 'Microsoft.Network/virtualNetworks/read', 'Microsoft.Network/virtualNetworks/subnets/join/action',
      'Microsoft.Storage/storageAccounts/listKeys/action', 'Microsoft.Storage/storageAccounts/read'],
  }),
  role('4d97b98b-1d4f-4787-a291-c67834d212e7', 'Network Contributor', 'Lets you manage networks, but not access to them.', { actions: [...read, 'Microsoft.Network/*'] }),
  role('e40ec5ca-96e0-45a2-b4ff-59039f2c2b59', 'Managed Identity Contributor', 'Create, Read, Update, and Delete User Assigned Identity.', {
    actions: [...read, 'Microsoft.ManagedIdentity/userAssignedIdentities/*'],
  }),
]

/**
 * Ours, not Azure's: what a dedicated account needs to create and launch services, and nothing more (a managed group is
 * filled by the resource provider, not by the person).
 */
export const workspaceContributor: Role = {
  ...role('6b1f2a74-0d3a-4d5e-9a53-5f2b0c9f8d11', 'Azure Databricks Workspace Contributor',
    'Create, launch and delete Azure Databricks services and see what they run on; no access to keys, networks, machines or roles.', {
      actions: ['Microsoft.Databricks/*', 'Microsoft.Resources/subscriptions/resourceGroups/read', 'Microsoft.Resources/subscriptions/read', 'Microsoft.Authorization/*/read',
        'Microsoft.Network/virtualNetworks/read', 'Microsoft.Network/virtualNetworks/subnets/read', 'Microsoft.Network/virtualNetworks/subnets/join/action'],
    }),
  builtIn: false,
}

/** What the Databricks resource provider may do in the subscription; a group it makes for a service becomes its own (Owner). */
export const resourceProviderRole: Role = {
  ...role('2f6d3c0e-8a41-4d39-b7a5-b1c0de5e7701', 'Azure Databricks Resource Provider', 'Makes and removes managed resource groups and joins networks that a customer hands over.', {
    actions: ['*/read', 'Microsoft.Resources/subscriptions/resourceGroups/write', 'Microsoft.Resources/subscriptions/resourceGroups/delete', 'Microsoft.Network/virtualNetworks/subnets/join/action',
      'Microsoft.Network/virtualNetworks/subnets/write'],
  }),
  builtIn: false,
}

export const fixedRoles: ReadonlyMap<string, Role> = new Map([...builtInRoles, workspaceContributor, resourceProviderRole].map((each) => [each.id, each]))
export const roleNamed = (name: string): Role | undefined => [...fixedRoles.values()].find((each) => each.name === name)
