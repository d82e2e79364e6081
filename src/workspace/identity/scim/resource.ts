import { Problem } from '#base/problem.ts'

/** A SCIM resource while it is filtered, patched or shown. */
export type Resource = Readonly<Record<string, unknown>>
export type Kind = 'User' | 'Group' | 'ServicePrincipal'

/** Attributes of each kind of resource, as they are written. Source: iam.User, iam.Group, iam.ServicePrincipal in databricks-sdk-py. */
const common = ['id', 'schemas', 'externalId', 'displayName', 'entitlements', 'roles', 'groups', 'meta']
export const attributes: Record<Kind, readonly string[]> = {
  User: [...common, 'userName', 'name', 'emails', 'active'],
  ServicePrincipal: [...common, 'applicationId', 'active'],
  Group: [...common, 'members'],
}
export const multiValued = ['entitlements', 'roles', 'groups', 'emails', 'members']

/** Why SCIM refuses. Source: RFC 7644 §3.12, table 9. */
export type ScimType = 'invalidFilter' | 'uniqueness' | 'mutability' | 'invalidSyntax' | 'invalidPath' | 'noTarget' | 'invalidValue'
export const refused = (scimType: ScimType, message: string, field?: string): Problem =>
  new Problem(scimType === 'uniqueness' ? 'conflict' : 'invalid', message, {
    extra: { wireCode: scimType, ...(field === undefined ? {} : { field }) },
  })

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const asRecord = (value: unknown): Record<string, unknown> | undefined => (isRecord(value) ? value : undefined)

/** An attribute's name as the resource writes it: names are case-insensitive (RFC 7643 §2.1) and may carry the schema's URN. */
export function attributeOf(kind: Kind, name: string, otherwise: ScimType): string {
  const plain = name.replace(/^urn:[\w.:-]+:(?=\w+$)/i, '')
  const found = attributes[kind].find((each) => each.toLowerCase() === plain.toLowerCase())
  if (!found) throw refused(otherwise, `${name} is not an attribute of a ${kind}`, otherwise === 'invalidFilter' ? 'filter' : 'path')
  return found
}

/** A member of an object by its name in any case. */
export function member(value: unknown, name: string): unknown {
  const record = asRecord(value)
  const key = record && Object.keys(record).find((each) => each.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : record?.[key]
}
