import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Directory } from '#directory/directory.ts'
import { keyOf, subscriptionIdOf } from '../resource-manager/id.ts'
import type { Tables } from '../store/tables.ts'
import { roleNamed, workspaceContributor } from './built-in-roles.ts'
import { findRole } from './role-definitions.ts'

type Deps = { db: Kysely<Tables>; subscriptionId: string; directory: { principals: Pick<Directory['principals'], 'find'>; memberOf: Directory['memberOf'] } }

/** Grants that the product itself makes; people make theirs through `roleAssignments`. */
export function openGrants({ db, subscriptionId, directory }: Deps) {
  /** Repeatable. `role`: a role's name or id. */
  async function grant(principalId: string, role: string, scope: string): Promise<void> {
    const principal = await directory.principals.find(principalId)
    await insert(db, principalId, principal?.type ?? 'ServicePrincipal', role, scope)
  }

  async function insert(within: Kysely<Tables>, principalId: string, principalType: string, role: string, scope: string): Promise<void> {
    const definition = roleNamed(role) ?? (await findRole(within, role))
    if (!definition) throw new Error(`There is no role ${role}`)
    const digest = createHash('sha256').update(`${keyOf(scope)} ${definition.id} ${principalId}`).digest('hex')
    const name = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`
    await within.insertInto('role_assignments').values({
      name, scope, scope_key: keyOf(scope), role: definition.id, principal_id: principalId, principal_type: principalType, description: null, created_at: new Date(), created_by: 'platform',
    }).onConflict((c) => c.doNothing()).execute()
  }

  return {
    grant,
    /** The same for a service principal, within the transaction that makes its scope. */
    grantWithin: (tx: Kysely<Tables>, principalId: string, role: string, scope: string) => insert(tx, principalId, 'ServicePrincipal', role, scope),
    /** A dedicated account gets what services need: in one group when it is named, else in the subscription. */
    async grantDedicated(principalId: string, group?: string): Promise<{ role: string; scope: string }> {
      const named = group === undefined ? undefined : await db.selectFrom('groups').select('id').where('key', '=', keyOf(`${subscriptionIdOf(subscriptionId)}/resourceGroups/${group}`)).executeTakeFirst()
      const scope = named?.id ?? (group === undefined ? subscriptionIdOf(subscriptionId) : `${subscriptionIdOf(subscriptionId)}/resourceGroups/${group}`)
      await grant(principalId, workspaceContributor.id, scope)
      return { role: workspaceContributor.name, scope }
    },
    /** One sentence when an account may do far more than a service needs; null when it may not. */
    async overPrivileged(oid: string): Promise<string | null> {
      const mighty = ['Owner', 'Contributor', 'User Access Administrator'].flatMap((name) => roleNamed(name) ?? [])
      const rows = await db.selectFrom('role_assignments').select('role').where('principal_id', 'in', [oid, ...(await directory.memberOf(oid))])
        .where('scope_key', 'in', [keyOf(subscriptionIdOf(subscriptionId)), '/']).where('role', 'in', mighty.map((role) => role.id)).execute()
      const held = mighty.filter((role) => rows.some((row) => row.role === role.id)).map((role) => role.name)
      if (held.length === 0) return null
      return `This account is ${held.join(' and ')} of the whole subscription: what acts on its behalf could change or delete everything in it. Use a dedicated account with the role ${workspaceContributor.name} instead.`
    },
  }
}
