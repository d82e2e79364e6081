import type { Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import type { Tables } from '../store/tables.ts'
import type { Access, Principal } from './access.ts'

export type LinkedAccess = ReturnType<typeof linkedAccess>

/** Using another resource needs a permission on that one too (`join/action`). Source: LinkedAuthorizationFailed, Azure troubleshooting. */
export const linkedAccess = (access: Access) => ({
  async must(tx: Kysely<Tables>, caller: Principal, action: string, scope: string, linkedAction: string, linkedScope: string): Promise<void> {
    if (caller.oid === 'platform' || await access.allowed(caller, linkedAction, linkedScope, tx)) return
    throw new Problem('forbidden',
      `The client '${caller.name}' with object id '${caller.oid}' has permission to perform action '${action}' on scope '${scope}'; however, it does not have permission to perform action(s) ` +
      `'${linkedAction}' on the linked scope(s) '${linkedScope}' (respectively) or the linked scope(s) are invalid.`, { extra: { wireCode: 'LinkedAuthorizationFailed' } })
  },
})
