import type { Application, RequiredScopes } from '../contract.ts'
import type { Db } from '../tables.ts'
import { openIdScopes, resources, type Resource, type Scope } from '../well-known.ts'

/** A resource as it was asked for: tokens carry the audience in the form the client knows it by. */
export type Asked = { resource: Resource; audience: string }
/** One word of a `scope` parameter. */
export type ScopeWord = { word: string; resource: string | null; value: string }

const bare = (name: string) => name.replace(/\/+$/, '').toLowerCase()
const graph = resources.find((each) => each.names[0] === 'https://graph.microsoft.com/')
if (!graph) throw new Error('unreachable')
/** What tokens are for when nothing else was asked for. */
export const graphResource: Resource = graph

/**
 * Splits a scope parameter. `X/.default` and `X/user_impersonation` belong to X; so does `X//.default`, which az sends
 * when X ends in a slash; a word without a slash is an OpenID scope or one of Graph's.
 */
export function scopeWords(scope: string): ScopeWord[] {
  return scope.split(/\s+/).filter(Boolean).map((word) => {
    const cut = word.lastIndexOf('/')
    return cut < 0 ? { word, resource: null, value: word } : { word, resource: word.slice(0, cut), value: word.slice(cut + 1) }
  })
}

export const isOpenId = (value: string) => openIdScopes.some((scope) => scope === value)

/** Finds resources by any of their names: the product's own, and registered applications. Graph answers at `baseUrl`, so az asks for it by that. */
export function resourceFinder({ db, baseUrl }: { db: Db; baseUrl: string }) {
  const find = async (name: string): Promise<Asked | null> => {
    if (bare(name) === bare(baseUrl)) return { resource: graphResource, audience: keyOf(graphResource) }
    const known = resources.find((resource) => resource.names.some((each) => bare(each) === bare(name)))
    if (known) return { resource: known, audience: audienceOf(known, name) }
    const row = await db.selectFrom('applications').select(['app_id', 'display_name', 'identifier_uris'])
      .where((eb) => eb.or([eb('app_id', '=', bare(name)), eb('identifier_uris', '@>', JSON.stringify([name.replace(/\/+$/, '')]) as unknown as string[])])) // jsonb containment takes JSON text
      .executeTakeFirst()
    if (!row) return null
    const audience = row.identifier_uris.find((uri) => bare(uri) === bare(name)) ?? row.app_id
    return { audience, resource: { appId: row.app_id, displayName: row.display_name, names: [row.app_id, ...row.identifier_uris], scopes: [impersonation(row.display_name)] } }
  }
  return find
}
export type FindResource = ReturnType<typeof resourceFinder>

/** ARM, Graph and Storage are known by their URI even when asked for by application id. */
const audienceOf = (resource: Resource, name: string) => {
  const matched = resource.names.find((each) => bare(each) === bare(name))
  return matched?.includes('://') ? matched : (resource.names[0] ?? name)
}
const impersonation = (app: string): Scope => ({ value: 'user_impersonation', title: `Access ${app} as you`, description: `Use ${app} with what you are allowed to do there.` })

/** Consents are kept under a resource's first name. */
export const keyOf = (resource: Resource) => resource.names[0] ?? resource.appId

/** oidc-provider wants resources to be absolute URIs (RFC 8707); application ids are not. */
export const toUri = (audience: string) => (audience.includes(':') ? audience : `urn:aad:${audience}`)
export const fromUri = (uri: string) => uri.replace(/^urn:aad:/, '')

/** What a `.default` or an application of the product itself gets. */
export const defaultScopes = (resource: Resource) =>
  resource === graphResource ? ['openid', 'profile', 'email', 'offline_access', 'User.Read', 'Directory.AccessAsUser.All'] : resource.scopes.map((scope) => scope.value)

export type Wanted = { resource: Resource; scopes: Scope[] }
export type WantedOutcome = { wanted: Wanted[] } | { unknownResource: string } | { unknownScope: string; resource: string }

/** Everything a sign-in asks a user to allow, by resource, in the order of the request. */
export async function wantedScopes(scope: string, app: Application, find: FindResource): Promise<WantedOutcome> {
  const values = new Map<string, { resource: Resource; values: Set<string> }>()
  const add = (resource: Resource, names: readonly string[]) => {
    const entry = values.get(keyOf(resource)) ?? { resource, values: new Set<string>() }
    for (const name of names) entry.values.add(name)
    values.set(keyOf(resource), entry)
  }
  for (const { resource: name, value } of scopeWords(scope)) {
    const asked = name === null ? { resource: graphResource } : await find(name)
    if (!asked) return { unknownResource: name ?? '' }
    if (value !== '.default') add(asked.resource, [value])
    else {
      const outcome = await addRequired(app.requiredScopes, add, find)
      if (outcome) return outcome
      if (!app.requiredScopes.some((each) => bare(each.resource) === bare(keyOf(asked.resource)))) {
        add(asked.resource, asked.resource === graphResource ? ['User.Read'] : defaultScopes(asked.resource))
      }
    }
  }
  const wanted: Wanted[] = []
  for (const { resource, values: names } of values.values()) {
    const scopes: Scope[] = []
    for (const name of names) {
      const scope = resource.scopes.find((each) => each.value.toLowerCase() === name.toLowerCase())
      if (!scope) return { unknownScope: name, resource: resource.displayName }
      scopes.push(scope)
    }
    wanted.push({ resource, scopes })
  }
  return { wanted }
}

async function addRequired(required: readonly RequiredScopes[], add: (resource: Resource, names: readonly string[]) => void, find: FindResource) {
  for (const { resource, scopes } of required) {
    const asked = await find(resource)
    if (!asked) return { unknownResource: resource }
    add(asked.resource, scopes)
  }
  return null
}
