import { createHash } from 'node:crypto'

/** Where a service lives. The spelling is the one of its first PUT; comparisons ignore case (ARM RPC, "resource ids"). */
export type Place = { subscriptionId: string; resourceGroup: string; name: string }

export const provider = 'Microsoft.Databricks'
export const workspaceType = `${provider}/workspaces`

export const groupId = (subscriptionId: string, group: string) => `/subscriptions/${subscriptionId}/resourceGroups/${group}`
export const workspaceResourceId = (place: Place) => `${groupId(place.subscriptionId, place.resourceGroup)}/providers/${workspaceType}/${place.name}`

/** The key of a row: ids are equal whatever their case. */
export const keyOf = (place: Place) => workspaceResourceId(place).toLowerCase()

export const sameId = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** The parts of a resource group's id, or `null` when it is not one. */
export function parseGroupId(id: string): { subscriptionId: string; group: string } | null {
  const match = /^\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/([^/]+)\/?$/i.exec(id)
  const [, subscriptionId, group] = match ?? []
  return subscriptionId && group && isGroupName(group) ? { subscriptionId, group } : null
}

/** Source: "Naming rules and restrictions for Azure resources", Microsoft.Resources/resourceGroups. */
const isGroupName = (name: string) => /^[\p{L}\p{N}_().-]{1,90}$/u.test(name) && !name.endsWith('.')

/**
 * Names of what a workspace is made of, all derived from its number: a process that died leaves nothing that the next
 * one does not find. Names are those that Azure Databricks gives.
 */
export function namesOf(workspaceId: string) {
  return {
    identity: 'dbmanagedidentity',
    securityGroup: 'workers-sg',
    network: 'workers-vnet',
    publicSubnet: 'public-subnet',
    privateSubnet: 'private-subnet',
    storageAccount: `dbstorage${letters(`storage:${workspaceId}`, 13)}`,
    denyAssignment: uuid(`lock:${workspaceId}`),
  }
}

/** Containers of the root storage, as in a workspace's account today. */
export const containers = ['root', 'meta', 'logs', 'jobs', 'ephemeral', 'unity-catalog-storage'] as const
export const rootContainer = 'root'

const digest = (text: string) => createHash('sha256').update(`brickyard:${text}`).digest()

function letters(text: string, length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  return [...digest(text).subarray(0, length)].map((byte) => alphabet[byte % 32]).join('')
}

function uuid(text: string): string {
  const hex = digest(text).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
