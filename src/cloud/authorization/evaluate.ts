import type { DenyAssignmentRow, Permission, Principal } from '../store/tables.ts'
import { keyOf } from '../resource-manager/id.ts'

/** Everyone, in a deny assignment. Source: "Understand Azure deny assignments", system-defined principal. */
export const everyone = '00000000-0000-0000-0000-000000000000'

const patterns = new Map<string, RegExp>()

/** A pattern such as `Microsoft.Compute/virtualMachines/*` against an action; `*` stands for anything, slashes too; case does not count. */
export function actionMatches(pattern: string, action: string): boolean {
  if (pattern === '*') return true
  let compiled = patterns.get(pattern)
  if (!compiled) {
    compiled = new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 'i')
    patterns.set(pattern, compiled)
  }
  return compiled.test(action)
}

const inSome = (list: readonly string[], action: string) => list.some((pattern) => actionMatches(pattern, action))

/** One permission block covers an action when it lists it and does not except it. */
export const covers = (permission: Permission, action: string, data: boolean): boolean =>
  data
    ? inSome(permission.dataActions, action) && !inSome(permission.notDataActions, action)
    : inSome(permission.actions, action) && !inSome(permission.notActions, action)

export type Question = { action: string; data: boolean; scope: string; principals: ReadonlySet<string> }
export type Denial = Pick<DenyAssignmentRow, 'name' | 'title' | 'scope' | 'scope_key' | 'permissions' | 'not_for_children' | 'principals' | 'excluded'>
export type Answer<D extends Denial> = { allowed: true } | { allowed: false; denied: D } | { allowed: false; denied?: undefined }

/** Role assignments minus deny assignments. `grants`: permissions of the roles that the caller holds at the scope or above it. */
export function evaluate<D extends Denial>(question: Question, grants: readonly Permission[], denials: readonly D[]): Answer<D> {
  const { action, data, scope, principals } = question
  if (!grants.some((permission) => covers(permission, action, data))) return { allowed: false }
  const names = (list: readonly Principal[]) => list.some((each) => each.id === everyone || principals.has(each.id))
  const denied = denials.find((denial) =>
    (!denial.not_for_children || denial.scope_key === keyOf(scope)) &&
    names(denial.principals) && !names(denial.excluded) &&
    denial.permissions.some((permission) => covers(permission, action, data)))
  return denied ? { allowed: false, denied } : { allowed: true }
}
