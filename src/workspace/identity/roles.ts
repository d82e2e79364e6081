import { AuthorizationManagementClient } from '@azure/arm-authorization'
import type { Arm } from '../arm.ts'

export type RoleOnWorkspace = 'admin' | 'member' | 'none'

/** Built-in roles whose holders administer the workspace: Owner and Contributor. Source: Azure's built-in roles page. */
const administrative = ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'b24988ac-6180-42a0-ab88-20f7382dd24c']

/**
 * What someone may do with the workspace's resource, by role assignments at its scope and above, groups included.
 * With their own delegated token where there is one, else with the Databricks application's.
 */
export async function roleOnWorkspace(arm: Arm, scope: string, oid: string, ownToken?: string): Promise<RoleOnWorkspace> {
  const credential =
    ownToken === undefined ? arm.credential : { getToken: async () => ({ token: ownToken, expiresOnTimestamp: Date.now() + 60_000 }) }
  const client = new AuthorizationManagementClient(credential, arm.subscriptionId, arm.options)
  let role: RoleOnWorkspace = 'none'
  try {
    for await (const assignment of client.roleAssignments.listForScope(scope, { filter: `assignedTo('${oid}')` })) {
      role = 'member'
      if (administrative.some((id) => assignment.roleDefinitionId?.toLowerCase().endsWith(id))) return 'admin'
    }
  } catch (error) {
    // Who may not even read the assignments has no role there (403), or the token is not for the resource manager (401).
    if (error instanceof Error && 'statusCode' in error && (error.statusCode === 403 || error.statusCode === 401)) return 'none'
    throw error
  }
  return role
}
