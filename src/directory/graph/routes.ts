import type { FastifyInstance } from 'fastify'
import { implement } from '#base/http/api.ts'
import { mountApi } from '#base/http/mount.ts'
import { Problem } from '#base/problem.ts'
import type { ConsentStore } from '../apps/consents.ts'
import type { ApplicationStore, Claims, GroupStore, Principal, RoleStore, ServicePrincipalStore, UserStore } from '../contract.ts'
import { graphResource, keyOf, type FindResource } from '../oidc/resources.ts'
import type { SessionStore } from '../people/sessions.ts'
import type { SignInLog } from '../people/sign-ins.ts'
import type { Tenant } from '../people/tenant.ts'
import { resources } from '../well-known.ts'
import { graphApi, type GraphApi } from './api.ts'
import { filtered } from './filter.ts'
import { applicationShape, groupShape, objectShape, secretShape, servicePrincipalShape, signInShape, userShape } from './shapes.ts'

export type GraphDeps = {
  baseUrl: string
  tenant: Tenant
  users: UserStore
  applications: ApplicationStore
  servicePrincipals: ServicePrincipalStore
  groups: GroupStore
  roles: RoleStore
  consents: ConsentStore
  sessions: SessionStore
  signIns: SignInLog
  findResource: FindResource
  principals: { findMany(oids: readonly string[]): Promise<Principal[]> }
  verify(token: string, audience: readonly string[]): Promise<Claims>
}
type GraphCaller = { userId: string; userName: string; isUser: boolean; isAdministrator: boolean }

