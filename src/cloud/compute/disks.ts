import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { json } from '#base/db.ts'
import type { ResourceType, Tx } from '../resource-manager/resource-type.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { keyOf } from '../resource-manager/id.ts'
import { conflict, notBuilt } from '../resource-manager/problems.ts'
import { asBag } from '../resource-manager/resource-writes.ts'
import type { ResourceRow, Tables } from '../store/tables.ts'

export const diskType = 'Microsoft.Compute/disks'

/** `Microsoft.Compute/disks`: a machine's disk comes and goes with it. Disks of their own are not built. */
export const disks = (db: Kysely<Tables>): ResourceType => ({
  type: diskType, versions: versions.compute, rank: 30, created: 202,
  async put({ existing }) {
    if (!existing) throw notBuilt('A managed disk apart from a virtual machine')
    return { properties: existing.properties, envelope: existing.envelope, job: false }
  },
  async mayRemove({ tx, row }) {
    const owner = managerOf(row)
    if (owner && (await tx.selectFrom('resources').select('key').where('key', '=', keyOf(owner)).executeTakeFirst())) {
      throw conflict('OperationNotAllowed', `Disk ${row.name} is attached to VM ${owner}.`)
    }
  },
  async view(row) {
    const owner = managerOf(row)
    const machine = owner ? await db.selectFrom('machines').select(['holds_cores', 'holds_memory']).where('key', '=', keyOf(owner)).executeTakeFirst() : undefined
    return { ...row.properties, diskState: !machine ? 'Unattached' : machine.holds_cores || machine.holds_memory ? 'Attached' : 'Reserved' }
  },
})
const managerOf = (row: ResourceRow): string | null => (typeof row.envelope.managedBy === 'string' ? row.envelope.managedBy : null)

/** The disk of a new machine, in the transaction that makes the machine. */
export async function insertDisk(tx: Tx, machine: { id: string; groupId: string; groupKey: string; location: string; tags: ResourceRow['tags'] }, name: string, sizeGb: number, caller: string): Promise<string> {
  const id = `${machine.groupId}/providers/${diskType}/${name}`
  const old = await tx.selectFrom('resources').selectAll().where('key', '=', keyOf(id)).forUpdate().executeTakeFirst()
  const owner = old ? managerOf(old) : null
  if (owner && keyOf(owner) !== keyOf(machine.id)) throw conflict('OperationNotAllowed', `Disk ${name} is attached to VM ${owner}.`)
  const properties = {
    osType: 'Linux', hyperVGeneration: 'V2', supportsHibernation: true, creationData: { createOption: 'FromImage' }, diskSizeGB: sizeGb, diskSizeBytes: sizeGb * 2 ** 30,
    timeCreated: new Date().toISOString(), uniqueId: randomUUID(), networkAccessPolicy: 'DenyAll', publicNetworkAccess: 'Disabled', tier: 'P4', ...asBag(old?.properties),
  }
  const row = {
    key: keyOf(id), id, type: diskType, name, group_key: machine.groupKey, location: machine.location, tags: machine.tags ? json(machine.tags) : null,
    envelope: json({ sku: { name: 'Premium_LRS', tier: 'Premium' }, managedBy: machine.id }), properties: json(properties), sealed: null, etag: randomUUID(), state: 'Succeeded' as const, forwarded: false,
    created_at: new Date(), changed_at: new Date(), created_by: caller,
  }
  await tx.insertInto('resources').values(row).onConflict((c) => c.column('key').doUpdateSet(row)).execute()
  return id
}
