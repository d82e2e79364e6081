import { z } from 'zod'
import { defineApi, del, get, patch, post, put } from '#base/http/api.ts'

/** SCIM 2.0. Source: iam.UsersV2API, GroupsV2API and ServicePrincipalsV2API in databricks-sdk-py; RFC 7643, RFC 7644. */
const Value = z.object({ value: z.string(), display: z.string().optional(), type: z.string().optional(), $ref: z.string().optional(), primary: z.boolean().optional() })
/** Which attributes are shown is the caller's choice, so only these two are always there. */
const Common = z.object({
  schemas: z.array(z.string()),
  id: z.string(),
  externalId: z.string().optional(),
  displayName: z.string().optional(),
  entitlements: z.array(Value).optional(),
  roles: z.array(Value).optional(),
  groups: z.array(Value).optional(),
})
export const User = Common.extend({
  userName: z.string().optional(),
  name: z.object({ givenName: z.string().optional(), familyName: z.string().optional() }).optional(),
  emails: z.array(Value).optional(),
  active: z.boolean().optional(),
})
export const ServicePrincipal = Common.extend({ applicationId: z.string().optional(), active: z.boolean().optional() })
/** Whoever calls, whole, with everything that their groups give them. */
export const Me = User.required().extend({
  userName: z.string().optional(),
  name: User.shape.name,
  emails: User.shape.emails,
  externalId: z.string().optional(),
  applicationId: z.string().optional(),
})
export const Group = Common.extend({
  meta: z.object({ resourceType: z.string() }).optional(),
  members: z.array(Value).optional(),
})

const Shape = z.object({ attributes: z.string().optional(), excludedAttributes: z.string().optional() })
const List = Shape.extend({
  filter: z.string().max(10_000).optional(),
  sortBy: z.string().optional(),
  sortOrder: z.enum(['ascending', 'descending']).optional(),
  startIndex: z.coerce.number().int().transform((index) => Math.max(1, index)).default(1),
  // "A negative value SHALL be interpreted as 0." Source: RFC 7644 §3.4.2.4
  count: z.coerce.number().int().transform((count) => Math.min(Math.max(0, count), 10_000)).default(100),
})
const listOf = <R extends z.ZodType>(resource: R) =>
  z.object({ schemas: z.array(z.string()), totalResults: z.int(), startIndex: z.int(), itemsPerPage: z.int(), Resources: z.array(resource) })
const Id = z.object({ id: z.string().regex(/^\d{1,15}$/, 'expected digits') })
/** Read attribute by attribute in `scim/wishes.ts`; what SCIM does not know is left alone, as it demands. */
const Sent = z.record(z.string(), z.unknown())
const Patch = z.object({
  Operations: z.array(z.object({ op: z.string(), path: z.string().optional(), value: z.unknown().optional() })).min(1).max(1000),
})

const both = (path: string) => [`/api/2.0/preview/scim/v2/${path}`, `/api/2.0/scim/v2/${path}`] as const
const one = (path: string) => both(`${path}/:id`)

export const identityApi = defineApi({
  me: get(both('Me'), { reply: Me }),
  users: get(both('Users'), { query: List, reply: listOf(User) }),
  user: get(one('Users'), { params: Id, query: Shape, reply: User }),
  addUser: post(both('Users'), { body: Sent, reply: User, needs: 'admin', status: 201 }),
  replaceUser: put(one('Users'), { params: Id, body: Sent, reply: User, needs: 'admin' }),
  patchUser: patch(one('Users'), { params: Id, body: Patch, reply: User, needs: 'admin' }),
  removeUser: del(one('Users'), { params: Id, needs: 'admin', status: 204 }),
  servicePrincipals: get(both('ServicePrincipals'), { query: List, reply: listOf(ServicePrincipal) }),
  servicePrincipal: get(one('ServicePrincipals'), { params: Id, query: Shape, reply: ServicePrincipal }),
  addServicePrincipal: post(both('ServicePrincipals'), { body: Sent, reply: ServicePrincipal, needs: 'admin', status: 201 }),
  replaceServicePrincipal: put(one('ServicePrincipals'), { params: Id, body: Sent, reply: ServicePrincipal, needs: 'admin' }),
  patchServicePrincipal: patch(one('ServicePrincipals'), { params: Id, body: Patch, reply: ServicePrincipal, needs: 'admin' }),
  removeServicePrincipal: del(one('ServicePrincipals'), { params: Id, needs: 'admin', status: 204 }),
  groups: get(both('Groups'), { query: List, reply: listOf(Group) }),
  group: get(one('Groups'), { params: Id, query: Shape, reply: Group }),
  addGroup: post(both('Groups'), { body: Sent, reply: Group, needs: 'admin', status: 201 }),
  replaceGroup: put(one('Groups'), { params: Id, body: Sent, reply: Group, needs: 'admin' }),
  patchGroup: patch(one('Groups'), { params: Id, body: Patch, reply: Group, needs: 'admin' }),
  removeGroup: del(one('Groups'), { params: Id, needs: 'admin', status: 204 }),
})
