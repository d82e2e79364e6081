import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { z } from 'zod'
import { json } from '#base/db.ts'
import type { Directory } from '#directory/directory.ts'
import { versions } from '../resource-manager/api-versions.ts'
import type { ResourceType } from '../resource-manager/resource-type.ts'
import type { Tables } from '../store/tables.ts'

export const identityType = 'Microsoft.ManagedIdentity/userAssignedIdentities'
const stored = z.looseObject({ tenantId: z.string(), clientId: z.string(), principalId: z.string().optional() })

type Deps = { db: Kysely<Tables>; directory: Pick<Directory, 'applications' | 'servicePrincipals' | 'tenantId'> }

/** `Microsoft.ManagedIdentity/userAssignedIdentities`: a service principal of the directory with a resource's life. */
export const identities = ({ db, directory }: Deps): ResourceType => ({
  type: identityType, versions: versions.identity, rank: 90, created: 201, waits: 'both',
  async put({ existing }) {
    const old = existing ? stored.parse(existing.properties) : null
    // The client id is chosen here, so that a repeated `make` finds the application it made before.
    return { properties: old ?? { tenantId: directory.tenantId, clientId: randomUUID() }, job: !old?.principalId }
  },
  async make(row) {
    const { clientId } = stored.parse(row.properties)
    if (!(await directory.applications.find(clientId))) await directory.applications.createApplication({ appId: clientId, displayName: row.name, publisher: 'Managed identity' })
    const principal = await directory.servicePrincipals.createServicePrincipal(clientId)
    await db.updateTable('resources').set({ properties: sql`properties || ${json({ principalId: principal.id })}` }).where('key', '=', row.key).execute()
  },
  async destroy(row) {
    const { clientId, principalId } = stored.parse(row.properties)
    if (await directory.applications.find(clientId)) await directory.applications.delete(clientId)
    if (principalId) await db.deleteFrom('role_assignments').where('principal_id', '=', principalId).execute()
    return true
  },
})
