import { z } from 'zod'
import { itemsOf } from './patch.ts'
import { refused, type Resource } from './resource.ts'

/** Source: "Assigning entitlements" of the Azure Databricks documentation. */
export const entitlements = ['allow-cluster-create', 'allow-instance-pool-create', 'databricks-sql-access', 'workspace-access'] as const

/** Entra ID writes `"False"`. */
const Truth = z.union([z.boolean(), z.string().regex(/^(true|false)$/i).transform((text) => text.toLowerCase() === 'true')])
const Values = z
  .unknown()
  .transform((value) => itemsOf(value).map((item) => item.value))
  .pipe(z.array(z.string().min(1)))
  .transform((list) => [...new Set(list)])
const Text = z.string().trim().min(1).max(255)
const Entitlements = Values.pipe(z.array(z.enum(entitlements)))
const Common = { displayName: Text.optional(), externalId: z.string().max(255).optional(), entitlements: Entitlements.optional(), roles: Values.optional() }
const Emails = z.array(z.object({ value: Text, type: z.string().optional(), primary: z.boolean().optional() }))

/** What a user, service principal or group shall be. Absent is absent, not empty. */
export const UserWish = z.object({
  ...Common,
  userName: Text.optional(),
  active: Truth.optional(),
  name: z.object({ givenName: z.string().max(255).optional(), familyName: z.string().max(255).optional() }).optional(),
  emails: Emails.optional(),
  groups: Values.optional(),
})
export const ServicePrincipalWish = z.object({ ...Common, applicationId: Text.optional(), active: Truth.optional(), groups: Values.optional() })
export const GroupWish = z.object({ ...Common, members: Values.optional(), groups: Values.optional() })
export type UserWish = z.infer<typeof UserWish>
export type GroupWish = z.infer<typeof GroupWish>

/** Reads a resource that was sent or patched; what is wrong is told with its attribute. */
export function wishOf<S extends z.ZodType>(schema: S, resource: Resource): z.infer<S> {
  const read = schema.safeParse(Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined && value !== null)))
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw refused('invalidValue', `Invalid value for field ${field}: ${issue?.message ?? ''}`, field)
}
