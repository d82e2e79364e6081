import type { Kysely } from 'kysely'
import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { below, keyOf, scopesAbove } from '../resource-manager/id.ts'
import { ok, param, type Operation } from '../resource-manager/operation.ts'
import { bad } from '../resource-manager/problems.ts'
import type { Bag, LockRow, Tables } from '../store/tables.ts'

const lockBody = z.looseObject({ properties: z.looseObject({ level: z.enum(['CanNotDelete', 'ReadOnly']), notes: z.string().nullish() }) })

/** `Microsoft.Authorization/locks`: CanNotDelete and ReadOnly at any scope, in force for everything below. */
export function lockOperations(db: Kysely<Tables>): Operation[] {
  const path = '{scope}/providers/Microsoft.Authorization/locks'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation =>
    ({ method, path: `${path}${tail}`, versions: versions.authorization, needs: `Microsoft.Authorization/locks/${verb}`, scope: (call) => param(call, 'scope'), handle })
  const render = (row: LockRow): Bag => ({
    id: `${row.scope}/providers/Microsoft.Authorization/locks/${row.name}`, type: 'Microsoft.Authorization/locks', name: row.name, properties: { level: row.level, ...(row.notes ? { notes: row.notes } : {}) },
  })
  return [
    line('PUT', '/{name}', 'write', async (call) => {
      const body = lockBody.safeParse(call.body)
      if (!body.success) throw bad('LockLevelInvalid', "A lock's level is 'CanNotDelete' or 'ReadOnly'.")
      const scope = param(call, 'scope')
      const row: LockRow = { name: param(call, 'name'), scope, scope_key: keyOf(scope), level: body.data.properties.level, notes: body.data.properties.notes ?? null, created_at: new Date() }
      await db.insertInto('locks').values(row).onConflict((c) => c.columns(['scope_key', 'name']).doUpdateSet({ level: row.level, notes: row.notes })).execute()
      return { status: 201, body: render(row) }
    }),
    line('GET', '/{name}', 'read', async (call) => {
      const row = await db.selectFrom('locks').selectAll().where('scope_key', '=', keyOf(param(call, 'scope'))).where('name', '=', param(call, 'name')).executeTakeFirst()
      if (!row) throw new Problem('not_found', `The lock '${param(call, 'name')}' could not be found.`, { extra: { wireCode: 'LockNotFound' } })
      return ok(render(row))
    }),
    line('GET', '', 'read', async (call) => {
      const scope = param(call, 'scope')
      const rows = await db.selectFrom('locks').selectAll().where((where) => where.or([
        where('scope_key', 'in', scopesAbove(scope)), where('scope_key', 'like', below(scope)),
      ])).execute()
      return ok({ value: rows.map(render) })
    }),
    line('DELETE', '/{name}', 'delete', async (call) => {
      const row = await db.deleteFrom('locks').where('scope_key', '=', keyOf(param(call, 'scope'))).where('name', '=', param(call, 'name')).returning('name').executeTakeFirst()
      return { status: row ? 200 : 204 }
    }),
  ]
}
