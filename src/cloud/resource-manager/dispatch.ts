import type { Access } from '../authorization/access.ts'
import { segmentsOf } from './id.ts'
import type { Call, Operation, Reply } from './operation.ts'
import { openTable } from './operation.ts'
import { Problem } from '#base/problem.ts'
import { bad, notBuilt, subscriptionNotFound } from './problems.ts'
import { region } from './core.ts'

export type Catalogue = {
  /** Lower-case type → its versions. */
  types: ReadonlyMap<string, readonly string[]>
  /** Lower-case namespaces that are registered. */
  namespaces: ReadonlySet<string>
  /** Lower-case types that Azure has and this resource manager does not: named in a 501. */
  unbuilt: ReadonlySet<string>
}
export type Found = { operation: Operation; call: Call; scope: string; run(): Promise<Reply> }
/** Finds the line of the table for a request; `run` asks for the permission and answers. */
export type Dispatch = (call: Omit<Call, 'params' | 'apiVersion'>) => Found

/** From a signed-in request to its answer: version, subscription, line of the table, permission, handler. In Azure's order. */
export function openDispatch(options: { operations: readonly Operation[]; access: Access; subscriptionId: string; catalogue: Catalogue }): Dispatch {
  const table = openTable(options.operations)
  return (request) => {
    const segments = segmentsOf(request.path)
    const apiVersion = versionOf(request.query)
    mustBeOurs(segments, options.subscriptionId)
    const matches = table.match(segments)
    const match = matches.find((each) => each.operation.method === request.method)
    if (!match) throw unknown(segments, request.method, apiVersion, matches.map((each) => each.operation.method), options.catalogue)
    const { operation, params } = match
    mustKnow(operation.versions, apiVersion, segments)
    const call: Call = { ...request, params, apiVersion }
    const scope = operation.scope?.(call) ?? permissionScope(segments)
    return {
      operation, call, scope,
      async run() {
        if (operation.needs !== null) await options.access.must(call.caller, operation.needs, scope)
        return operation.handle(call)
      },
    }
  }
}

function versionOf(query: URLSearchParams): string {
  const version = query.get('api-version')
  if (!version) throw bad('MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.')
  return version.toLowerCase()
}

function mustBeOurs(segments: readonly string[], subscriptionId: string): void {
  const named = segments[0]?.toLowerCase() === 'subscriptions' ? segments[1] : undefined
  if (named === undefined || named.toLowerCase() === subscriptionId.toLowerCase()) return
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(named)) throw bad('InvalidSubscriptionId', `The provided subscription identifier '${named}' is malformed or invalid.`)
  throw subscriptionNotFound(named)
}

function mustKnow(versions: readonly string[], apiVersion: string, segments: readonly string[]): void {
  if (versions[0] === '*' || versions.includes(apiVersion)) return
  const { type } = typeOf(segments)
  const list = versions.join(', ')
  if (!type) throw bad('InvalidApiVersionParameter', `The api-version '${apiVersion}' is invalid. The supported versions are '${list}'.`)
  const short = type.split('/').slice(1).join('/')
  throw bad('NoRegisteredProviderFound', `No registered resource provider found for location '${region.name}' and API version '${apiVersion}' for type '${short}'. The supported api-versions are '${list}'. The supported locations are '${region.name}'.`)
}

/** The type that a path speaks about: what follows the last `providers`. */
export function typeOf(segments: readonly string[]): { namespace: string | null; type: string | null } {
  const at = segments.findLastIndex((part) => part.toLowerCase() === 'providers')
  const namespace = at < 0 ? undefined : segments[at + 1]
  if (namespace === undefined) return { namespace: null, type: null }
  const types = segments.slice(at + 2).filter((_, index) => index % 2 === 0)
  return { namespace, type: types.length ? `${namespace}/${types.join('/')}` : null }
}

function unknown(segments: readonly string[], method: string, apiVersion: string, methods: readonly string[], catalogue: Catalogue): Problem {
  const { namespace, type } = typeOf(segments)
  if (methods.length > 0) return bad('MethodNotAllowed', `The http method '${method}' is not supported for '${type ?? `/${segments.join('/')}`}'. It answers ${[...new Set(methods)].join(', ')}.`)
  const parts = type?.split('/') ?? []
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/').toLowerCase())
  // A type, child or action that Azure has and this cloud has not: said by name.
  if (type && above.some((each) => catalogue.unbuilt.has(each) || catalogue.types.has(each))) return notBuilt(catalogue.types.has(type.toLowerCase()) ? `${method} ${type}` : type)
  if (namespace && !catalogue.namespaces.has(namespace.toLowerCase())) return new Problem('path_not_found', `The resource namespace '${namespace}' is invalid.`, { extra: { wireCode: 'InvalidResourceNamespace' } })
  if (namespace && type) {
    return new Problem('path_not_found', `The resource type '${type.split('/').slice(1).join('/')}' could not be found in the namespace '${namespace}' for api version '${apiVersion}'. The supported api-versions are '${nearest(catalogue, namespace)}'.`)
  }
  return new Problem('path_not_found', `No resource manager operation answers ${method} '/${segments.join('/')}'.`, { extra: { wireCode: 'NotFound' } })
}

const nearest = (catalogue: Catalogue, namespace: string): string => {
  const first = [...catalogue.types].find(([type]) => type.startsWith(`${namespace.toLowerCase()}/`))
  return first?.[1].join(', ') ?? ''
}

/** Where a permission is asked for: the resource itself; for an action the resource it is on; for a list what holds it. */
export function permissionScope(segments: readonly string[]): string {
  const at = segments.findLastIndex((part) => part.toLowerCase() === 'providers')
  const rest = at < 0 ? 0 : segments.length - at - 2
  const end = at < 0 || rest % 2 === 0 ? segments.length : rest === 1 ? at : segments.length - 1
  return `/${segments.slice(0, end).join('/')}`
}
