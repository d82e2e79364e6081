import { Problem } from '#base/problem.ts'
import { isMissing, type Arm } from './arm.ts'
import { sameId } from './ids.ts'
import type { MadeOf } from './made-of.ts'
import { workerRules } from './security-rules.ts'

type Step = { name: string; run: (arm: Arm, made: MadeOf, signal: AbortSignal) => Promise<void> }

/** What a workspace needs of the cloud, in order. Each step is a PUT: repeating it changes nothing. */
export const provisioning: readonly Step[] = [
  {
    name: 'Creating the managed resource group',
    async run(arm, made, signal) {
      await mustBeOurs(arm, made, signal)
      const { resources } = arm.of(made.subscriptionId)
      await resources.resourceGroups.createOrUpdate(made.group, { location: made.location, managedBy: made.id, tags: made.tags }, { abortSignal: signal })
    },
  },
  {
    name: 'Creating the managed identity',
    async run(arm, made, signal) {
      const { resources } = arm.of(made.subscriptionId)
      await resources.resources.createOrUpdateById(bare(made.identity.id), identityVersion, { location: made.location, tags: made.tags }, { abortSignal: signal, updateIntervalInMs: arm.pollMs })
    },
  },
  {
    name: 'Creating the network security group',
    async run(arm, made, signal) {
      const { network } = arm.of(made.subscriptionId)
      const parameters = { location: made.location, tags: made.tags, securityRules: workerRules(made.securityGroup.required) }
      await network.networkSecurityGroups.createOrUpdate(made.group, made.securityGroup.name, parameters, { abortSignal: signal, updateIntervalInMs: arm.pollMs })
    },
  },
  {
    name: 'Creating the virtual network',
    async run(arm, made, signal) {
      const { network } = arm.of(made.subscriptionId)
      const subnets = made.network.subnets.map(({ name, space }) => ({
        name,
        addressPrefix: space,
        networkSecurityGroup: { id: made.securityGroup.id },
        delegations: [{ name: 'databricks-delegation', serviceName: 'Microsoft.Databricks/workspaces' }],
      }))
      const parameters = { location: made.location, tags: made.tags, addressSpace: { addressPrefixes: [made.network.space] }, subnets }
      await network.virtualNetworks.createOrUpdate(made.group, made.network.name, parameters, { abortSignal: signal, updateIntervalInMs: arm.pollMs })
    },
  },
  {
    name: 'Creating the root storage account',
    async run(arm, made, signal) {
      const { storage } = arm.of(made.subscriptionId)
      const parameters = { location: made.location, tags: made.tags, kind: 'StorageV2', sku: { name: made.storage.sku }, isHnsEnabled: true, minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false, enableHttpsTrafficOnly: true }
      await storage.storageAccounts.create(made.group, made.storage.account, parameters, { abortSignal: signal, updateIntervalInMs: arm.pollMs })
      for (const container of made.storage.containers) {
        await storage.blobContainers.create(made.group, made.storage.account, container, {}, { abortSignal: signal })
      }
    },
  },
  {
    name: 'Locking the managed resource group',
    async run(arm, made, signal) {
      const excludePrincipals = [{ id: await identityPrincipal(arm, made, signal), type: 'ServicePrincipal' }, { id: await arm.ownObjectId(), type: 'ServicePrincipal' }]
      const properties = {
        denyAssignmentName: made.lock.name,
        description: `Only the workspace may change what is in its managed resource group.`,
        permissions: [{ actions: ['*'], notActions: stillAllowed, dataActions: ['*'], notDataActions: [] }],
        scope: made.managedGroupId,
        doNotApplyToChildScopes: false,
        principals: [{ id: everyone, type: 'SystemDefined' }],
        excludePrincipals,
        isSystemProtected: true,
      }
      await arm.send(made.subscriptionId, 'PUT', `${made.lock.id}?api-version=${denyVersion}`, { properties }, signal)
    },
  },
]

export const registering = 'Registering the workspace'
/** What is said while a service is made, in order. */
export const provisioningSteps: readonly string[] = [...provisioning.map(({ name }) => name), registering]
export const [endingClusters, deletingGroup] = ['Ending the workspace and its clusters', 'Deleting the managed resource group'] as const
export const deletionSteps: readonly string[] = [endingClusters, deletingGroup]

/** The client puts a slash before the id; with the id's own there would be two. */
const bare = (id: string) => id.replace(/^\//, '')

const identityVersion = '2023-01-31'
const denyVersion = '2022-04-01'
const everyone = '00000000-0000-0000-0000-000000000000'
/** Two of Azure's seventeen are known for certain: reading, and writing role assignments. */
const stillAllowed = ['*/read', 'Microsoft.Authorization/roleAssignments/write']

/** Wording seen in pulumi-azure-native#3733. */
export function notOurGroup(managedGroupId: string): Problem {
  const message = `Managed Resource group for the workspace: '${managedGroupId}' doesn't have managed by property referring to Databricks workspace resource`
  return new Problem('invalid', message, { extra: { wireCode: 'ApplianceManagedResourceGroupInvalid', field: 'properties.managedResourceGroupId' } })
}

/** Refuses a group that somebody else made: what is in it is not ours to lock or to delete. */
export async function mustBeOurs(arm: Arm, made: Pick<MadeOf, 'subscriptionId' | 'group' | 'id' | 'managedGroupId'>, signal: AbortSignal): Promise<void> {
  const owner = await managerOf(arm, made, signal)
  if (owner !== undefined && !sameId(owner, made.id)) throw notOurGroup(made.managedGroupId)
}

/** Who manages the group: an id, '' for nobody, `undefined` when there is no such group. */
async function managerOf(arm: Arm, made: Pick<MadeOf, 'subscriptionId' | 'group'>, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await arm.of(made.subscriptionId).resources.resourceGroups.get(made.group, { abortSignal: signal })).managedBy ?? ''
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function identityPrincipal(arm: Arm, made: MadeOf, signal: AbortSignal): Promise<string> {
  const identity = await arm.of(made.subscriptionId).resources.resources.getById(bare(made.identity.id), identityVersion, { abortSignal: signal })
  const properties: unknown = identity.properties
  if (typeof properties === 'object' && properties && 'principalId' in properties && typeof properties.principalId === 'string') return properties.principalId
  throw new Error(`The identity ${made.identity.id} has no principal.`)
}

/** Where the root storage answers (path style when embedded, so the account's own words are asked for). */
export async function dfsEndpoint(arm: Arm, made: MadeOf, signal: AbortSignal): Promise<string> {
  const account = await arm.of(made.subscriptionId).storage.storageAccounts.getProperties(made.group, made.storage.account, { abortSignal: signal })
  const endpoint = account.primaryEndpoints?.dfs
  if (!endpoint) throw new Error(`The storage account ${made.storage.account} names no dfs endpoint.`)
  return endpoint
}

/** Deletes the managed group with all in it, if it is ours. Repeatable; resolves when it is gone. */
export async function removeManagedGroup(arm: Arm, made: MadeOf, signal: AbortSignal): Promise<void> {
  const owner = await managerOf(arm, made, signal)
  if (owner === undefined || !sameId(owner, made.id)) return
  try {
    await arm.of(made.subscriptionId).resources.resourceGroups.delete(made.group, { abortSignal: signal, updateIntervalInMs: arm.pollMs })
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
