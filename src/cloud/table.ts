import type { Kysely } from 'kysely'
import type { Keys } from '#base/keys.ts'
import type { Directory } from '#directory/directory.ts'
import { denyAssignmentOperations } from './authorization/deny-assignments.ts'
import type { LinkedAccess } from './authorization/linked.ts'
import { lockOperations } from './authorization/locks.ts'
import { permissionOperations } from './authorization/permissions.ts'
import { roleAssignmentOperations } from './authorization/role-assignments.ts'
import { roleDefinitionOperations } from './authorization/role-definitions.ts'
import type { Capacity } from './compute/capacity.ts'
import type { consoleLinks } from './compute/console.ts'
import { disks } from './compute/disks.ts'
import { openInstanceView } from './compute/instance-view.ts'
import { machineOperations } from './compute/machine-actions.ts'
import { metricOperations } from './compute/metric-operations.ts'
import type { MetricSamples } from './compute/metric-samples.ts'
import { computeCatalogue } from './compute/skus.ts'
import { virtualMachines, type MachineDeps } from './compute/virtual-machines.ts'
import type { HostProvider } from './hosts/provider.ts'
import { identities } from './identities/identities.ts'
import { effectiveOperations } from './network/effective.ts'
import type { Enforcement } from './network/enforcement.ts'
import { networkInterfaces } from './network/network-interfaces.ts'
import { watcherOperations } from './network/watchers.ts'
import { recordedTypes } from './network/recorded.ts'
import { securityGroups } from './network/security-groups.ts'
import { securityRuleOperations } from './network/security-rules.ts'
import { subnetOperations } from './network/subnets.ts'
import { virtualNetworks } from './network/virtual-networks.ts'
import { activityOperations } from './resource-manager/activity.ts'
import { anyVersion, versions } from './resource-manager/api-versions.ts'
import type { Core } from './resource-manager/core.ts'
import { forwardOperations } from './resource-manager/forward.ts'
import { groupOperations, type GroupEvents } from './resource-manager/groups.ts'
import type { Operation } from './resource-manager/operation.ts'
import { statusOperations } from './resource-manager/operation-status.ts'
import type { ProviderClient } from './resource-manager/provider-client.ts'
import { providerOperations } from './resource-manager/providers.ts'
import { resourceListOperations } from './resource-manager/resource-lists.ts'
import { resourceOperations } from './resource-manager/resource-operations.ts'
import type { ResourceType } from './resource-manager/resource-type.ts'
import type { ResourceWrites } from './resource-manager/resource-writes.ts'
import { subscriptionOperations } from './resource-manager/subscriptions.ts'
import { accountKeyOperations } from './storage-accounts/account-keys.ts'
import { storageAccounts, type AccountDeps } from './storage-accounts/accounts.ts'
import { containerOperations } from './storage-accounts/containers.ts'
import type { Tables } from './store/tables.ts'

type TypeDeps = MachineDeps & AccountDeps & { db: Kysely<Tables>; hosts: HostProvider; enforcement: Enforcement; linked: LinkedAccess; directory: Pick<Directory, 'applications' | 'servicePrincipals' | 'tenantId'> }

/** Every kind of resource that this cloud has. */
export const allTypes = (deps: TypeDeps): ResourceType[] => [
  virtualNetworks(deps), securityGroups(deps), networkInterfaces(deps), ...recordedTypes,
  virtualMachines(deps), disks(deps.db),
  storageAccounts(deps), identities(deps),
]

export type TableDeps = {
  core: Core
  writes: readonly ResourceWrites[]
  byType: ReadonlyMap<string, ResourceType>
  enforcement: Enforcement
  capacity: Capacity
  provider: ProviderClient
  directory: Pick<Directory, 'principals' | 'memberOf' | 'tenantName' | 'domain'>
  isProvider(oid: string): boolean
  links: ReturnType<typeof consoleLinks>; samples: MetricSamples
  hosts: HostProvider
  keys: Pick<Keys, 'seal' | 'open'>
  storageRoot: string
  storageUrl: string
  linked: LinkedAccess
  created: GroupEvents['created']
}

/** Every operation that this cloud answers. What is not here is refused by name. */
export function allOperations(deps: TableDeps): Operation[] {
  const { core, enforcement, directory, hosts, linked } = deps
  const { db, subscriptionId } = core
  return [
    ...subscriptionOperations(core, { tenantName: directory.tenantName, domain: directory.domain, subscriptionName: 'Brickyard' }, versions.resources),
    ...groupOperations(core, { created: deps.created }, versions.resources),
    ...providerOperations(core),
    ...resourceListOperations(core, versions.resources),
    ...statusOperations(core, deps.byType, anyVersion),
    ...activityOperations(db, subscriptionId),
    ...roleAssignmentOperations({ db, subscriptionId, directory }),
    ...roleDefinitionOperations(db, subscriptionId),
    ...denyAssignmentOperations({ db, isProvider: deps.isProvider }),
    ...lockOperations(db),
    ...permissionOperations(core.access),
    ...deps.writes.flatMap((each) => resourceOperations(core, each)),
    ...subnetOperations(core, { db, hosts, enforcement, linked }),
    ...securityRuleOperations(core, { db, enforcement }),
    ...effectiveOperations(core, enforcement),
    ...watcherOperations(core, enforcement, { publicUrl: core.publicUrl, storageUrl: deps.storageUrl }),
    ...machineOperations({ core, capacity: deps.capacity, instanceView: openInstanceView(db, hosts), consoleUrl: deps.links.url }),
    ...metricOperations(core, deps.samples),
    ...computeCatalogue(db, deps.capacity),
    ...accountKeyOperations(core, { db, keys: deps.keys }),
    ...containerOperations(core, deps.storageRoot),
    ...forwardOperations(core, deps.provider),
  ]
}
