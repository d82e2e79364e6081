import { keyOf } from './id.ts'
import type { ResourceType } from './resource-type.ts'
import type { Bag, ResourceRow } from '../store/tables.ts'

/** A resource as clients see it: the common envelope around what its type shows. */
export async function render(type: ResourceType, row: ResourceRow, expand: string | null = null): Promise<Bag> {
  const properties = type.view ? await type.view(row, expand) : row.properties
  return {
    name: row.name, id: row.id, ...(type.etags ? { etag: quoted(row.etag) } : {}), type: row.type, location: row.location, ...(row.tags ? { tags: row.tags } : {}),
    ...row.envelope, ...type.viewEnvelope?.(row), properties: { ...properties, provisioningState: row.state },
  }
}
export const quoted = (etag: string): string => `W/"${etag}"`

/** The line of a list of all kinds of resources. */
export const renderBrief = (row: ResourceRow, expand: readonly string[]): Bag => {
  const { sku, kind, identity, managedBy, plan, zones } = row.envelope
  const some = Object.fromEntries(Object.entries({ sku, kind, identity, managedBy, plan, zones }).filter(([, value]) => value !== undefined && value !== null))
  return {
    id: row.id, name: row.name, type: row.type, location: row.location, ...(row.tags ? { tags: row.tags } : {}), ...some,
    ...(expand.includes('createdtime') ? { createdTime: row.created_at.toISOString() } : {}),
    ...(expand.includes('changedtime') ? { changedTime: row.changed_at.toISOString() } : {}),
    ...(expand.includes('provisioningstate') ? { provisioningState: row.state } : {}),
  }
}

/** Properties laid over stored ones: objects merge, everything else replaces, null removes (RFC 7396). */
export function merged(base: Bag, change: Bag): Bag {
  const result: Bag = { ...base }
  for (const [key, value] of Object.entries(change)) {
    if (key === '__proto__') continue
    const old = result[key]
    if (value === null) delete result[key]
    else result[key] = isBag(value) && isBag(old) ? merged(old, value) : value
  }
  return result
}
export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

export const sameKey = (row: Pick<ResourceRow, 'key'>, id: string): boolean => row.key === keyOf(id)
