import { defineApi, del, get, patch, post } from '#base/http/api.ts'
import { z } from 'zod'

/** The part of Microsoft Graph v1.0 that administering this directory needs. Names and shapes are Graph's. */
const Id = z.object({ id: z.string() })
const list = <T extends z.ZodType>(item: T) => z.object({ '@odata.context': z.string(), value: z.array(item) })
const Listing = z.object({ $filter: z.string().optional(), $top: z.coerce.number().int().min(1).max(999).optional(), $select: z.string().optional() })

const User = z.object({ id: z.string(), userPrincipalName: z.string(), displayName: z.string(), mail: z.string().nullable(), accountEnabled: z.boolean(), createdDateTime: z.string() })
const PasswordProfile = z.object({ password: z.string(), forceChangePasswordNextSignIn: z.boolean().default(true) })
const NewUser = z.object({
  userPrincipalName: z.string(),
  displayName: z.string().min(1),
  accountEnabled: z.boolean().default(true),
  mailNickname: z.string().optional(),
  passwordProfile: PasswordProfile,
})
const UserChange = z.object({ displayName: z.string().min(1).optional(), accountEnabled: z.boolean().optional(), passwordProfile: PasswordProfile.optional() })
const Password = z.object({ keyId: z.string(), displayName: z.string(), hint: z.string(), startDateTime: z.string(), endDateTime: z.string(), secretText: z.string().nullable() })
const Access = z.object({ resourceAppId: z.string(), resourceAccess: z.array(z.object({ id: z.string(), type: z.string() })) })
const Application = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  publisherDomain: z.string(),
  createdDateTime: z.string(),
  identifierUris: z.array(z.string()),
  isFallbackPublicClient: z.boolean(),
  web: z.object({ redirectUris: z.array(z.string()), logoutUrl: z.string().nullable() }),
  publicClient: z.object({ redirectUris: z.array(z.string()) }),
  requiredResourceAccess: z.array(Access),
  passwordCredentials: z.array(Password),
})
const NewApplication = z.object({
  displayName: z.string().min(1),
  isFallbackPublicClient: z.boolean().nullish(),
  identifierUris: z.array(z.string()).default([]),
  web: z.object({ redirectUris: z.array(z.string()).default([]), logoutUrl: z.string().nullish() }).optional(),
  publicClient: z.object({ redirectUris: z.array(z.string()).default([]) }).optional(),
  requiredResourceAccess: z.array(Access).default([]),
})
const ApplicationChange = z.object({ displayName: z.string().min(1).optional(), web: z.object({ redirectUris: z.array(z.string()).optional() }).optional(), publicClient: z.object({ redirectUris: z.array(z.string()).optional() }).optional() })
const ServicePrincipal = z.object({ id: z.string(), appId: z.string(), displayName: z.string(), accountEnabled: z.boolean(), servicePrincipalType: z.string() })
const Group = z.object({ id: z.string(), displayName: z.string(), description: z.string().nullable(), securityEnabled: z.boolean(), createdDateTime: z.string() })
const Grant = z.object({ id: z.string(), clientId: z.string(), consentType: z.string(), principalId: z.string(), resourceId: z.string(), scope: z.string() })
const DirectoryObject = z.object({ '@odata.type': z.string(), id: z.string(), displayName: z.string(), userPrincipalName: z.string().optional(), appId: z.string().optional() })
const Reference = z.object({ '@odata.id': z.string() })
const MemberParams = z.object({ id: z.string(), memberId: z.string() })
const SignIn = z.object({
  id: z.string(), createdDateTime: z.string(), userPrincipalName: z.string().nullable(), userId: z.string().nullable(), appId: z.string().nullable(), ipAddress: z.string().nullable(),
  clientAppUsed: z.string(), correlationId: z.string(), status: z.object({ errorCode: z.number(), failureReason: z.string().nullable() }),
})

