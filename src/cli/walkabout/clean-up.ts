import { all, often } from './cloud.ts'
import type { World } from './world.ts'

/** Takes away what the walk made, as far as it got: service, groups, and what the account may do. Says what it could not. */
export async function cleanUp({ names, memory, account }: World, say: (text: string) => void): Promise<void> {
  const { cloud } = memory
  if (!cloud) return
  const limit = { ...often, abortSignal: AbortSignal.timeout(180_000) }
  await attempt(`the service ${names.service}`, () => cloud.databricks.workspaces.delete(names.group, names.service, limit))
  await attempt(`the resource group ${names.group}`, () => cloud.resources.resourceGroups.delete(names.group, limit))
  // Last: it takes away the right to do the rest.
  await attempt(`the roles of ${account.upn}`, async () => {
    const { oid } = claimsOf((await cloud.signIn(limit.abortSignal)).token)
    const own = await all(cloud.authorization.roleAssignments.listForSubscription({ filter: `principalId eq '${oid}'` }))
    for (const { id } of own) if (id) await cloud.authorization.roleAssignments.deleteById(id)
  })

  async function attempt(what: string, act: () => PromiseLike<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return
      say(`Could not take away ${what}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
    }
  }
}

function claimsOf(token: string): { oid: string } {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  if (typeof claims === 'object' && claims && 'oid' in claims && typeof claims.oid === 'string') return { oid: claims.oid }
  throw new Error('The token names nobody.')
}
