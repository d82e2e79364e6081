import type { Access } from './access.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { scopesAbove } from '../resource-manager/id.ts'
import { ok, param, type Operation } from '../resource-manager/operation.ts'

/** `Microsoft.Authorization/permissions`: what the caller's roles allow at a scope. Deny assignments are listed apart, as on Azure. */
export function permissionOperations(access: Access): Operation[] {
  return [{
    method: 'GET', path: '{scope}/providers/Microsoft.Authorization/permissions', versions: versions.authorization, needs: null,
    async handle(call) {
      const grants = await access.grantsAt(call.caller, scopesAbove(param(call, 'scope')))
      return ok({ value: grants.flatMap((grant) => grant.permissions) })
    },
  }]
}
