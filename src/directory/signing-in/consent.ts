import type { ConsentStore } from '../apps/consents.ts'
import type { RoleStore, ServicePrincipalStore } from '../contract.ts'
import { keyOf, wantedScopes, type FindResource, type Wanted } from '../oidc/resources.ts'
import { consentPage, declinedPage } from '../pages/consent.ts'
import { originOf, type Page } from '../pages/layout.ts'
import type { SignInLog } from '../people/sign-ins.ts'
import type { Tenant } from '../people/tenant.ts'
import type { Interaction } from './interaction.ts'
import { attempt, type Next } from './steps.ts'

export type ConsentDeps = {
  tenant: Tenant
  consents: ConsentStore
  servicePrincipals: ServicePrincipalStore
  roles: RoleStore
  signIns: SignInLog
  findResource: FindResource
  overPrivileged(oid: string): Promise<string | null>
  portalUrl: string
}

/** Asks what the application may do. The account is signed in by now. */
export async function askConsent(interaction: Interaction, deps: ConsentDeps): Promise<Page> {
  const { app, account, form, params, isDevice } = interaction
  if (!account) throw new Error('Consent was asked for before signing in')
  return consentPage(form, {
    app: { name: app.displayName, publisher: app.publisher, address: isDevice ? '' : (originOf(params.redirect_uri)[0] ?? '') },
    user: { upn: account.upn },
    wanted: await wantedBy(interaction, deps),
    warning: await warningFor(account.id, deps),
    suggestion: `databricks-user@${deps.tenant.domain}`,
    accountsUrl: `${deps.portalUrl}/directory/users`,
    device: isDevice,
  })
}

export async function answerConsent(interaction: Interaction, accepted: boolean, deps: ConsentDeps): Promise<Next> {
  const { app, account } = interaction
  if (!account) throw new Error('Consent was given before signing in')
  const tried = { ...attempt(interaction), userId: account.id, upn: account.upn }
  if (accepted) {
    const wanted = await wantedBy(interaction, deps)
    await deps.consents.grant(account.id, app.appId, wanted.map(({ resource, scopes }) => ({ resource: keyOf(resource), scopes: scopes.map((scope) => scope.value) })))
    await deps.servicePrincipals.createServicePrincipal(app.appId)
    await deps.signIns.record({ ...tried, resultCode: 0, reason: 'consent given' })
    return { goTo: await interaction.finish({ consent: {} }) }
  }
  await deps.signIns.record({ ...tried, resultCode: 65004, reason: 'consent declined' })
  const goTo = await interaction.finish({ error: 'access_denied', error_description: 'AADSTS65004: User declined to consent to access the app.' })
  // A device waits for the answer; in a browser the person first reads what declining means.
  return interaction.isDevice ? { goTo } : { page: declinedPage({ app: app.displayName, backTo: goTo }) }
}

async function wantedBy({ app, params }: Interaction, { findResource }: ConsentDeps): Promise<Wanted[]> {
  const outcome = await wantedScopes(params.asked_scope ?? 'openid', app, findResource)
  if (!('wanted' in outcome)) throw new Error('The scopes of a sign-in became unknown while it was under way')
  return outcome.wanted
}

async function warningFor(oid: string, { roles, overPrivileged }: ConsentDeps): Promise<string | null> {
  const said = [(await roles.of(oid)).includes('Global Administrator') ? 'It is a Global Administrator of this directory.' : null, await overPrivileged(oid)]
  return said.filter((each) => each !== null).join(' ') || null
}
