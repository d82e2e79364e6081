/** Shapes of the public APIs, as far as pages read them. Sources: the ARM specifications of each provider, Microsoft Graph v1.0. */
export type Tags = Readonly<Record<string, string>>
export type Resource<Properties = Readonly<Record<string, unknown>>> = {
  id: string
  name: string
  type: string
  location?: string
  tags?: Tags
  kind?: string
  sku?: { name?: string; tier?: string }
  managedBy?: string
  createdTime?: string
  changedTime?: string
  provisioningState?: string
  systemData?: { createdBy?: string; createdAt?: string }
  properties: Properties
}
export type Group = Resource<{ provisioningState?: string }>
export type List<Item> = { value: Item[]; nextLink?: string }
export type Reference = { id: string }

export type DatabricksProperties = {
  provisioningState: string
  managedResourceGroupId: string
  workspaceId?: string
  workspaceUrl?: string
  createdDateTime?: string
  provisioningError?: { code: string; message: string }
  parameters?: Readonly<Record<string, { type?: string; value?: unknown }>>
}
export type Databricks = Resource<DatabricksProperties>
export type SecurityRuleProperties = {
  description?: string
  protocol: string
  access: 'Allow' | 'Deny'
  direction: 'Inbound' | 'Outbound'
  priority: number
  sourceAddressPrefix?: string | null
  sourceAddressPrefixes?: readonly string[] | null
  destinationAddressPrefix?: string | null
  destinationAddressPrefixes?: readonly string[] | null
  sourcePortRange?: string | null
  sourcePortRanges?: readonly string[] | null
  destinationPortRange?: string | null
  destinationPortRanges?: readonly string[] | null
}
export type SecurityRule = { id?: string; name: string; properties: SecurityRuleProperties }
export type SecurityGroup = Resource<{ securityRules: SecurityRule[]; defaultSecurityRules: SecurityRule[]; subnets?: Reference[]; networkInterfaces?: Reference[]; brickyardEnforcement?: string }>
export type Subnet = { id: string; name: string; properties: { addressPrefix?: string; networkSecurityGroup?: Reference | null; ipConfigurations?: Reference[]; delegations?: { properties?: { serviceName?: string } }[] } }
export type Network = Resource<{ addressSpace: { addressPrefixes: string[] }; subnets: Subnet[] }>
export type Card = Resource<{ ipConfigurations: { id: string; name: string; properties: { privateIPAddress?: string; subnet: Reference } }[]; virtualMachine?: Reference | null; networkSecurityGroup?: Reference | null; macAddress?: string }>
export type Status = { code: string; level?: string; displayStatus: string; message?: string; time?: string }
export type InstanceView = { statuses: Status[]; brickyard?: { host: string; networkRules: string; bootedAt: string | null; bootExit: number | null; processes: number; cpuSeconds?: number; memoryMb?: number } }
export type Machine = Resource<{
  hardwareProfile: { vmSize: string }
  networkProfile: { networkInterfaces: Reference[] }
  storageProfile: { osDisk?: { name?: string; managedDisk?: Reference } }
  timeCreated?: string
  instanceView?: InstanceView
}>
export type Size = { name: string; numberOfCores: number; memoryInMB: number }
export type Usage = { name: { value: string; localizedValue: string }; currentValue: number; limit: number }
export type StorageAccount = Resource<{ primaryEndpoints?: { blob?: string; dfs?: string }; isHnsEnabled?: boolean; statusOfPrimary?: string; creationTime?: string; minimumTlsVersion?: string }>
export type Event = {
  eventDataId: string
  eventTimestamp: string
  caller: string
  operationName: { value: string }
  status: { value: string }
  subStatus: { value: string }
  resourceId: string
  correlationId: string
  properties?: { statusMessage?: string }
}
export type RoleAssignment = { id: string; name: string; properties: { roleDefinitionId: string; principalId: string; principalType: string; scope: string; createdOn: string } }
export type RoleDefinition = { id: string; name: string; properties: { roleName: string; description: string; type: string } }
export type Permission = { actions: string[]; notActions: string[]; dataActions?: string[]; notDataActions?: string[] }
export type DenyAssignment = {
  id: string
  name: string
  properties: { denyAssignmentName: string; description: string; permissions: Permission[]; scope: string; doNotApplyToChildScopes: boolean; principals: { id: string; type: string }[]; excludePrincipals: { id: string; type: string }[] }
}
export type Me = {
  user: { oid: string; upn: string; name: string }
  tenant: { id: string; name: string; domain: string }
  subscription: { id: string; name: string }
  networkRules: string
  links: { resourceManager: string; directory: string; storage: string; account: string }
}
