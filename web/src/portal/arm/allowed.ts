import { useQuery } from '@tanstack/react-query'
import { covers, denies } from './evaluate.ts'
import { denyAssignments, permissions, useMe } from './queries.ts'

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