export const graphApi = defineApi({
  me: get('/v1.0/me', { query: Listing, reply: User }),
  myGroups: get('/v1.0/me/memberOf', { query: Listing, reply: list(DirectoryObject) }),
  getByIds: post('/v1.0/directoryObjects/getByIds', { body: z.object({ ids: z.array(z.string()).max(1000), types: z.array(z.string()).optional() }), reply: list(DirectoryObject) }),
  organization: get('/v1.0/organization', { query: Listing, reply: list(z.object({ id: z.string(), displayName: z.string(), verifiedDomains: z.array(z.object({ name: z.string(), isDefault: z.boolean() })) })) }),
  listUsers: get('/v1.0/users', { query: Listing, reply: list(User) }),
  createUser: post('/v1.0/users', { body: NewUser, reply: User, needs: 'administrator' }),
  getUser: get('/v1.0/users/:id', { params: Id, query: Listing, reply: User }),
  updateUser: patch('/v1.0/users/:id', { params: Id, body: UserChange, needs: 'administrator' }),
  deleteUser: del('/v1.0/users/:id', { params: Id, needs: 'administrator' }),
  userGroups: get('/v1.0/users/:id/memberOf', { params: Id, query: Listing, reply: list(DirectoryObject) }),
  revokeSessions: post('/v1.0/users/:id/revokeSignInSessions', { params: Id, reply: z.object({ '@odata.context': z.string(), value: z.boolean() }) }),
  revokeMySessions: post('/v1.0/me/revokeSignInSessions', { reply: z.object({ '@odata.context': z.string(), value: z.boolean() }) }),
  resetPassword: post('/v1.0/users/:id/authentication/methods/28c10230-6103-485e-b985-444c60001490/resetPassword', {
    params: Id, body: z.object({ newPassword: z.string().optional() }), reply: z.object({ newPassword: z.string() }), needs: 'administrator',
  }),
  listApplications: get('/v1.0/applications', { query: Listing, reply: list(Application) }),
  createApplication: post('/v1.0/applications', { body: NewApplication, reply: Application, needs: 'administrator' }),
  getApplication: get('/v1.0/applications/:id', { params: Id, query: Listing, reply: Application }),
  updateApplication: patch('/v1.0/applications/:id', { params: Id, body: ApplicationChange, needs: 'administrator' }),
  deleteApplication: del('/v1.0/applications/:id', { params: Id, needs: 'administrator' }),
  addPassword: post('/v1.0/applications/:id/addPassword', {
    params: Id, body: z.object({ passwordCredential: z.object({ displayName: z.string().optional(), endDateTime: z.iso.datetime({ offset: true }).optional() }).optional() }), reply: Password, needs: 'administrator',
  }),
  removePassword: post('/v1.0/applications/:id/removePassword', { params: Id, body: z.object({ keyId: z.string() }), needs: 'administrator' }),
  listServicePrincipals: get('/v1.0/servicePrincipals', { query: Listing, reply: list(ServicePrincipal) }),
  createServicePrincipal: post('/v1.0/servicePrincipals', { body: z.object({ appId: z.string() }), reply: ServicePrincipal, needs: 'administrator' }),
  getServicePrincipal: get('/v1.0/servicePrincipals/:id', { params: Id, query: Listing, reply: ServicePrincipal }),
  updateServicePrincipal: patch('/v1.0/servicePrincipals/:id', { params: Id, body: z.object({ accountEnabled: z.boolean() }), needs: 'administrator' }),
  deleteServicePrincipal: del('/v1.0/servicePrincipals/:id', { params: Id, needs: 'administrator' }),
  listGroups: get('/v1.0/groups', { query: Listing, reply: list(Group) }),
  createGroup: post('/v1.0/groups', { body: z.object({ displayName: z.string().min(1), description: z.string().nullish() }), reply: Group, needs: 'administrator' }),
  getGroup: get('/v1.0/groups/:id', { params: Id, query: Listing, reply: Group }),
  deleteGroup: del('/v1.0/groups/:id', { params: Id, needs: 'administrator' }),
  listMembers: get('/v1.0/groups/:id/members', { params: Id, query: Listing, reply: list(DirectoryObject) }),
  addMember: post('/v1.0/groups/:id/members/$ref', { params: Id, body: Reference, needs: 'administrator' }),
  removeMember: del('/v1.0/groups/:id/members/:memberId/$ref', { params: MemberParams, needs: 'administrator' }),
  listGrants: get('/v1.0/oauth2PermissionGrants', { query: Listing, reply: list(Grant) }),
  revokeGrant: del('/v1.0/oauth2PermissionGrants/:id', { params: Id }),
  listSignIns: get('/v1.0/auditLogs/signIns', { query: Listing, reply: list(SignIn), needs: 'administrator' }),
})
export type GraphApi = typeof graphApi
