import type { Application, Group, Principal, Secret, ServicePrincipal, SignIn, User } from '../contract.ts'
import { resources } from '../well-known.ts'

/** Our things as Graph shows them. */
export const userShape = (user: User) => ({
  id: user.id,
  userPrincipalName: user.upn,
  displayName: user.displayName,
  mail: user.upn,
  accountEnabled: user.enabled,
  createdDateTime: user.createdAt.toISOString(),
})

export const secretShape = (secret: Secret, secretText: string | null = null) => ({
  keyId: secret.keyId,
  displayName: secret.displayName,
  hint: secret.hint,
  startDateTime: secret.startsAt.toISOString(),
  endDateTime: secret.endsAt.toISOString(),
  secretText,
})

export const applicationShape = (app: Application, secrets: readonly Secret[], domain: string) => ({
  id: app.id,
  appId: app.appId,
  displayName: app.displayName,
  publisherDomain: domain,
  createdDateTime: app.createdAt.toISOString(),
  identifierUris: app.identifierUris,
  isFallbackPublicClient: app.publicClient,
  web: { redirectUris: app.publicClient ? [] : app.redirectUris, logoutUrl: app.logoutUris[0] ?? null },
  publicClient: { redirectUris: app.publicClient ? app.redirectUris : [] },
  requiredResourceAccess: app.requiredScopes.map(({ resource, scopes }) => ({
    resourceAppId: resources.find((each) => each.names.includes(resource))?.appId ?? resource,
    resourceAccess: scopes.map((id) => ({ id, type: 'Scope' })),
  })),
  passwordCredentials: secrets.map((secret) => secretShape(secret)),
})

export const servicePrincipalShape = (principal: ServicePrincipal) => ({
  id: principal.id,
  appId: principal.appId,
  displayName: principal.displayName,
  accountEnabled: principal.enabled,
  servicePrincipalType: 'Application',
})

export const groupShape = (group: Group) => ({
  id: group.id,
  displayName: group.displayName,
  description: group.description,
  securityEnabled: true,
  createdDateTime: group.createdAt.toISOString(),
})

const kinds = { User: '#microsoft.graph.user', Group: '#microsoft.graph.group', ServicePrincipal: '#microsoft.graph.servicePrincipal' } as const
export const objectShape = (principal: Principal) => ({
  '@odata.type': kinds[principal.type],
  id: principal.id,
  displayName: principal.displayName,
  ...(principal.upn === undefined ? {} : { userPrincipalName: principal.upn }),
  ...(principal.appId === undefined ? {} : { appId: principal.appId }),
})

export const signInShape = (signIn: SignIn) => ({
  id: signIn.id,
  createdDateTime: signIn.at.toISOString(),
  userPrincipalName: signIn.upn,
  userId: signIn.userId,
  appId: signIn.appId,
  ipAddress: signIn.address,
  clientAppUsed: signIn.flow,
  correlationId: signIn.correlationId,
  status: { errorCode: signIn.resultCode, failureReason: signIn.reason },
})
