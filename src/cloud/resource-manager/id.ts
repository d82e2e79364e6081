/** Ids of the resource manager. They compare without case and keep the case they were first written with. */

/** Path segments without empty ones: clients write `providers/Microsoft.Databricks//workspaces` (az resource create does). */
export const segmentsOf = (path: string): string[] => path.split('/').filter((part) => part !== '')

export const keyOf = (id: string): string => `/${segmentsOf(id).join('/').toLowerCase()}`
export const sameId = (a: string, b: string): boolean => keyOf(a) === keyOf(b)

export type ResourceName = {
  id: string
  key: string
  subscription: string
  group: string
  groupKey: string
  /** `Microsoft.Network/virtualNetworks/subnets` */
  type: string
  namespace: string
  /** `vnet1`, or `vnet1/subnet1` for a child. */
  name: string
  names: string[]
}

/** Takes a resource's id apart; null when it is not the id of one resource in a group. */
export function parseId(id: string): ResourceName | null {
  const parts = segmentsOf(id)
  if (parts.length < 8 || parts.length % 2 !== 0) return null
  const [a, subscription, b, group, c, namespace, ...rest] = parts
  if (a?.toLowerCase() !== 'subscriptions' || b?.toLowerCase() !== 'resourcegroups' || c?.toLowerCase() !== 'providers' || !subscription || !group || !namespace) return null
  const types = rest.filter((_, index) => index % 2 === 0)
  const names = rest.filter((_, index) => index % 2 === 1)
  const groupId = groupIdOf(subscription, group)
  const tail = rest.join('/')
  const canonical = `${groupId}/providers/${namespace}/${tail}`
  return { id: canonical, key: keyOf(canonical), subscription, group, groupKey: keyOf(groupId), type: `${namespace}/${types.join('/')}`, namespace, name: names.join('/'), names }
}

export const subscriptionIdOf = (subscription: string): string => `/subscriptions/${subscription}`
export const groupIdOf = (subscription: string, group: string): string => `/subscriptions/${subscription}/resourceGroups/${group}`

/** A LIKE pattern for everything below a scope. */
export const below = (id: string): string => `${keyOf(id).replaceAll(/[\\%_]/g, '\\$&')}/%`

/** A scope and everything above it, the nearest first: where assignments, denials and locks may sit. */
export function scopesAbove(scope: string): string[] {
  const parts = segmentsOf(scope.toLowerCase())
  const found: string[] = []
  let end = parts.length
  while (end > 0) {
    found.push(`/${parts.slice(0, end).join('/')}`)
    // `…/providers/ns/type/name` is one step, a child's `/type/name` another; groups and subscriptions are two segments each.
    end -= end >= 4 && parts[end - 4] === 'providers' ? 4 : 2
  }
  found.push('/')
  return found
}
