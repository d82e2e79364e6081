import type { FastifyPluginAsync } from 'fastify'

/** What a verified access token says. Names are those of Entra ID's access token claims. */
export type Claims = {
  /** Object id of the user or service principal. */
  oid: string
  tid: string
  aud: string
  /** Sign-in name; users only. */
  upn?: string
  name?: string
  /** The application that got the token. */
  appid: string
  idtyp: 'user' | 'app'
  /** Delegated scopes, space-separated; users only. */
  scp?: string
  iat: number
  exp: number
}

export type User = { id: string; upn: string; displayName: string; enabled: boolean; createdAt: Date; mustChangePassword: boolean }
export type Group = { id: string; displayName: string; description: string | null; createdAt: Date }
/** Scopes an application asks for, by resource: `{ resource: 'https://management.azure.com/', scopes: ['user_impersonation'] }`. */
export type RequiredScopes = { resource: string; scopes: string[] }
export type Application = {
  id: string
  appId: string
  displayName: string
  publisher: string
  redirectUris: string[]
  /** Where a browser may be sent after signing out. */
  logoutUris: string[]
  requiredScopes: RequiredScopes[]
  /** Names under which tokens for this application as a resource can be asked for. */
  identifierUris: string[]
  /** No secret: command lines and desktop programs. May use the device code and any port of http://localhost. */
  publicClient: boolean
  /** Part of the product: users are not asked for consent. */
  firstParty: boolean
  createdAt: Date
}
export type ServicePrincipal = { id: string; appId: string; displayName: string; enabled: boolean; createdAt: Date }
export type Secret = { keyId: string; displayName: string; hint: string; startsAt: Date; endsAt: Date }
export type Principal = { id: string; type: 'User' | 'Group' | 'ServicePrincipal'; displayName: string; enabled: boolean; upn?: string; appId?: string }
export type Consent = { id: string; userId: string; appId: string; resource: string; scopes: string[]; createdAt: Date; updatedAt: Date }
export type Session = { id: string; userId: string; createdAt: Date; expiresAt: Date; apps: string[] }
export type SignIn = {
  id: string
  at: Date
  userId: string | null
  upn: string | null
  appId: string | null
  flow: string
  /** 0, or the number of the AADSTS error. */
  resultCode: number
  reason: string | null
  address: string | null
  userAgent: string | null
  correlationId: string
}

