import type { ApplicationStore, RoleStore, ServicePrincipalStore, UserStore } from './contract.ts'
import { sql } from 'kysely'
import type { Db } from './tables.ts'
import type { Tenant } from './people/tenant.ts'
import { azureCli, brickyardCli, databricksApp, myApps, resources } from './well-known.ts'

export type BootstrapDeps = {
  db: Db
  tenant: Tenant
  baseUrl: string
  users: UserStore
  applications: ApplicationStore
  servicePrincipals: ServicePrincipalStore
  roles: RoleStore
}

type First = { adminUpn: string; adminId: string; adminPassword?: string }

/** Makes what a tenant begins with. Repeatable: only what is missing is made, by one process at a time. */
export function bootstrap(deps: BootstrapDeps): Promise<First> {
  return deps.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('directory.bootstrap'))`.execute(tx) // held while the stores below use connections of their own
    return begin(deps)
  })
}

async function begin(deps: BootstrapDeps): Promise<First> {
  await wellKnownApplications(deps)
  const { users, roles, tenant } = deps
  const administrators = await roles.members('Global Administrator')
  const existing = administrators[0] === undefined ? null : await users.find(administrators[0])
  if (existing) return { adminUpn: existing.upn, adminId: existing.id }
  const upn = `admin@${tenant.domain}`
  // A crash between the two steps below leaves a user without the role and with a password nobody saw: give a new one.
  const half = await users.find(upn)
  const made = half ? { ...half, password: await users.resetPassword(upn) } : await users.createUser({ upn, displayName: 'Administrator' })
  await roles.assign(made.id, 'Global Administrator')
  return { adminUpn: upn, adminId: made.id, ...(made.password === undefined ? {} : { adminPassword: made.password }) }
}

async function wellKnownApplications({ applications, servicePrincipals, baseUrl }: BootstrapDeps): Promise<void> {
  const loopback = ['http://localhost', 'http://127.0.0.1']
  const clients = [
    { appId: azureCli, displayName: 'Microsoft Azure CLI', publisher: 'Microsoft', redirectUris: loopback, publicClient: true },
    { appId: brickyardCli, displayName: 'Brickyard CLI', publisher: 'Brickyard', redirectUris: loopback, publicClient: true },
    { appId: myApps, displayName: 'My Apps', publisher: 'Brickyard', redirectUris: [`${baseUrl}/myapps`], logoutUris: [`${baseUrl}/myapps/signed-out`], publicClient: true },
  ]
  // The Databricks application is a client too; `main` makes it, with its secret and what it asks for.
  const apis = resources.filter(({ appId }) => appId !== databricksApp).map(({ appId, displayName, names }) => ({ appId, displayName, publisher: 'Brickyard', identifierUris: names }))
  for (const wish of [...clients, ...apis]) {
    const existing = await applications.find(wish.appId)
    if (!existing) await applications.createApplication({ ...wish, firstParty: true })
    else if ('redirectUris' in wish) for (const uri of wish.redirectUris) await applications.addRedirectUri(wish.appId, uri)
    await servicePrincipals.createServicePrincipal(wish.appId)
  }
}
