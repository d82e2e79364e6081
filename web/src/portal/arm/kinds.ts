export type Kind = { type: string; label: string; plural: string; icon: IconName }
export type IconName = 'group' | 'databricks' | 'storage' | 'network' | 'security' | 'machine' | 'card' | 'disk' | 'identity' | 'address' | 'gateway' | 'user' | 'users' | 'application' | 'unknown' | 'subscription' | 'directory'

/** What resources are called and look like. Names are Azure's. */
export const kinds: readonly Kind[] = [
  { type: 'Microsoft.Resources/resourceGroups', label: 'Resource group', plural: 'Resource groups', icon: 'group' },
  { type: 'Microsoft.Databricks/workspaces', label: 'Azure Databricks Service', plural: 'Azure Databricks Services', icon: 'databricks' },
  { type: 'Microsoft.Storage/storageAccounts', label: 'Storage account', plural: 'Storage accounts', icon: 'storage' },
  { type: 'Microsoft.Network/virtualNetworks', label: 'Virtual network', plural: 'Virtual networks', icon: 'network' },
  { type: 'Microsoft.Network/networkSecurityGroups', label: 'Network security group', plural: 'Network security groups', icon: 'security' },
  { type: 'Microsoft.Network/networkInterfaces', label: 'Network interface', plural: 'Network interfaces', icon: 'card' },
  { type: 'Microsoft.Network/publicIPAddresses', label: 'Public IP address', plural: 'Public IP addresses', icon: 'address' },
  { type: 'Microsoft.Network/natGateways', label: 'NAT gateway', plural: 'NAT gateways', icon: 'gateway' },
  { type: 'Microsoft.Compute/virtualMachines', label: 'Virtual machine', plural: 'Virtual machines', icon: 'machine' },
  { type: 'Microsoft.Compute/disks', label: 'Disk', plural: 'Disks', icon: 'disk' },
  { type: 'Microsoft.ManagedIdentity/userAssignedIdentities', label: 'Managed identity', plural: 'Managed identities', icon: 'identity' },
  { type: 'Microsoft.Authorization/denyAssignments', label: 'Deny assignment', plural: 'Deny assignments', icon: 'unknown' },
  { type: 'Microsoft.Authorization/roleAssignments', label: 'Role assignment', plural: 'Role assignments', icon: 'unknown' },
  { type: 'Microsoft.Network/networkWatchers', label: 'Network watcher', plural: 'Network watchers', icon: 'unknown' },
  { type: 'Microsoft.Storage/storageAccounts/blobServices/containers', label: 'Container', plural: 'Containers', icon: 'unknown' },
]
const byType = new Map(kinds.map((kind) => [kind.type.toLowerCase(), kind]))
export const kindOf = (type: string): Kind => byType.get(type.toLowerCase()) ?? { type, label: type.split('/').at(-1) ?? type, plural: type, icon: 'unknown' }
