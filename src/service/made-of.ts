import { containers, groupId, namesOf, parseGroupId, rootContainer, workspaceResourceId } from './ids.ts'
import { textOf, withDefaults } from './parameters.ts'
import type { WorkspaceRecord } from './contract.ts'
import type { Row } from './store.ts'

export type MadeOf = ReturnType<typeof madeOf>

/** Everything that a workspace is made of: names and ids, worked out from its row alone. */
export function madeOf(row: Row) {
  const names = namesOf(row.workspaceId)
  const parameters = withDefaults(row.wish.properties.parameters, { storageAccountName: names.storageAccount })
  const group = parseGroupId(row.wish.managedResourceGroupId)?.group ?? ''
  const managedGroupId = groupId(row.subscriptionId, group)
  const network = `${managedGroupId}/providers/Microsoft.Network`
  const prefix = textOf(parameters, 'vnetAddressPrefix')
  const account = textOf(parameters, 'storageAccountName')
  const vnetId = `${network}/virtualNetworks/${names.network}`
  return {
    id: workspaceResourceId(row),
    subscriptionId: row.subscriptionId,
    location: row.wish.location,
    /** On everything in the managed group, as Azure Databricks does it; the service's own tags come on top. */
    tags: { ...row.wish.tags, application: 'databricks', 'databricks-environment': 'true' },
    parameters,
    group,
    managedGroupId,
    identity: { name: names.identity, id: `${managedGroupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${names.identity}` },
    securityGroup: { name: names.securityGroup, id: `${network}/networkSecurityGroups/${names.securityGroup}`, required: row.wish.properties.requiredNsgRules },
    network: {
      name: names.network,
      id: vnetId,
      space: `${prefix}.0.0/16`,
      subnets: [
        { name: names.publicSubnet, id: `${vnetId}/subnets/${names.publicSubnet}`, space: `${prefix}.0.0/18` },
        { name: names.privateSubnet, id: `${vnetId}/subnets/${names.privateSubnet}`, space: `${prefix}.64.0/18` },
      ],
    },
    storage: { account, id: `${managedGroupId}/providers/Microsoft.Storage/storageAccounts/${account}`, sku: textOf(parameters, 'storageAccountSkuName'), containers },
    lock: { id: `${managedGroupId}/providers/Microsoft.Authorization/denyAssignments/${names.denyAssignment}`, name: `System deny assignment created by Azure Databricks ${workspaceResourceId(row)}` },
    url: urlOf(row.port),
    redirectUri: `${urlOf(row.port)}/login/callback`,
  }
}

/** One port for each workspace; `*.localhost` does not resolve everywhere, a port does. */
export const hostOf = (port: number) => `localhost:${port}`
const urlOf = (port: number) => `https://${hostOf(port)}`

export function recordOf(row: Row, dfsEndpoint: string): WorkspaceRecord {
  const made = madeOf(row)
  const [publicSubnet, privateSubnet] = made.network.subnets
  return {
    workspaceId: row.workspaceId,
    name: row.name,
    armId: made.id,
    managedResourceGroupId: made.managedGroupId,
    subscriptionId: row.subscriptionId,
    location: row.wish.location,
    tier: row.wish.sku,
    port: row.port,
    url: made.url,
    storage: { account: made.storage.account, container: rootContainer, dfsEndpoint },
    network: { vnetId: made.network.id, publicSubnetId: publicSubnet?.id ?? '', privateSubnetId: privateSubnet?.id ?? '', nsgId: made.securityGroup.id },
    createdBy: row.createdBy.oid,
    tags: row.wish.tags,
  }
}
