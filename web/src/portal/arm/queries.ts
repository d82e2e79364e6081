import { queryOptions, useQuery } from '@tanstack/react-query'
import { call } from '#web/api/call.ts'
import { get, list, versionOf, versions } from './arm.ts'
import type { DenyAssignment, Event, Group, Me, Permission, Resource, RoleAssignment, RoleDefinition } from './types.ts'

/** Questions that several pages ask. Keys begin with `arm`, so that one change refreshes all of them. */
export const me = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => call<Me>('GET', '/portal/me', undefined, signal), staleTime: 300_000 })
export const useMe = (): Me | undefined => useQuery(me).data

export const subscriptionPath = (who: Me): string => `/subscriptions/${who.subscription.id}`

export const groups = (who: Me) => queryOptions({
  queryKey: ['arm', 'groups'], refetchInterval: 10_000,
  queryFn: ({ signal }) => list<Group>(`${subscriptionPath(who)}/resourceGroups`, versions.resources, {}, signal),
})
const brief = { $expand: 'createdTime,changedTime,provisioningState' }
export const resources = (who: Me) => queryOptions({
  queryKey: ['arm', 'resources'], refetchInterval: 10_000,
  queryFn: ({ signal }) => list<Resource>(`${subscriptionPath(who)}/resources`, versions.resources, brief, signal),
})
export const resourcesIn = (group: string) => queryOptions({
  queryKey: ['arm', 'resources in', group.toLowerCase()], refetchInterval: 5_000,
  queryFn: ({ signal }) => list<Resource>(`${group}/resources`, versions.resources, brief, signal),
})
/** One resource, whole. `Wanted` is what the caller knows its type to be. */
export const resource = <Wanted extends Resource<object>>(id: string, every?: number) => queryOptions({
  queryKey: ['arm', 'one', id.toLowerCase()], refetchInterval: every ?? 10_000,
  queryFn: ({ signal }) => get<Wanted>(id, versionOf(id), {}, signal),
})
export const inSubscription = <Wanted extends Resource<object>>(who: Me, type: string, version: string) => queryOptions({
  queryKey: ['arm', 'all', type], refetchInterval: 5_000,
  queryFn: ({ signal }) => list<Wanted>(`${subscriptionPath(who)}/providers/${type}`, version, {}, signal),
})
export const activity = (who: Me, filter: string) => queryOptions({
  queryKey: ['arm', 'activity', filter], refetchInterval: 5_000,
  queryFn: ({ signal }) => list<Event>(`${subscriptionPath(who)}/providers/Microsoft.Insights/eventtypes/management/values`, versions.activity, { $filter: filter }, signal),
})
export const roleAssignments = (scope: string) => queryOptions({
  queryKey: ['arm', 'role assignments', scope.toLowerCase()],
  queryFn: ({ signal }) => list<RoleAssignment>(`${scope}/providers/Microsoft.Authorization/roleAssignments`, versions.authorization, { $filter: 'atScope()' }, signal),
})
export const roleDefinitions = (who: Me) => queryOptions({
  queryKey: ['arm', 'roles'], staleTime: 300_000,
  queryFn: ({ signal }) => list<RoleDefinition>(`${subscriptionPath(who)}/providers/Microsoft.Authorization/roleDefinitions`, versions.authorization, {}, signal),
})
export const denyAssignments = (scope: string) => queryOptions({
  queryKey: ['arm', 'deny assignments', scope.toLowerCase()], staleTime: 30_000,
  queryFn: ({ signal }) => list<DenyAssignment>(`${scope}/providers/Microsoft.Authorization/denyAssignments`, versions.authorization, { $filter: 'atScope()' }, signal),
})
export const permissions = (scope: string) => queryOptions({
  queryKey: ['arm', 'permissions', scope.toLowerCase()], staleTime: 30_000,
  queryFn: ({ signal }) => list<Permission>(`${scope}/providers/Microsoft.Authorization/permissions`, versions.authorization, {}, signal),
})
