import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { ConsentStore } from '../apps/consents.ts'
import type { Application, ApplicationStore } from '../contract.ts'
import { aadsts, thrown } from './aadsts.ts'
import { textOf } from './facts.ts'
import { keyOf, wantedScopes, type FindResource, type Wanted } from './resources.ts'

export type PolicyDeps = { applications: ApplicationStore; consents: ConsentStore; findResource: FindResource; tenantName: string }

/** When a person must be asked: which account, the password, what an application may do. */
export function askingPolicy(deps: PolicyDeps) {
  const { Prompt, Check } = interactionPolicy
  const policy = interactionPolicy.base()
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  policy.remove('consent')
  policy.add(new Prompt({ name: 'consent', requestable: true },
    new Check('scopes_missing', 'what the application asks for was not allowed yet', 'consent_required', async (ctx) => {
      const { app, wanted } = await asked(ctx, deps)
      if (app.firstParty || ctx.oidc.result?.consent) return false
      return (await missing(ctx, app, wanted, deps)).length > 0
    })))
  return policy
}

/** The application and everything that this request asks for. Throws the AADSTS error of an unknown scope or resource. */
export async function asked(ctx: KoaContextWithOIDC, { applications, findResource, tenantName }: PolicyDeps): Promise<{ app: Application; wanted: Wanted[] }> {
  const appId = ctx.oidc.client?.clientId ?? ''
  const app = await applications.find(appId)
  if (!app) throw thrown(aadsts.unknownApp(appId, tenantName))
  const outcome = await wantedScopes(textOf(ctx.oidc.params?.asked_scope), app, findResource)
  if ('unknownResource' in outcome) throw thrown(aadsts.unknownResource(outcome.unknownResource, tenantName))
  if ('unknownScope' in outcome) throw thrown(aadsts.unknownScope(app.displayName, outcome.unknownScope, outcome.resource))
  return { app, wanted: outcome.wanted }
}

async function missing(ctx: KoaContextWithOIDC, app: Application, wanted: readonly Wanted[], { consents }: PolicyDeps): Promise<Wanted[]> {
  const userId = ctx.oidc.session?.accountId ?? ''
  const open: Wanted[] = []
  for (const { resource, scopes } of wanted) {
    const given = await consents.scopes(userId, app.appId, keyOf(resource))
    const rest = scopes.filter((scope) => !given.includes(scope.value))
    if (rest.length > 0) open.push({ resource, scopes: rest })
  }
  return open
}
