import type { Kysely } from 'kysely'
import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Directory } from '#directory/directory.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { below, keyOf, scopesAbove } from '../resource-manager/id.ts'
import { ok, param, type Call, type Operation, type Reply } from '../resource-manager/operation.ts'
import { bad, conflict } from '../resource-manager/problems.ts'
import type { Bag, RoleAssignmentRow, Tables } from '../store/tables.ts'
import { findRole } from './role-definitions.ts'
import { mustBeUnlocked } from '../resource-manager/locks.ts'

const fields = z.looseObject({ roleDefinitionId: z.string(), principalId: z.guid(), principalType: z.string().optional(), description: z.string().nullish() })
const assignmentBody = z.union([z.looseObject({ properties: fields }).transform((body) => body.properties), fields])
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export type AssignmentDeps = { db: Kysely<Tables>; subscriptionId: string; directory: { principals: Pick<Directory['principals'], 'find'>; memberOf: Directory['memberOf'] } }

/** `Microsoft.Authorization/roleAssignments`: at every scope, inherited downwards. */
export function roleAssignmentOperations(deps: AssignmentDeps): Operation[] {
  const path = '{scope}/providers/Microsoft.Authorization/roleAssignments'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation =>
    ({ method, path: `${path}${tail}`, versions: versions.authorization, needs: `Microsoft.Authorization/roleAssignments/${verb}`, scope: (call) => param(call, 'scope'), handle })
  const render = (row: RoleAssignmentRow): Bag => renderAssignment(row, deps.subscriptionId)
  const find = (call: Call) => deps.db.selectFrom('role_assignments').selectAll().where('name', '=', param(call, 'name').toLowerCase()).where('scope_key', '=', keyOf(param(call, 'scope'))).executeTakeFirst()
  return [
    line('PUT', '/{name}', 'write', (call) => put(deps, call)),
    line('GET', '/{name}', 'read', async (call) => {
      const row = await find(call)
      if (!row) throw new Problem('not_found', `The role assignment '${param(call, 'name')}' is not found.`, { extra: { wireCode: 'RoleAssignmentNotFound' } })
      return ok(render(row))
    }),
    line('DELETE', '/{name}', 'delete', async (call) => {
      await mustBeUnlocked(deps.db, param(call, 'scope'), 'delete')
      const row = await find(call)
      if (!row) return { status: 204 }
      await mustNotBeLastOwner(deps.db, row, deps.subscriptionId)
      await deps.db.deleteFrom('role_assignments').where('name', '=', row.name).execute()
      return ok(render(row))
    }),
    line('GET', '', 'read', async (call) => ok({ value: (await list(deps, call)).map(render) })),
  ]
}

export const renderAssignment = (row: RoleAssignmentRow, subscriptionId: string): Bag => ({
  id: `${row.scope === '/' ? '' : row.scope}/providers/Microsoft.Authorization/roleAssignments/${row.name}`, type: 'Microsoft.Authorization/roleAssignments', name: row.name,
  properties: {
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${row.role}`, principalId: row.principal_id, principalType: row.principal_type, scope: row.scope,
    ...(row.description ? { description: row.description } : {}), condition: null, conditionVersion: null, createdOn: row.created_at.toISOString(), updatedOn: row.created_at.toISOString(),
    createdBy: row.created_by, updatedBy: row.created_by, delegatedManagedIdentityResourceId: null,
  },
})

async function put(deps: AssignmentDeps, call: Call): Promise<Reply> {
  const name = param(call, 'name').toLowerCase()
  if (!guid.test(name)) throw bad('InvalidRoleAssignmentId', `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`)
  const body = assignmentBody.safeParse(call.body)
  if (!body.success) throw bad('BadRequest', 'The request must name roleDefinitionId and principalId (a GUID).')
  const scope = param(call, 'scope')
  const role = await findRole(deps.db, body.data.roleDefinitionId.split('/').at(-1) ?? '')
  if (!role) throw bad('RoleDefinitionDoesNotExist', `The specified role definition with ID '${body.data.roleDefinitionId.split('/').at(-1) ?? ''}' does not exist.`)
  const principal = await deps.directory.principals.find(body.data.principalId)
  if (!principal) throw bad('PrincipalNotFound', `Principal ${body.data.principalId} does not exist in the directory. Check that you have the correct principal ID.`)
  const row: RoleAssignmentRow = {
    name, scope, scope_key: keyOf(scope), role: role.id, principal_id: principal.id, principal_type: principal.type, description: body.data.description ?? null, created_at: new Date(), created_by: call.caller.oid,
  }
  const made = await deps.db.insertInto('role_assignments').values(row).onConflict((c) => c.doNothing()).returning('name').executeTakeFirst()
  if (made) return { status: 201, body: renderAssignment(row, deps.subscriptionId) }
  const old = await deps.db.selectFrom('role_assignments').selectAll().where('scope_key', '=', row.scope_key).where('role', '=', row.role).where('principal_id', '=', row.principal_id).executeTakeFirst()
  if (old?.name === name) return ok(renderAssignment(old, deps.subscriptionId))
  if (old) throw conflict('RoleAssignmentExists', `The role assignment already exists. The ID of the conflicting role assignment is ${old.name.replaceAll('-', '')}.`)
  throw conflict('RoleAssignmentUpdateNotPermitted', 'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.')
}

/** `$filter`: `atScope()`, `principalId eq '…'`, `assignedTo('…')` (groups too). Without one: everything at, above and below the scope. */
async function list(deps: AssignmentDeps, call: Call): Promise<RoleAssignmentRow[]> {
  const scope = param(call, 'scope')
  const filter = call.query.get('$filter') ?? ''
  const principal = /principalId eq '?([0-9a-f-]+)'?/i.exec(filter)?.[1]
  const assigned = /assignedTo\('?([0-9a-f-]+)'?\)/i.exec(filter)?.[1]
  const only = principal ? [principal] : assigned ? [assigned, ...(await deps.directory.memberOf(assigned))] : null
  let query = deps.db.selectFrom('role_assignments').selectAll().orderBy('name').where((where) => where.or([
    where('scope_key', 'in', scopesAbove(scope)),
    ...(/atScope\(\)/i.test(filter) ? [] : [where('scope_key', 'like', below(scope))]),
  ]))
  if (only) query = query.where('principal_id', 'in', only)
  return query.execute()
}

/** A subscription without an owner could never be opened again. */
async function mustNotBeLastOwner(db: Kysely<Tables>, row: RoleAssignmentRow, subscriptionId: string): Promise<void> {
  const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
  if (row.role !== owner || row.scope_key !== `/subscriptions/${subscriptionId}`.toLowerCase()) return
  const others = await db.selectFrom('role_assignments').select('name').where('role', '=', owner).where('scope_key', '=', row.scope_key).where('name', '<>', row.name).limit(1).executeTakeFirst()
  if (!others) throw conflict('LastSubscriptionOwner', 'The last owner of the subscription cannot be removed: nobody could grant access again.')
}