/** Mounts `/v1.0`: anybody of the tenant may read, administrators change. */
export function graphRoutes(app: FastifyInstance, deps: GraphDeps): void {
  const { tenant, users, applications, servicePrincipals, groups, roles, consents, sessions, signIns, principals } = deps
  const page = <T extends object>(name: string, items: readonly T[], query: { $filter?: string | undefined; $top?: number | undefined } = {}) => ({
    '@odata.context': `${deps.baseUrl}/v1.0/$metadata#${name}`,
    value: filtered(items, query.$filter).slice(0, query.$top ?? 999),
  })
  const user = async (id: string) => found(await users.find(id), 'user', id)
  const application = async (id: string) => found(await applications.find(keyFrom(id)), 'application', id)
  const shownApplication = async (id: string) => {
    const app = await application(id)
    return applicationShape(app, await applications.secrets(app.appId), tenant.domain)
  }
  const objects = async (oids: readonly string[]) => (await principals.findMany(oids)).map(objectShape)
  const revokeAll = async (id: string) => {
    await sessions.revokeAll(id)
    return { '@odata.context': `${deps.baseUrl}/v1.0/$metadata#Edm.Boolean`, value: true }
  }
  const room = implement<GraphCaller, GraphApi>(graphApi, {
    me: async ({ caller }) => userShape(await user(mustBePerson(caller))),
    myGroups: async ({ caller, query }) => page('directoryObjects', await objects(await groups.memberOf(caller.userId)), query),
    getByIds: async ({ body }) => page('directoryObjects', await objects(body.ids)),
    organization: ({ query }) => page('organization', [{ id: tenant.id, displayName: tenant.name, verifiedDomains: [{ name: tenant.domain, isDefault: true }] }], query),
    listUsers: async ({ query }) => page('users', (await users.list()).map(userShape), query),
    async createUser({ caller, body }) {
      mustAdminister(caller)
      const { password, forceChangePasswordNextSignIn } = body.passwordProfile
      const made = await users.createUser({ upn: body.userPrincipalName, displayName: body.displayName, password, mustChangePassword: forceChangePasswordNextSignIn })
      return userShape(body.accountEnabled ? made : await users.update(made.id, { enabled: false }))
    },
    getUser: async ({ params }) => userShape(await user(params.id)),
    async updateUser({ caller, params, body }) {
      mustAdminister(caller)
      const { id } = await user(params.id)
      if (body.passwordProfile) await users.resetPassword(id, body.passwordProfile.password, body.passwordProfile.forceChangePasswordNextSignIn)
      await users.update(id, { ...(body.displayName === undefined ? {} : { displayName: body.displayName }), ...(body.accountEnabled === undefined ? {} : { enabled: body.accountEnabled }) })
    },
    async deleteUser({ caller, params }) {
      mustAdminister(caller)
      await users.delete(params.id)
    },
    userGroups: async ({ params, query }) => page('directoryObjects', await objects(await groups.memberOf((await user(params.id)).id)), query),
    async revokeSessions({ caller, params }) {
      const { id } = await user(params.id)
      if (id !== caller.userId) mustAdminister(caller)
      return revokeAll(id)
    },
    revokeMySessions: ({ caller }) => revokeAll(mustBePerson(caller)),
    async resetPassword({ caller, params, body }) {
      mustAdminister(caller)
      return { newPassword: await users.resetPassword(params.id, body.newPassword, true) }
    },
    listApplications: async ({ query }) => page('applications', await Promise.all((await applications.list()).map((each) => shownApplication(each.appId))), query),
    async createApplication({ caller, body }) {
      mustAdminister(caller)
      const publicUris = body.publicClient?.redirectUris ?? []
      const made = await applications.createApplication({
        displayName: body.displayName,
        publisher: tenant.name,
        identifierUris: body.identifierUris,
        redirectUris: [...(body.web?.redirectUris ?? []), ...publicUris],
        logoutUris: body.web?.logoutUrl ? [body.web.logoutUrl] : [],
        publicClient: body.isFallbackPublicClient === true || publicUris.length > 0,
        requiredScopes: body.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({ resource: resourceName(resourceAppId), scopes: resourceAccess.map((each) => each.id) })),
      })
      return shownApplication(made.appId)
    },
    getApplication: ({ params }) => shownApplication(params.id),
    async updateApplication({ caller, params, body }) {
      mustAdminister(caller)
      const redirectUris = body.web?.redirectUris ?? body.publicClient?.redirectUris
      const { appId } = await application(params.id)
      await applications.update(appId, { ...(body.displayName === undefined ? {} : { displayName: body.displayName }), ...(redirectUris ? { redirectUris } : {}) })
    },
    async deleteApplication({ caller, params }) {
      mustAdminister(caller)
      const { appId, firstParty } = await application(params.id)
      if (firstParty) throw new Problem('forbidden', 'This application is part of the product and cannot be deleted.')
      await applications.delete(appId)
    },
    async addPassword({ caller, params, body }) {
      mustAdminister(caller)
      const { displayName, endDateTime } = body.passwordCredential ?? {}
      const { appId } = await application(params.id)
      const made = await applications.addSecret(appId, { ...(displayName === undefined ? {} : { displayName }), ...(endDateTime === undefined ? {} : { endsAt: new Date(endDateTime) }) })
      return secretShape(made, made.secretText)
    },
    async removePassword({ caller, params, body }) {
      mustAdminister(caller)
      await applications.removeSecret((await application(params.id)).appId, body.keyId)
    },
    listServicePrincipals: async ({ query }) => page('servicePrincipals', (await servicePrincipals.list()).map(servicePrincipalShape), query),
    async createServicePrincipal({ caller, body }) {
      mustAdminister(caller)
      return servicePrincipalShape(await servicePrincipals.createServicePrincipal(body.appId))
    },
    getServicePrincipal: async ({ params }) => servicePrincipalShape(found(await servicePrincipals.find(keyFrom(params.id)), 'servicePrincipal', params.id)),
    async updateServicePrincipal({ caller, params, body }) {
      mustAdminister(caller)
      await (body.accountEnabled ? servicePrincipals.enable(keyFrom(params.id)) : servicePrincipals.disable(keyFrom(params.id)))
    },
    async deleteServicePrincipal({ caller, params }) {
      mustAdminister(caller)
      await servicePrincipals.delete(keyFrom(params.id))
    },
    listGroups: async ({ query }) => page('groups', (await groups.list()).map(groupShape), query),
    async createGroup({ caller, body }) {
      mustAdminister(caller)
      return groupShape(await groups.createGroup({ displayName: body.displayName, ...(body.description ? { description: body.description } : {}) }))
    },
    getGroup: async ({ params }) => groupShape(found(await groups.find(params.id), 'group', params.id)),
    async deleteGroup({ caller, params }) {
      mustAdminister(caller)
      await groups.delete(params.id)
    },
    listMembers: async ({ params, query }) => page('directoryObjects', await objects(await groups.members(params.id)), query),
    async addMember({ caller, params, body }) {
      mustAdminister(caller)
      const memberId = body['@odata.id'].split('/').pop() ?? ''
      if ((await principals.findMany([memberId])).length === 0) throw new Problem('not_found', `There is no object ${memberId} in the directory.`)
      await groups.addMember(params.id, memberId)
    },
    async removeMember({ caller, params }) {
      mustAdminister(caller)
      await groups.removeMember(params.id, params.memberId)
    },
    async listGrants({ caller, query }) {
      const rows = await consents.list(caller.isAdministrator ? {} : { userId: caller.userId })
      const shown = await Promise.all(rows.map(async (row) => ({
        id: row.id,
        clientId: (await servicePrincipals.find(row.appId))?.id ?? row.appId,
        consentType: 'Principal',
        principalId: row.userId,
        resourceId: (await servicePrincipals.find((await deps.findResource(row.resource))?.resource.appId ?? ''))?.id ?? row.resource,
        scope: row.scopes.join(' '),
      })))
      return page('oauth2PermissionGrants', shown, query)
    },
    async revokeGrant({ caller, params }) {
      const row = found((await consents.list()).find((each) => each.id === params.id), 'oAuth2PermissionGrant', params.id)
      if (row.userId !== caller.userId) mustAdminister(caller)
      await consents.revoke(row.userId, row.appId)
    },
    async listSignIns({ caller, query }) {
      mustAdminister(caller)
      return page('auditLogs/signIns', (await signIns.list({ limit: 999 })).map(signInShape), query)
    },
  })
  mountApi(app, [room], {
    async authenticate(request) {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
      if (token === undefined) throw new Problem('unauthenticated', 'Access token is empty.')
      const claims = await deps.verify(token, [keyOf(graphResource), ...graphResource.names])
      const canAct = claims.idtyp === 'app' || (claims.scp ?? '').split(' ').includes('Directory.AccessAsUser.All')
      const isAdministrator = canAct && (await roles.of(claims.oid)).includes('Global Administrator')
      const caller: GraphCaller = { userId: claims.oid, userName: claims.upn ?? claims.appid, isUser: claims.idtyp === 'user', isAdministrator }
      return caller
    },
  })
}

const mustAdminister = (caller: GraphCaller) => {
  if (!caller.isAdministrator) throw new Problem('forbidden', 'Insufficient privileges to complete the operation.')
}
const mustBePerson = (caller: GraphCaller) => {
  if (!caller.isUser) throw new Problem('invalid', '/me request is only valid with delegated authentication flow.')
  return caller.userId
}
function found<T>(value: T | null | undefined, kind: string, id: string): T {
  if (!value) throw new Problem('not_found', `Resource '${id}' does not exist or one of its queried reference-property objects are not present. (${kind})`)
  return value
}
/** Graph's alternate key: `/applications(appId='…')` arrives as the parameter `(appId='…')`; `/applications/{id}` as it is. */
const keyFrom = (id: string) => /^\(?appId='([^']+)'\)?$/.exec(id)?.[1] ?? id
const resourceName = (appId: string) => resources.find((each) => each.appId === appId)?.names[0] ?? appId
