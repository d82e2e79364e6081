import { filterOf, valuesAt } from './filter.ts'
import { attributeOf, type Kind, type Resource } from './resource.ts'

export type Shape = { attributes?: string | undefined; excludedAttributes?: string | undefined }
export type Asked = Shape & {
  filter?: string | undefined
  sortBy?: string | undefined
  sortOrder?: 'ascending' | 'descending' | undefined
  startIndex: number
  count: number
}

/** A resource with the attributes that were asked for; `id` and `schemas` always. Source: RFC 7644 §3.9. */
export function shaped(resource: Resource, { attributes, excludedAttributes }: Shape, kind: Kind): Resource {
  const [wanted, unwanted] = [namesOf(attributes, kind), namesOf(excludedAttributes, kind)]
  const names = Object.keys(resource).filter(
    (name) => name === 'id' || name === 'schemas' || (wanted.length === 0 ? !unwanted.includes(name) : wanted.includes(name)),
  )
  return Object.fromEntries(names.map((name) => [name, resource[name]]))
}

/** A page of resources. Source: RFC 7644 §3.4.2. */
export function page(resources: readonly Resource[], asked: Asked, kind: Kind) {
  const found = asked.filter === undefined || asked.filter.trim() === '' ? [...resources] : resources.filter(filterOf(asked.filter, kind))
  if (asked.sortBy !== undefined) {
    const [attribute = '', ...rest] = asked.sortBy.split('.')
    const path = [attributeOf(kind, attribute, 'invalidPath'), ...rest]
    const key = (resource: Resource) => {
      const [first] = valuesAt(resource, path, true)
      return typeof first === 'string' || typeof first === 'boolean' ? String(first).toLowerCase() : ''
    }
    const keys = new Map(found.map((resource) => [resource, key(resource)]))
    const turn = asked.sortOrder === 'descending' ? -1 : 1
    found.sort((a, b) => turn * (keys.get(a) ?? '').localeCompare(keys.get(b) ?? '', 'en', { numeric: true }))
  }
  const Resources = found.slice(asked.startIndex - 1, asked.startIndex - 1 + asked.count).map((resource) => shaped(resource, asked, kind))
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.length,
    startIndex: asked.startIndex,
    itemsPerPage: Resources.length,
    Resources,
  }
}

/** Only whole attributes are left out or shown: `name.givenName` shows `name`. */
const namesOf = (list: string | undefined, kind: Kind): string[] =>
  (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .flatMap((name) => {
      try {
        return [attributeOf(kind, name.split(/\.(?=[^.:]*$)/)[0] ?? name, 'invalidPath')]
      } catch {
        return [] // an attribute that we do not have is simply not shown
      }
    })
