import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'

export type User = Awaited<ReturnType<typeof api.identity.users>>['Resources'][number]
export type Robot = Awaited<ReturnType<typeof api.identity.servicePrincipals>>['Resources'][number]
export type Group = Awaited<ReturnType<typeof api.identity.groups>>['Resources'][number]

const query = { count: 1000 }
export const useUsers = () => useQuery({ queryKey: ['members', 'users'], queryFn: async ({ signal }) => (await api.identity.users({ query }, signal)).Resources })
export const useRobots = () => useQuery({ queryKey: ['members', 'robots'], queryFn: async ({ signal }) => (await api.identity.servicePrincipals({ query }, signal)).Resources })
export const useGroups = () => useQuery({ queryKey: ['members', 'groups'], queryFn: async ({ signal }) => (await api.identity.groups({ query }, signal)).Resources })
export const useGroup = (id: string) => useQuery({ queryKey: ['members', 'groups', id], queryFn: ({ signal }) => api.identity.group({ params: { id }, query: {} }, signal) })

/** After a change everything that lists people is asked anew. */
export function useMembersChanged(): () => Promise<void> {
  const cache = useQueryClient()
  return () => cache.invalidateQueries({ predicate: ({ queryKey: [first] }) => first === 'members' || first === 'principals' })
}

export const schemas = { patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp' } as const
/** Rights that do not belong to one object. */
export const entitlements = [
  { value: 'allow-cluster-create', label: 'May create clusters' },
  { value: 'workspace-access', label: 'May use the workspace' },
  { value: 'databricks-sql-access', label: 'May use SQL' },
] as const
export const has = (member: { entitlements?: readonly { value: string }[] | undefined }, value: string): boolean => member.entitlements?.some((one) => one.value === value) ?? false

/** A PATCH that gives or takes one entitlement. */
export const entitlementPatch = (value: string, on: boolean) => ({
  schemas: [schemas.patch],
  Operations: [on ? { op: 'add', path: 'entitlements', value: [{ value }] } : { op: 'remove', path: `entitlements[value eq "${value}"]` }],
})
