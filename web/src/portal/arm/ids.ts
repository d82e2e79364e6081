export type Parts = { subscription: string; group: string; type: string; name: string; isGroup: boolean }

/** `/subscriptions/s/resourceGroups/g/providers/N/t/n` taken apart. */
export function partsOf(id: string): Parts {
  const [, subscription = '', group = '', rest = ''] = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(?:\/providers\/(.+))?$/i.exec(id) ?? []
  const [namespace = '', ...pairs] = rest.split('/')
  const types = pairs.filter((_, index) => index % 2 === 0)
  if (rest === '') return { subscription, group, type: 'Microsoft.Resources/resourceGroups', name: group, isGroup: true }
  // A resource of another's (a role assignment on a network): the last `providers` names it.
  const last = /^.*\/providers\/(.+)$/i.exec(rest)?.[1]
  if (last !== undefined) return { ...partsOf(`/subscriptions/${subscription}/resourceGroups/${group}/providers/${last}`), subscription, group }
  return { subscription, group, type: [namespace, ...types].join('/'), name: pairs.at(-1) ?? '', isGroup: false }
}
export const nameOf = (id: string): string => id.split('/').findLast((part) => part !== '') ?? ''
export const groupIdOf = (id: string): string => /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0] ?? ''
export const sameId = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase()
export const isBelow = (id: string, scope: string): boolean => `${id.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`)
