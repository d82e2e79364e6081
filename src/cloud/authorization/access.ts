import type { Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import { scopesAbove } from '../resource-manager/id.ts'
import type { DenyAssignmentRow, Permission, Tables } from '../store/tables.ts'
import { fixedRoles } from './built-in-roles.ts'
import { evaluate, type Answer } from './evaluate.ts'

/** Who calls: a directory object and the groups it is in. `name` is the sign-in name or the application's id. */
export type Principal = { oid: string; name: string; groups: readonly string[] }

export type Access = ReturnType<typeof openAccess>

/** Answers "may they?" from what is stored now; nothing is cached, so a revoked role is revoked at once. */
export function openAccess(db: Kysely<Tables>) {
  /** Permissions of all roles that a principal holds at a scope or above it. */
  async function grantsAt(principal: Principal, scopes: readonly string[], within: Kysely<Tables> = db): Promise<{ scopeKey: string; permissions: Permission[] }[]> {
    const rows = await within.selectFrom('role_assignments').leftJoin('role_definitions', 'role_definitions.id', 'role_assignments.role')
      .select(['role_assignments.role', 'role_assignments.scope_key', 'role_definitions.permissions'])
      .where('role_assignments.scope_key', 'in', scopes).where('principal_id', 'in', [principal.oid, ...principal.groups]).execute()
    return rows.map((row) => ({ scopeKey: row.scope_key, permissions: fixedRoles.get(row.role)?.permissions ?? row.permissions ?? [] }))
  }

  async function answer(principal: Principal, action: string, scope: string, data = false, within: Kysely<Tables> = db): Promise<Answer<DenyAssignmentRow>> {
    const scopes = scopesAbove(scope)
    const [grants, denials] = await Promise.all([
      grantsAt(principal, scopes, within),
      within.selectFrom('deny_assignments').selectAll().where('scope_key', 'in', scopes).execute(),
    ])
    return evaluate({ action, data, scope, principals: new Set([principal.oid, ...principal.groups]) }, grants.flatMap((grant) => grant.permissions), denials)
  }

  return {
    answer,
    grantsAt,
    /** `within`: the transaction one is in. A second connection from inside one could be waited for by all at once. */
    async allowed(principal: Principal, action: string, scope: string, within?: Kysely<Tables>): Promise<boolean> {
      return (await answer(principal, action, scope, false, within)).allowed
    },
    /** Throws Azure's refusal when the caller may not do it. */
    async must(principal: Principal, action: string, scope: string): Promise<void> {
      const found = await answer(principal, action, scope)
      if (found.allowed) return
      if (found.denied) throw new Problem('denied_by_assignment', denialText(principal, action, scope, found.denied))
      throw new Problem('forbidden', refusalText(principal, action, scope))
    },
  }
}

/** Source: the text that Azure's clients print; tools match on it. */
export const refusalText = (who: Principal, action: string, scope: string): string =>
  `The client '${who.name}' with object id '${who.oid}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. ` +
  'If access was recently granted, please refresh your credentials.'

/** Source: AZURE.md §6, the refusal that locked workspace storage gives. */
export const denialText = (who: Principal, action: string, scope: string, denied: Pick<DenyAssignmentRow, 'name' | 'title' | 'scope'>): string =>
  `The client '${who.name}' with object id '${who.oid}' has permission to perform action '${action}' on scope '${scope}'; however, the access is denied because of the deny assignment ` +
  `with name '${denied.title}' and Id '${denied.name.replaceAll('-', '')}' at scope '${denied.scope}'.`
