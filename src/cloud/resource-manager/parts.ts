import { randomUUID } from 'node:crypto'
import { json } from '#base/db.ts'
import { inTransaction, turn } from '../store/transaction.ts'
import type { Bag, ResourceRow } from '../store/tables.ts'
import type { Core } from './core.ts'
import { keyOf, type ResourceName } from './id.ts'
import { mustBeUnlocked } from './locks.ts'
import type { Call, Caller, Reply } from './operation.ts'
import { conflict, resourceNotFound } from './problems.ts'
import { liveGroup, nameOf } from './resource-writes.ts'
import type { Tx } from './resource-type.ts'

type PartPut = { tx: Tx; name: ResourceName; existing: ResourceRow; caller: Caller }
type PartDraft<R> = { properties: Bag; job: boolean; result: R }

/** Changes a part (subnet, security rule) of a resource: the parent is locked, changed and brought to the world like any other change of it. */
export async function changeParent<R>(core: Core, type: string, call: Call, change: (put: PartPut) => Promise<PartDraft<R>>, verb: 'put' | 'delete' = 'put'): Promise<{ result: R; reply: Pick<Reply, 'headers' | 'operationId'> }> {
  const name = nameOf(call)
  const key = keyOf(name.id.split('/').slice(0, -2).join('/'))
  const namespace = name.namespace
  const { result, operationId, row } = await inTransaction(core.db, async (tx) => {
    await turn(tx, key)
    await liveGroup(tx, name)
    await mustBeUnlocked(tx, name.id, verb === 'put' ? 'write' : 'delete')
    const existing = await tx.selectFrom('resources').selectAll().where('key', '=', key).forUpdate().executeTakeFirst()
    if (!existing) throw resourceNotFound(type, name.names[0] ?? '', name.group)
    if (existing.state === 'Deleting') throw conflict('ResourceBeingDeleted', `The resource '${existing.id}' is being deleted.`)
    const draft = await change({ tx, name, existing, caller: call.caller })
    await tx.updateTable('resources').set({ properties: json(draft.properties), etag: randomUUID(), changed_at: core.clock(), ...(draft.job ? { state: 'Updating' as const } : {}) }).where('key', '=', key).execute()
    if (draft.job) await core.resources.request(tx, key)
    const operationId = draft.job || verb === 'delete' ? await core.operations.start(tx, { namespace, key, verb, caller: call.caller.oid, done: !draft.job }) : null
    return { result: draft.result, operationId, row: existing }
  })
  if (operationId === null) return { result, reply: {} }
  const where = { subscription: core.subscriptionId, namespace, location: row.location, id: operationId, apiVersion: call.apiVersion }
  return { result, reply: { headers: core.operations.headers(where, verb === 'delete' ? 'both' : 'status'), operationId } }
}
