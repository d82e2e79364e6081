import { z } from 'zod'
import { defineApi, del, get, post } from '#base/http/api.ts'

const Value = z.looseObject({ value: z.string() })
/** Source: iam.User and iam.ServicePrincipal in databricks-sdk-py. */
export const Member = z.object({
  schemas: z.array(z.string()),
  id: z.string(),
  externalId: z.string().optional(),
  userName: z.string().optional(),
  applicationId: z.string().optional(),
  displayName: z.string(),
  name: z.object({ givenName: z.string().optional(), familyName: z.string().optional() }).optional(),
  emails: z.array(z.object({ type: z.string(), value: z.string(), primary: z.boolean() })).optional(),
  active: z.boolean(),
  groups: z.array(z.object({ display: z.string(), type: z.string(), value: z.string(), $ref: z.string() })),
  entitlements: z.array(Value),
})
const list = {
  reply: z.object({
    schemas: z.array(z.string()),
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(Member),
  }),
}
const Page = z.object({
  filter: z.string().optional(),
  startIndex: z.coerce.number().int().min(1).default(1),
  count: z.coerce.number().int().min(0).max(10_000).default(100),
})
const Id = z.object({ id: z.string().regex(/^\d{1,18}$/, 'expected digits') })
const NewUser = z.looseObject({
  userName: z.string().min(1),
  displayName: z.string().optional(),
  active: z.boolean().optional(),
  entitlements: z.array(Value).optional(),
})
const NewServicePrincipal = z.looseObject({
  applicationId: z.string().min(1),
  displayName: z.string().optional(),
  entitlements: z.array(Value).optional(),
})
const both = (path: string) => [`/api/2.0/preview/scim/v2/${path}`, `/api/2.0/scim/v2/${path}`] as const

export const identityApi = defineApi({
  me: get(both('Me'), { reply: Member }),
  users: get(both('Users'), { query: Page, ...list }),
  user: get(both('Users/:id'), { params: Id, reply: Member }),
  addUser: post(both('Users'), { body: NewUser, reply: Member, needs: 'admin' }),
  removeUser: del(both('Users/:id'), { params: Id, needs: 'admin' }),
  servicePrincipals: get(both('ServicePrincipals'), { query: Page, ...list }),
  servicePrincipal: get(both('ServicePrincipals/:id'), { params: Id, reply: Member }),
  addServicePrincipal: post(both('ServicePrincipals'), { body: NewServicePrincipal, reply: Member, needs: 'admin' }),
  removeServicePrincipal: del(both('ServicePrincipals/:id'), { params: Id, needs: 'admin' }),
})
