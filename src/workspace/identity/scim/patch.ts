import { valueFilterOf, type Test } from './filter.ts'
import { asRecord, attributeOf, member, multiValued, refused, type Kind, type Resource } from './resource.ts'

export type Operation = { op: string; path?: string | undefined; value?: unknown }
type Path = { attribute: string; filter?: Test; sub?: string }
type Item = Record<string, unknown>

/**
 * A resource after the operations of a PATCH. Source: RFC 7644 §3.5.2, and what databricks-sdk-py, Terraform and Entra ID send:
 * operations in any case, paths inside of path-less values, a list of values to remove.
 */
export function patched(resource: Resource, operations: readonly Operation[], kind: Kind): Resource {
  return operations.reduce<Resource>((now, operation) => {
    const op = operation.op.toLowerCase()
    if (op !== 'add' && op !== 'replace' && op !== 'remove')
      throw refused('invalidSyntax', `${operation.op} is not an operation; there are add, replace and remove`, 'op')
    if (operation.path !== undefined && operation.path !== '') return applied(now, op, pathOf(operation.path, kind), operation.value)
    const parts = asRecord(operation.value)
    if (op === 'remove') throw refused('noTarget', 'remove needs a path', 'path')
    if (!parts) throw refused('invalidValue', `${op} without a path needs an object of attributes as its value`, 'value')
    return Object.entries(parts).reduce((each, [name, value]) => (name === 'schemas' ? each : applied(each, op, pathOf(name, kind), value)), now)
  }, resource)
}

/** `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`. */
function pathOf(text: string, kind: Kind): Path {
  const [, name = '', filter, sub] = /^((?:urn:[\w.:-]+:)?\w+)(?:\[(.*)\])?(?:\.(\$?\w+))?$/i.exec(text.trim()) ?? []
  if (name === '') throw refused('invalidPath', `The path ${text} cannot be read`, 'path')
  const attribute = attributeOf(kind, name, 'invalidPath')
  if (['id', 'schemas', 'meta', 'groups'].includes(attribute))
    throw refused('mutability', `${attribute} cannot be changed${attribute === 'groups' ? ' here; change the members of the group' : ''}`, 'path')
  if (filter !== undefined && !multiValued.includes(attribute)) throw refused('invalidPath', `${attribute} has only one value`, 'path')
  return { attribute, ...(filter === undefined ? {} : { filter: valueFilterOf(filter) }), ...(sub === undefined ? {} : { sub }) }
}

function applied(resource: Resource, op: 'add' | 'replace' | 'remove', path: Path, value: unknown): Resource {
  const { attribute, sub } = path
  if (op !== 'remove' && value === undefined) throw refused('invalidValue', `${op} ${attribute} needs a value`, 'value')
  if (multiValued.includes(attribute)) return { ...resource, [attribute]: listAfter(itemsOf(resource[attribute]), op, path, value) }
  if (sub !== undefined) {
    const { [nameIn(resource[attribute], sub)]: _gone, ...rest } = asRecord(resource[attribute]) ?? {}
    return { ...resource, [attribute]: op === 'remove' ? rest : { ...rest, [sub]: value } }
  }
  if (op === 'remove') return { ...resource, [attribute]: undefined }
  const [before, after] = [asRecord(resource[attribute]), asRecord(value)]
  return { ...resource, [attribute]: op === 'add' && before && after ? { ...before, ...after } : value }
}

function listAfter(list: readonly Item[], op: 'add' | 'replace' | 'remove', path: Path, value: unknown): readonly Item[] {
  const { filter, sub, attribute } = path
  const meant = filter ?? (() => true)
  if (op === 'remove') {
    // Entra ID says which values by a list, beside the path of the whole attribute.
    const named = filter || value === undefined ? undefined : itemsOf(value).map((item) => item.value)
    return list.filter((item) => !(named ? named.includes(item.value) : meant(item)))
  }
  if (filter || sub !== undefined) {
    if (!list.some(meant)) throw refused('noTarget', `No value of ${attribute} fits the path`, 'path')
    const change = sub === undefined ? (asRecord(value) ?? { value }) : { [sub]: value }
    return list.map((item) => (meant(item) ? { ...item, ...change } : item))
  }
  const given = itemsOf(value)
  if (op === 'replace') return given
  return [...list, ...given.filter((item) => !list.some((held) => held.value === item.value))]
}

/** Values of a list as objects with a `value`, however they were written. */
export const itemsOf = (value: unknown): Item[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map((each: unknown) => {
    const item = asRecord(each) ?? { value: each }
    const held = member(item, 'value')
    return held === undefined ? item : { ...item, value: typeof held === 'number' ? String(held) : held }
  })

const nameIn = (value: unknown, name: string) => Object.keys(asRecord(value) ?? {}).find((each) => each.toLowerCase() === name.toLowerCase()) ?? name