export type UserStore = {
  /** Refuses personal domains, domains of other tenants and names that exist. Without a password one is generated and returned. */
  createUser(wish: { upn: string; displayName: string; password?: string; mustChangePassword?: boolean }): Promise<User & { password?: string }>
  list(): Promise<User[]>
  find(idOrUpn: string): Promise<User | null>
  update(idOrUpn: string, change: { displayName?: string; enabled?: boolean }): Promise<User>
  disable(idOrUpn: string): Promise<void>
  enable(idOrUpn: string): Promise<void>
  /** Without a password one is generated. Ends all sessions. Returns the new password. */
  resetPassword(idOrUpn: string, password?: string, mustChangePassword?: boolean): Promise<string>
  delete(idOrUpn: string): Promise<void>
}
export type ApplicationStore = {
  createApplication(wish: {
    appId?: string
    displayName: string
    publisher?: string
    redirectUris?: readonly string[]
    logoutUris?: readonly string[]
    requiredScopes?: readonly RequiredScopes[]
    identifierUris?: readonly string[]
    publicClient?: boolean
    firstParty?: boolean
    /** A secret of one's own (≥ 32 characters); `addSecret` generates one. */
    secret?: string
  }): Promise<Application>
  list(): Promise<Application[]>
  /** By application (client) id or object id. */
  find(appId: string): Promise<Application | null>
  update(appId: string, change: { displayName?: string; redirectUris?: readonly string[]; requiredScopes?: readonly RequiredScopes[] }): Promise<Application>
  /** Idempotent. A loopback or https address. */
  addRedirectUri(appId: string, uri: string): Promise<void>
  removeRedirectUri(appId: string, uri: string): Promise<void>
  /** Idempotent. */
  addLogoutUri(appId: string, uri: string): Promise<void>
  removeLogoutUri(appId: string, uri: string): Promise<void>
  /** The generated secret is returned once and never shown again. Default life: two years. */
  addSecret(appId: string, wish?: { displayName?: string; endsAt?: Date }): Promise<Secret & { secretText: string }>
  secrets(appId: string): Promise<Secret[]>
  removeSecret(appId: string, keyId: string): Promise<void>
  /** Also deletes its service principal, consents and tokens. */
  delete(appId: string): Promise<void>
}
export type ServicePrincipalStore = {
  /** Idempotent by application id: the existing one is returned. */
  createServicePrincipal(appId: string): Promise<ServicePrincipal>
  list(): Promise<ServicePrincipal[]>
  /** By object id or application id. */
  find(idOrAppId: string): Promise<ServicePrincipal | null>
  disable(idOrAppId: string): Promise<void>
  enable(idOrAppId: string): Promise<void>
  delete(idOrAppId: string): Promise<void>
}
export type GroupStore = {
  createGroup(wish: { displayName: string; description?: string }): Promise<Group>
  list(): Promise<Group[]>
  find(id: string): Promise<Group | null>
  /** Object ids. */
  members(id: string): Promise<string[]>
  addMember(id: string, memberId: string): Promise<void>
  removeMember(id: string, memberId: string): Promise<void>
  /** Ids of all groups that a principal is in, through groups in groups too. */
  memberOf(oid: string): Promise<string[]>
  delete(id: string): Promise<void>
}
export type Role = 'Global Administrator' | 'User Administrator' | 'Application Administrator'
export type RoleStore = {
  of(oid: string): Promise<Role[]>
  assign(oid: string, role: Role): Promise<void>
  remove(oid: string, role: Role): Promise<void>
  members(role: Role): Promise<string[]>
}

/** The identity half of the product: one tenant in Entra ID's layout. */
export type Directory = {
  /** Everything served on the directory's port: sign-in, OpenID Connect, `/v1.0` (Microsoft Graph subset), `/myapps`. */
  plugin: FastifyPluginAsync
  tenantId: string
  tenantName: string
  /** Domain of the tenant's user names. */
  domain: string
  /** `{baseUrl}/{tenantId}/v2.0` */
  issuer: string
  /** Makes the administrator and the well-known applications. `adminPassword` only the first time. */
  bootstrap(): Promise<{ adminUpn: string; adminId: string; adminPassword?: string }>
  /** Checks signature, issuer, times, audience and revocation. Throws Problem('unauthenticated'). */
  verify(token: string, audience: readonly string[]): Promise<Claims>
  principals: {
    find(oid: string): Promise<Principal | null>
    findMany(oids: readonly string[]): Promise<Principal[]>
    list(): Promise<Principal[]>
  }
  users: UserStore
  applications: ApplicationStore
  servicePrincipals: ServicePrincipalStore
  groups: GroupStore
  roles: RoleStore
  /** Same as `groups.memberOf`. */
  memberOf(oid: string): Promise<string[]>
  sessions: { list(userId: string): Promise<Session[]>; revoke(sessionId: string): Promise<void>; revokeAll(userId: string): Promise<void> }
  consents: { list(filter?: { userId?: string; appId?: string }): Promise<Consent[]>; revoke(userId: string, appId: string): Promise<void> }
  signIns: { list(filter?: { userId?: string; appId?: string; limit?: number }): Promise<SignIn[]> }
  signingKeys: { rotate(): Promise<{ kid: string }>; list(): Promise<{ kid: string; state: 'next' | 'active' | 'retired'; createdAt: Date }[]> }
  /** Late-bound by `main`: says in one sentence why an account may do too much (`null`: it may not). Shown on the consent page. */
  warnWhen(overPrivileged: (oid: string) => Promise<string | null>): void
  /** Key rotation and clean-up of expired things; `stop` waits for what runs. */
  start(): void
  stop(): Promise<void>
}
