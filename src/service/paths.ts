import { Problem } from '#base/problem.ts'
import type { Place } from './ids.ts'

/** What a path of the resource manager asks about. */
export type Target =
  | { kind: 'workspace'; place: Place }
  | { kind: 'workspaces'; subscriptionId: string; resourceGroup?: string }
  | { kind: 'operation'; subscriptionId: string; resourceGroup?: string; location: string; id: string; results: boolean }
  | { kind: 'operations' }

/** Types of Microsoft.Databricks 2026-01-01 that are not there yet: refused by name. */
const notYet = new Set(['accessconnectors', 'privateendpointconnections', 'privatelinkresources', 'virtualnetworkpeerings', 'outboundnetworkdependenciesendpoints', 'updatedenyassignment'])

/** Reads a path. Words of an id are equal whatever their case, and doubled slashes count once (az sends them). */
export function readPath(path: string): Target {
  const parts = path.split('/').filter((part) => part !== '').map(decodeURIComponent)
  const at = (index: number, word: string) => parts[index]?.toLowerCase() === word
  if (at(0, 'providers') && at(1, 'microsoft.databricks') && at(2, 'operations') && parts.length === 3) return { kind: 'operations' }
  const subscriptionId = parts[1] ?? ''
  const inGroup = at(2, 'resourcegroups')
  const resourceGroup = inGroup ? parts[3] ?? '' : undefined
  const start = inGroup ? 4 : 2
  if (!at(0, 'subscriptions') || !at(start, 'providers') || !at(start + 1, 'microsoft.databricks')) throw unknown(path)
  const rest = parts.slice(start + 2)
  const [type = '', name, child, childName] = rest
  const group = resourceGroup === undefined ? {} : { resourceGroup }
  if (type.toLowerCase() === 'locations' && (at(start + 4, 'operationstatuses') || at(start + 4, 'operationresults')) && name && childName) {
    return { kind: 'operation', subscriptionId, ...group, location: name, id: childName, results: at(start + 4, 'operationresults') }
  }
  for (const part of [type, child ?? '']) {
    if (notYet.has(part.toLowerCase())) throw new Problem('not_implemented', `The resource type 'Microsoft.Databricks/${child ? `${type}/${child}` : type}' is not supported yet.`)
  }
  if (type.toLowerCase() !== 'workspaces') throw unknown(path)
  if (rest.length === 1) return { kind: 'workspaces', subscriptionId, ...group }
  if (rest.length === 2 && name && resourceGroup) return { kind: 'workspace', place: { subscriptionId, resourceGroup, name } }
  throw unknown(path)
}

const unknown = (path: string) => new Problem('path_not_found', `The resource type could not be found in the namespace 'Microsoft.Databricks' for the path '${path.slice(0, 300)}'.`)
