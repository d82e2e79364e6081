import type { Kysely } from 'kysely'
import { z } from 'zod'
import { json } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { below, keyOf, scopesAbove } from '../resource-manager/id.ts'
import { ok, param, type Call, type Operation } from '../resource-manager/operation.ts'
import { bad } from '../resource-manager/problems.ts'
import type { Bag, DenyAssignmentRow, Tables } from '../store/tables.ts'

const strings = z.array(z.string()).default([])
const principal = z.looseObject({ id: z.string(), type: z.string().default('Unknown') }).transform(({ id, type }) => ({ id, type }))
const denyBody = z.looseObject({
  properties: z.looseObject({
    denyAssignmentName: z.string().min(1), description: z.string().default(''), doNotApplyToChildScopes: z.boolean().default(false), isSystemProtected: z.boolean().default(true),
    permissions: z.array(z.looseObject({ actions: strings, notActions: strings, dataActions: strings, notDataActions: strings })).min(1),
    principals: z.array(principal).min(1), excludePrincipals: z.array(principal).default([]),
  }),
})

export type DenyDeps = {
  db: Kysely<Tables>
  /** The registered provider's own principal: nobody else writes deny assignments, as on Azure. */
  isProvider(oid: string): boolean
}

/** `Microsoft.Authorization/denyAssignments`: everyone with a role reads them, only a resource provider writes them. */
export function denyAssignmentOperations(deps: DenyDeps): Operation[] {
  const path = '{scope}/providers/Microsoft.Authorization/denyAssignments'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation =>
    ({ method, path: `${path}${tail}`, versions: versions.authorization, needs: verb === 'read' ? `Microsoft.Authorization/denyAssignments/read` : null, scope: (call) => param(call, 'scope'), handle })
  const nameOf = (call: Call) => param(call, 'name').toLowerCase().replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5')
  const mustBeProvider = (call: Call): void => {
    if (!deps.isProvider(call.caller.oid)) throw new Problem('forbidden', 'This operation is only restricted to resource providers: deny assignments are made and removed by the service that manages the resource group.')
  }
  return [
    line('GET', '/{name}', 'read', async (call) => {
      const row = await deps.db.selectFrom('deny_assignments').selectAll().where('name', '=', nameOf(call)).executeTakeFirst()
      if (!row) throw new Problem('not_found', `The deny assignment '${param(call, 'name')}' is not found.`, { extra: { wireCode: 'DenyAssignmentNotFound' } })
      return ok(renderDenial(row))
    }),
    line('GET', '', 'read', async (call) => {
      const scope = param(call, 'scope')
      const atScope = /atScope\(\)/i.test(call.query.get('$filter') ?? '')
      const rows = await deps.db.selectFrom('deny_assignments').selectAll().orderBy('name').where((where) => where.or([
        where('scope_key', 'in', scopesAbove(scope)), ...(atScope ? [] : [where('scope_key', 'like', below(scope))]),
      ])).execute()
      return ok({ value: rows.map(renderDenial) })
    }),
    line('PUT', '/{name}', 'write', async (call) => {
      mustBeProvider(call)
      const body = denyBody.safeParse(call.body)
      if (!body.success) throw bad('BadRequest', `The deny assignment is not valid: ${body.error.issues[0]?.path.join('.') ?? ''} ${body.error.issues[0]?.message ?? ''}`)
      const wish = body.data.properties
      const scope = param(call, 'scope')
      const permissions = wish.permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({ actions, notActions, dataActions, notDataActions }))
      const row: DenyAssignmentRow = {
        name: nameOf(call), scope, scope_key: keyOf(scope), title: wish.denyAssignmentName, description: wish.description, permissions, not_for_children: wish.doNotApplyToChildScopes,
        principals: wish.principals, excluded: wish.excludePrincipals, system_protected: wish.isSystemProtected, created_at: new Date(), created_by: call.caller.oid,
      }
      const values = { ...row, permissions: json(row.permissions), principals: json(row.principals), excluded: json(row.excluded) }
      await deps.db.insertInto('deny_assignments').values(values).onConflict((c) => c.column('name').doUpdateSet(values)).execute()
      return { status: 201, body: renderDenial(row) }
    }),
    line('DELETE', '/{name}', 'delete', async (call) => {
      mustBeProvider(call)
      const row = await deps.db.deleteFrom('deny_assignments').where('name', '=', nameOf(call)).returningAll().executeTakeFirst()
      return row ? ok(renderDenial(row)) : { status: 204 }
    }),
  ]
}

export const renderDenial = (row: DenyAssignmentRow): Bag => ({
  id: `${row.scope}/providers/Microsoft.Authorization/denyAssignments/${row.name}`, type: 'Microsoft.Authorization/denyAssignments', name: row.name,
  properties: {
    denyAssignmentName: row.title, description: row.description, permissions: row.permissions, scope: row.scope, doNotApplyToChildScopes: row.not_for_children, principals: row.principals,
    excludePrincipals: row.excluded, isSystemProtected: row.system_protected, createdOn: row.created_at.toISOString(), updatedOn: row.created_at.toISOString(), createdBy: row.created_by, updatedBy: row.created_by,
  },
})
