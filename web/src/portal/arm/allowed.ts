import { useQuery } from '@tanstack/react-query'
import { isBelow, sameId } from './ids.ts'
import { denyAssignments, permissions, useMe } from './queries.ts'
import type { DenyAssignment, Permission } from './types.ts'

const everyone = '00000000-0000-0000-0000-000000000000'
/** A pattern of a role as Azure reads it: `*` stands for anything, case does not matter. */
const matches = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`, 'i').test(action)
const covers = ({ actions, notActions }: Permission, action: string): boolean => actions.some((each) => matches(each, action)) && !notActions.some((each) => matches(each, action))

function denies(denial: DenyAssignment, action: string, scope: string, oid: string): boolean {
  const { properties: it } = denial
  if (it.excludePrincipals.some((each) => each.id === oid) || !it.principals.some((each) => each.id === everyone || each.id === oid)) return false
  const reaches = it.doNotApplyToChildScopes ? sameId(it.scope, scope) : isBelow(scope, it.scope)
  return reaches && it.permissions.some((each) => covers(each, action))
}

/**
 * Why the signed-in person may not do something there, in words for a disabled button; undefined when they may, or while
 * it is not known. The resource manager decides; this only says it beforehand.
 */
export function useWhyNot(scope: string): (action: string) => string | undefined {
  const who = useMe()
  const granted = useQuery(permissions(scope)).data
  const denied = useQuery(denyAssignments(scope)).data
  return (action) => {
    if (!who || !granted) return undefined
    if (!granted.some((each) => covers(each, action))) return `Your roles do not allow ${action} here. Ask an owner of this scope for a role that does.`
    const lock = denied?.find((each) => denies(each, action, scope, who.user.oid))
    return lock && `“${lock.properties.denyAssignmentName}” forbids it: only the service that manages this resource group may change what is in it.`
  }
}
