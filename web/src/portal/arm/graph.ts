import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/api/call.ts'

/** The directory through Microsoft Graph's own shapes. */
export type User = { id: string; userPrincipalName: string; displayName: string; accountEnabled: boolean; createdDateTime: string }
export type DirectoryGroup = { id: string; displayName: string; description: string | null; createdDateTime: string }
export type Application = {
  id: string; appId: string; displayName: string; publisherDomain: string; createdDateTime: string; identifierUris: string[]; isFallbackPublicClient: boolean
  web: { redirectUris: string[] }; publicClient: { redirectUris: string[] }
  requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: string }[] }[]
  passwordCredentials: { keyId: string; displayName: string; hint: string; startDateTime: string; endDateTime: string; secretText: string | null }[]
}
export type ServicePrincipal = { id: string; appId: string; displayName: string; accountEnabled: boolean }
export type Grant = { id: string; clientId: string; principalId: string; resourceId: string; scope: string }
export type SignIn = {
  id: string; createdDateTime: string; userPrincipalName: string | null; userId: string | null; appId: string | null; ipAddress: string | null; clientAppUsed: string; correlationId: string
  status: { errorCode: number; failureReason: string | null }
}
export type DirectoryObject = { '@odata.type': string; id: string; displayName: string; userPrincipalName?: string; appId?: string }
export type Secret = Application['passwordCredentials'][number]

const base = '/graph/v1.0'
export const graph = <Out = unknown>(method: string, path: string, body?: unknown, signal?: AbortSignal) => call<Out>(method, `${base}${path}`, body, signal)
const listed = <Item>(name: string, path: string) => queryOptions({
  queryKey: ['graph', name], queryFn: async ({ signal }) => (await graph<{ value: Item[] }>('GET', path, undefined, signal)).value,
})
export const users = listed<User>('users', '/users')
export const directoryGroups = listed<DirectoryGroup>('groups', '/groups')
export const applications = listed<Application>('applications', '/applications')
export const servicePrincipals = listed<ServicePrincipal>('service principals', '/servicePrincipals')
export const consents = listed<Grant>('consents', '/oauth2PermissionGrants')
export const signIns = listed<SignIn>('sign-ins', '/auditLogs/signIns?$top=500')
export const members = (group: string) => listed<DirectoryObject>(`members of ${group}`, `/groups/${group}/members`)
export const groupsOf = (user: string) => listed<DirectoryObject>(`groups of ${user}`, `/users/${user}/memberOf`)
export const objects = (ids: readonly string[]) => queryOptions({
  queryKey: ['graph', 'objects', ids.toSorted()], enabled: ids.length > 0, staleTime: 60_000,
  queryFn: async ({ signal }) => (await graph<{ value: DirectoryObject[] }>('POST', '/directoryObjects/getByIds', { ids }, signal)).value,
})
