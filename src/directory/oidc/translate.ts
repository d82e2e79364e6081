import type { Application, ApplicationStore } from '../contract.ts'
import type { Tenant } from '../people/tenant.ts'
import { aadsts, type AadError } from './aadsts.ts'
import type { Facts } from './facts.ts'
import { keepScope } from './provider.ts'
import { graphResource, isOpenId, keyOf, scopeWords, toUri, type FindResource } from './resources.ts'

export type TranslateDeps = { applications: ApplicationStore; findResource: FindResource; tenant: Tenant }
/** Parameters for oidc-provider, or the error to answer with at once. */
export type Translated = { params: Record<string, string> } | { problem: AadError }

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const prompts = new Set(['login', 'select_account', 'consent', 'none'])
/** Microsoft's own extensions to OAuth that oidc-provider would misread. */
const dropped = ['claims', 'client_info', 'asked_scope', 'request', 'request_uri']

const without = (params: URLSearchParams, names: readonly string[]) => Object.fromEntries([...params].filter(([name]) => !names.includes(name)))

/** Authorization and device code requests: the asked scope travels beside the OpenID scopes that oidc-provider knows. */
export async function translateAuthorize(params: URLSearchParams, { findResource, tenant }: TranslateDeps): Promise<Translated> {
  const scope = params.get('scope') ?? ''
  const resourceV1 = params.get('resource')
  const asked = resourceV1 ? `${resourceV1}/.default offline_access openid profile ${scope}` : scope
  const first = scopeWords(asked).find((word) => word.resource !== null)
  const target = first?.resource ? await findResource(first.resource) : { audience: keyOf(graphResource) }
  if (!target) return { problem: aadsts.unknownResource(first?.resource ?? '', tenant.name) }
  const prompt = (params.get('prompt') ?? '').split(' ').filter((each) => prompts.has(each)).join(' ')
  const keep = scopeWords(asked).some((word) => word.value === 'offline_access') ? ` ${keepScope}` : ''
  const kept = without(params, [...dropped, 'scope', 'resource', 'prompt'])
  return {
    params: {
      ...kept,
      ...(prompt ? { prompt } : {}),
      scope: `openid profile email${keep}`,
      // Sorted and without repetition it would still be the client's wish: shown on the consent page as it came.
      asked_scope: asked.trim() || 'openid',
      resource: toUri(target.audience),
    },
  }
}

/** Token requests. Facts get what the answer must echo. */
export async function translateToken(params: URLSearchParams, basicUser: string | undefined, facts: Facts, deps: TranslateDeps): Promise<Translated> {
  const grant = params.get('grant_type')
  const clientId = params.get('client_id') ?? basicUser
  facts.grantType = grant ?? ''
  if (!grant) return { problem: aadsts.missing('grant_type') }
  if (!clientId) return { problem: aadsts.missing('client_id') }
  facts.clientId = clientId
  const app = await deps.applications.find(clientId)
  if (!app || app.appId !== clientId.toLowerCase()) return { problem: aadsts.unknownApp(clientId, deps.tenant.name) }
  const secret = params.has('client_secret') || params.has('client_assertion') || basicUser !== undefined
  const wrong = wrongAuthentication(app, secret, grant)
  if (wrong) return { problem: wrong }
  const resourceV1 = params.get('resource')
  if (resourceV1) facts.v1 = { resource: resourceV1 }
  const scope = params.get('scope') ?? (resourceV1 ? `${resourceV1}/.default` : undefined)
  if (scope !== undefined) facts.scope = scope
  const target = await targetOf(grant, scope, deps)
  if ('problem' in target) return target
  const deviceCode = params.get('device_code') ?? (grant === 'device_code' ? params.get('code') : null)
  const isDevice = grant === 'device_code' || grant === deviceGrant
  return {
    params: {
      ...without(params, [...dropped, 'scope', 'resource', 'client_id', ...(isDevice ? ['code', 'device_code'] : [])]),
      ...(basicUser === undefined ? { client_id: app.appId } : {}),
      grant_type: isDevice ? deviceGrant : grant,
      ...(isDevice && deviceCode ? { device_code: deviceCode } : {}),
      ...(target.audience === undefined ? {} : { resource: toUri(target.audience) }),
    },
  }
}

function wrongAuthentication(app: Application, secret: boolean, grant: string): AadError | undefined {
  if (app.publicClient && secret) return aadsts.publicSecret()
  if (!app.publicClient && !secret) return aadsts.missingSecret()
  if (app.publicClient && grant === 'client_credentials') return aadsts.missingSecret()
  return undefined
}

async function targetOf(grant: string, scope: string | undefined, { findResource, tenant }: TranslateDeps): Promise<{ audience?: string } | { problem: AadError }> {
  const words = scopeWords(scope ?? '')
  const asked = words.filter((word) => word.resource !== null)
  if (grant === 'client_credentials') {
    if (words.length === 0) return { problem: aadsts.missing('scope') }
    const bad = words.find((word) => word.value !== '.default')
    if (bad) return { problem: aadsts.appScope(bad.word) }
  }
  const graph = words.find((word) => word.resource === null && !isOpenId(word.value))
  const first = asked[0]?.resource
  if (first === undefined || first === null) return graph ? { audience: keyOf(graphResource) } : {}
  const found = await findResource(first)
  return found ? { audience: found.audience } : { problem: aadsts.unknownResource(first, tenant.name) }
}
