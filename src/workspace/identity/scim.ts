import type { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Member } from './api.ts'
import type { UserRow } from './store.ts'

/** A member as SCIM shows it. Source: iam.User in databricks-sdk-py. */
export function asMember(user: UserRow): z.infer<typeof Member> {
  const [givenName, ...family] = user.display_name.split(' ')
  const common = {
    id: String(user.id),
    ...(user.oid === null ? {} : { externalId: user.oid }),
    displayName: user.display_name,
    active: user.active,
    groups: [user.admin ? 'admins' : '', 'users']
      .filter(Boolean)
      .map((display) => ({ display, type: 'direct', value: display, $ref: `Groups/${display}` })),
    entitlements: [...new Set([...user.entitlements, 'workspace-access', ...(user.admin ? ['allow-cluster-create'] : [])])].map(
      (value) => ({ value }),
    ),
  }
  if (user.kind === 'service_principal') {
    return {
      ...common,
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal'],
      applicationId: user.app_id ?? user.user_name,
      userName: user.app_id ?? user.user_name,
    }
  }
  const familyName = family.join(' ')
  return {
    ...common,
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:workspace:2.0:User'],
    userName: user.user_name,
    name: { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) },
    emails: [{ type: 'work', value: user.user_name, primary: true }],
  }
}

type Asked = { filter?: string | undefined; startIndex: number; count: number }
/** RFC 7644 §3.4.2; of filters only `<attribute> eq "value"`, which is what Databricks' own clients and Terraform send. */
export function page(users: readonly UserRow[], asked: Asked) {
  const members = users.map(asMember).filter(matching(asked.filter))
  const Resources = members.slice(asked.startIndex - 1, asked.startIndex - 1 + asked.count)
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: members.length,
    startIndex: asked.startIndex,
    itemsPerPage: Resources.length,
    Resources,
  }
}

function matching(filter: string | undefined): (member: z.infer<typeof Member>) => boolean {
  if (filter === undefined || filter.trim() === '') return () => true
  const [, attribute, value] = /^\s*(userName|displayName|applicationId|id|externalId)\s+eq\s+["']?([^"']*)["']?\s*$/i.exec(filter) ?? []
  if (attribute === undefined || value === undefined)
    throw new Problem('invalid', `Invalid value for field filter: only <attribute> eq "value" is understood, got ${filter}`, {
      extra: { field: 'filter' },
    })
  const wanted = value.toLowerCase()
  return (member) => {
    const held = Object.entries(member).find(([name]) => name.toLowerCase() === attribute.toLowerCase())?.[1]
    return typeof held === 'string' && held.toLowerCase() === wanted
  }
}
