import { isBelow, sameId } from './ids.ts'
import type { DenyAssignment, Permission } from './types.ts'

const everyone = '00000000-0000-0000-0000-000000000000'
/** A pattern of a role as Azure reads it: `*` stands for anything, case does not matter. */
const matches = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`, 'i').test(action)
/** Does a role's permission allow the action? */
export const covers = ({ actions, notActions }: Permission, action: string): boolean => actions.some((each) => matches(each, action)) && !notActions.some((each) => matches(each, action))

/** Does a deny assignment take the action away from this person, at this scope? */
export function denies(denial: DenyAssignment, action: string, scope: string, oid: string): boolean {
  const { properties: it } = denial
  if (it.excludePrincipals.some((each) => each.id === oid) || !it.principals.some((each) => each.id === everyone || each.id === oid)) return false
  const reaches = it.doNotApplyToChildScopes ? sameId(it.scope, scope) : isBelow(scope, it.scope)
  return reaches && it.permissions.some((each) => covers(each, action))
}
