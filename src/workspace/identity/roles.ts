import { AuthorizationManagementClient } from '@azure/arm-authorization'
import type { TokenCredential } from '@azure/identity'
import { Problem } from '#base/problem.ts'
import type { Arm } from '../arm.ts'

export type RoleOnWorkspace = 'admin' | 'member' | 'none'

/** Built-in roles whose holders administer the workspace: Owner and Contributor. Source: Azure's built-in roles page. */
const administrative = ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'b24988ac-6180-42a0-ab88-20f7382dd24c']

/**
 * What someone may do with the workspace's resource, by role assignments at its scope and above, groups included.
 * Asked with their own delegated token where there is one; a role that may not read assignments is then found by the
 * Databricks application.
 */
export async function roleOnWorkspace(arm: Arm, scope: string, oid: string, ownToken?: string): Promise<RoleOnWorkspace> {
  const own = { getToken: async () => ({ token: ownToken ?? '', expiresOnTimestamp: Date.now() + 60_000 }) }
  const seen = ownToken === undefined ? undefined : await assigned(arm, own, scope, oid)
  return seen ?? (await assigned(arm, arm.credential, scope, oid)) ?? 'none'
}

/** Undefined when the credential may not read the assignments (403), or is not for the resource manager (401). */
async function assigned(arm: Arm, credential: TokenCredential, scope: string, oid: string): Promise<RoleOnWorkspace | undefined> {
  const client = new AuthorizationManagementClient(credential, arm.subscriptionId, arm.options)
  let role: RoleOnWorkspace = 'none'
  try {
    for await (const assignment of client.roleAssignments.listForScope(scope, { filter: `assignedTo('${oid}')` })) {
      role = 'member'
      if (administrative.some((id) => assignment.roleDefinitionId?.toLowerCase().endsWith(id))) return 'admin'
    }
    return role
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && (error.statusCode === 403 || error.statusCode === 401)) return undefined
    throw new Problem('unavailable', 'The cloud does not say now who has which role. Try again in a moment.', { cause: error })
  }
}
