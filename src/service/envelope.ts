import { hostOf, madeOf } from './made-of.ts'
import { deletionSteps, provisioningSteps } from './provision.ts'
import { workspaceResourceId, workspaceType } from './ids.ts'
import type { Person } from './contract.ts'
import type { Operation, Row } from './store.ts'

/** A workspace as `@azure/arm-databricks` 4.0.0 reads it. It needs `properties` in every answer. */
export function envelope(row: Row) {
  const made = madeOf(row)
  const { parameters: _given, ...settings } = row.wish.properties
  const ready = row.phase === 'ready' || row.phase === 'updating' || (row.phase === 'failed' && row.readyAt !== null)
  return {
    id: workspaceResourceId(row),
    name: row.name,
    type: workspaceType,
    location: row.wish.location,
    tags: row.wish.tags,
    sku: { name: row.wish.sku },
    systemData: {
      createdBy: row.createdBy.name ?? row.createdBy.oid, createdByType: typeOf(row.createdBy), createdAt: row.createdAt.toISOString(),
      lastModifiedBy: row.updatedBy.name ?? row.updatedBy.oid, lastModifiedByType: typeOf(row.updatedBy), lastModifiedAt: row.updatedAt.toISOString(),
    },
    properties: {
      ...settings,
      managedResourceGroupId: made.managedGroupId,
      parameters: { ...made.parameters, resourceTags: { type: 'Object', value: { application: 'databricks', 'databricks-environment': 'true' } } },
      provisioningState: row.state,
      createdBy: { oid: row.createdBy.oid, ...(row.createdBy.applicationId && { applicationId: row.createdBy.applicationId }) },
      updatedBy: { oid: row.updatedBy.oid, ...(row.updatedBy.applicationId && { applicationId: row.updatedBy.applicationId }) },
      createdDateTime: row.createdAt.toISOString(),
      isUcEnabled: false,
      privateEndpointConnections: [],
      // They appear when the workspace can be used (spec example of the create operation).
      ...(ready && { workspaceId: row.workspaceId, workspaceUrl: hostOf(row.port) }),
      ...(row.reason && { provisioningError: row.reason }),
    },
  }
}

const typeOf = (person: Person) => person.name?.includes('@') ? 'User' : 'Application'

/** Where the operation stands; `properties.doing` says it in words, and `steps` lists what is done one after the other. */
export function operationStatus(id: string, operation: Operation, doing: string | null) {
  return {
    id,
    name: operation.id,
    status: operation.status,
    startTime: operation.startedAt.toISOString(),
    ...(operation.endedAt && { endTime: operation.endedAt.toISOString() }),
    ...(operation.error && { error: operation.error }),
    properties: { kind: operation.kind, doing, steps: operation.kind === 'delete' ? deletionSteps : provisioningSteps },
  }
}
