import { json } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import { z } from 'zod'
import type { Kysely } from 'kysely'
import { versions } from '../resource-manager/api-versions.ts'
import { keyOf, scopesAbove } from '../resource-manager/id.ts'
import { ok, param, type Call, type Operation } from '../resource-manager/operation.ts'
import { bad, conflict } from '../resource-manager/problems.ts'
import type { Bag, Tables } from '../store/tables.ts'
import { fixedRoles, type Role } from './built-in-roles.ts'

const permission = z.looseObject({
  actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]), dataActions: z.array(z.string()).default([]), notDataActions: z.array(z.string()).default([]),
})
const definitionBody = z.looseObject({
  properties: z.looseObject({ roleName: z.string().min(1).max(512), description: z.string().default(''), permissions: z.array(permission).min(1), assignableScopes: z.array(z.string()).min(1) }),
})
const short = ({ actions, notActions, dataActions, notDataActions }: z.infer<typeof permission>) => ({ actions, notActions, dataActions, notDataActions })

/** All roles that can be assigned: the fixed ones and those of the customer. */
export async function findRole(db: Kysely<Tables>, id: string): Promise<Role | null> {
  const fixed = fixedRoles.get(id.toLowerCase())
  if (fixed) return fixed
  const row = await db.selectFrom('role_definitions').selectAll().where('id', '=', id.toLowerCase()).executeTakeFirst()
  return row ? { id: row.id, name: row.name, description: row.description, builtIn: false, permissions: row.permissions, assignableScopes: row.assignable_scopes } : null
}

/** `Microsoft.Authorization/roleDefinitions`. */
export function roleDefinitionOperations(db: Kysely<Tables>, subscriptionId: string): Operation[] {
  const path = '{scope}/providers/Microsoft.Authorization/roleDefinitions'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation =>
    ({ method, path: `${path}${tail}`, versions: versions.authorization, needs: verb === 'read' ? null : `Microsoft.Authorization/roleDefinitions/${verb}`, scope: (call) => param(call, 'scope'), handle })
  const render = (role: Role): Bag => ({
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`, type: 'Microsoft.Authorization/roleDefinitions', name: role.id,
    properties: { roleName: role.name, type: role.builtIn ? 'BuiltInRole' : 'CustomRole', description: role.description, assignableScopes: role.assignableScopes, permissions: role.permissions },
  })
  async function put(call: Call) {
    const id = param(call, 'name').toLowerCase()
    const body = definitionBody.safeParse(call.body)
    if (!body.success) throw bad('InvalidRoleDefinition', `The role definition is not valid: ${body.error.issues[0]?.path.join('.') ?? ''} ${body.error.issues[0]?.message ?? ''}`)
    if (fixedRoles.has(id)) throw new Problem('forbidden', 'Built-in roles cannot be changed.', { extra: { wireCode: 'RoleDefinitionUpdateBuiltInNotAllowed' } })
    const { roleName, description, permissions, assignableScopes } = body.data.properties
    const values = { id, name: roleName, description, scope_key: keyOf(param(call, 'scope')), permissions: json(permissions.map(short)), assignable_scopes: json(assignableScopes), created_at: new Date(), changed_at: new Date() }
    const { created_at: _, ...change } = values
    await db.insertInto('role_definitions').values(values).onConflict((c) => c.column('id').doUpdateSet(change)).execute()
    const role = await findRole(db, id)
    return { status: 201, body: role ? render(role) : undefined }
  }
  return [
    line('GET', '/{name}', 'read', async (call) => {
      const role = await findRole(db, param(call, 'name'))
      if (!role) throw new Problem('not_found', `The specified role definition with ID '${param(call, 'name')}' does not exist.`, { extra: { wireCode: 'RoleDefinitionDoesNotExist' } })
      return ok(render(role))
    }),
    line('GET', '', 'read', async (call) => {
      const wanted = /roleName eq '([^']*)'/i.exec(call.query.get('$filter') ?? '')?.[1]
      const custom = await db.selectFrom('role_definitions').select('id').where('scope_key', 'in', scopesAbove(param(call, 'scope'))).execute()
      const roles = [...fixedRoles.values(), ...(await Promise.all(custom.map((row) => findRole(db, row.id)))).filter((role) => role !== null)]
      return ok({ value: roles.filter((role) => wanted === undefined || role.name === wanted).map(render) })
    }),
    line('PUT', '/{name}', 'write', put),
    line('DELETE', '/{name}', 'delete', async (call) => {
      const role = await findRole(db, param(call, 'name'))
      if (!role) return { status: 204 }
      if (fixedRoles.has(role.id)) throw new Problem('forbidden', 'Built-in roles cannot be deleted.', { extra: { wireCode: 'RoleDefinitionDeleteBuiltInNotAllowed' } })
      const used = await db.selectFrom('role_assignments').select('name').where('role', '=', role.id).limit(1).executeTakeFirst()
      if (used) throw conflict('RoleDefinitionHasAssignments', 'There are existing role assignments referencing role.')
      await db.deleteFrom('role_definitions').where('id', '=', role.id).execute()
      return ok(render(role))
    }),
  ]
}
