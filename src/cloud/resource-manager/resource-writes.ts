import { randomUUID } from 'node:crypto'
import { json } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import { inTransaction, turn } from '../store/transaction.ts'
import type { Bag, GroupRow, ResourceRow } from '../store/tables.ts'
import { region, normalLocation, type Core } from './core.ts'
import { below, parseId, type ResourceName } from './id.ts'
import { mustBeUnlocked } from './locks.ts'
import type { Call, Caller, Reply } from './operation.ts'
import { bad, conflict, groupNotFound, resourceNotFound } from './problems.ts'
import { isBag, merged, quoted, render } from './render.ts'
import { envelopeBody, type EnvelopeBody, type ResourceType, type Tx } from './resource-type.ts'

type Written = { row: ResourceRow; created: boolean; operationId: string | null }

/** PUT and PATCH of one kind of resource, and its deletion. Each is one transaction; what has to change in the world is left to the loop. */
export function resourceWrites(core: Core, type: ResourceType) {
  const namespace = type.type.split('/')[0] ?? ''
  const where = (call: Call, location: string, id: string) => ({ subscription: core.subscriptionId, namespace, location, id, apiVersion: call.apiVersion })

  async function write(tx: Tx, call: Call, name: ResourceName, patch: boolean): Promise<Written> {
    await turn(tx, name.key)
    const group = await liveGroup(tx, name)
    await mustBeUnlocked(tx, name.id, 'write')
    const existing = await tx.selectFrom('resources').selectAll().where('key', '=', name.key).forUpdate().executeTakeFirst()
    if (patch && !existing) throw resourceNotFound(type.type, name.name, name.group)
    if (existing?.state === 'Deleting') throw conflict('ResourceBeingDeleted', `The resource '${existing.id}' is being deleted. Try again when it is gone.`)
    mustMatch(call, existing)
    const body = bodyOf(call, existing, patch)
    const location = locationOf(type, name, body, existing, group)
    const input = { ...body }
    const draft = await type.put({ tx, name, existing, body: input, properties: input.properties ?? {}, location, caller: call.caller })
    const row: ResourceRow = {
      key: name.key, id: existing?.id ?? `${group.id}/providers/${type.type}/${name.name}`, type: type.type, name: existing?.name ?? name.name, group_key: group.key, location,
      tags: body.tags ?? null, envelope: draft.envelope ?? extras(body), properties: draft.properties, sealed: draft.sealed === undefined ? (existing?.sealed ?? null) : draft.sealed,
      etag: randomUUID(), state: draft.job ? (existing ? 'Updating' : 'Creating') : 'Succeeded', forwarded: false,
      created_at: existing?.created_at ?? core.clock(), changed_at: core.clock(), created_by: existing?.created_by ?? call.caller.oid,
    }
    await store(tx, row)
    if (!draft.job) return { row, created: !existing, operationId: null }
    const operationId = await core.operations.start(tx, { namespace, key: row.key, verb: 'put', caller: call.caller.oid })
    await core.operations.end(tx, row.key, preempted, { not: operationId })
    await core.resources.request(tx, row.key)
    return { row, created: !existing, operationId }
  }

  /** Begins the end of a resource within a transaction. Returns the operation's id. */
  async function remove(tx: Tx, row: ResourceRow, caller: Caller, forced: boolean): Promise<string> {
    await type.mayRemove?.({ tx, row, forced, caller })
    const waits = type.destroy !== undefined || type.step !== undefined
    const operationId = await core.operations.start(tx, { namespace, key: row.key, verb: 'delete', caller: caller.oid, done: !waits })
    await core.operations.end(tx, row.key, preempted, { not: operationId })
    if (!waits) {
      await tx.deleteFrom('resources').where('key', '=', row.key).execute()
      await forget(tx, row.key)
      return operationId
    }
    await tx.updateTable('resources').set({ state: 'Deleting', changed_at: core.clock() }).where('key', '=', row.key).execute()
    await core.resources.request(tx, row.key)
    return operationId
  }

  /** For kinds whose clients know no asynchronous answer. What is not over in time goes on; the caller may ask again. */
  async function ended(id: string, call: Call): Promise<void> {
    for (const until = Date.now() + 25_000; Date.now() < until && !call.signal.aborted;) {
      const { status, error } = await core.operations.ask(id, call.signal)
      if (status === 'Succeeded') return
      if (error) throw conflict(error.code, error.message)
    }
    throw new Problem('timeout', 'The operation takes longer than an answer may wait. It goes on; ask for the resource again.')
  }

  return {
    type,
    remove,
    async put(call: Call, patch = false): Promise<Reply> {
      const name = nameOf(call)
      const { row, created, operationId } = await inTransaction(core.db, (tx) => write(tx, call, name, patch))
      if (operationId !== null && type.waits === 'both') {
        await ended(operationId, call)
        const now = await core.db.selectFrom('resources').selectAll().where('key', '=', row.key).executeTakeFirst()
        return { status: created ? 201 : 200, body: await render(type, now ?? row), operationId }
      }
      const body = await render(type, row)
      if (operationId === null) return { status: created && type.created === 201 ? 201 : 200, body }
      if (type.created === 202) return { status: 202, headers: core.operations.headers(where(call, row.location, operationId), 'location'), operationId }
      return { status: created ? 201 : 200, body, headers: core.operations.headers(where(call, row.location, operationId), 'status'), operationId }
    },
    async delete(call: Call): Promise<Reply> {
      const name = nameOf(call)
      const done = await inTransaction(core.db, async (tx) => {
        await turn(tx, name.key)
        const row = await tx.selectFrom('resources').selectAll().where('key', '=', name.key).forUpdate().executeTakeFirst()
        if (!row) return null
        await mustBeUnlocked(tx, name.id, 'delete')
        mustMatch(call, row)
        return { row, id: await remove(tx, row, call.caller, false) }
      })
      if (!done) return { status: 204 }
      if (type.waits) {
        await ended(done.id, call)
        return { status: 200, operationId: done.id }
      }
      return { status: 202, headers: core.operations.headers(where(call, done.row.location, done.id), 'both'), operationId: done.id }
    },
  }
}
export type ResourceWrites = ReturnType<typeof resourceWrites>

const preempted = { status: 'Canceled', error: { code: 'OperationPreempted', message: 'Operation execution has been preempted by a more recent operation.' } } as const

/** The name in the path; the table of operations only leads here with a whole one. */
export function nameOf(call: Pick<Call, 'path'>): ResourceName {
  const name = parseId(call.path)
  if (!name) throw bad('InvalidResourceId', `'${call.path}' is not the id of a resource.`)
  const last = name.names.at(-1) ?? ''
  if (!/^[\p{L}\p{N}_]([\p{L}\p{N}_.()-]{0,88}[\p{L}\p{N}_()-])?$/u.test(last)) throw bad('InvalidResourceName', `Resource name ${last} is invalid. The name can be up to 90 characters: letters, numbers, '_', '.', '-'; it begins with a letter, a number or '_' and does not end with '.'.`)
  return name
}

/** The group of a new resource, held against its deletion until the transaction ends. */
export async function liveGroup(tx: Tx, name: Pick<ResourceName, 'group' | 'groupKey'>): Promise<GroupRow> {
  const group = await tx.selectFrom('groups').selectAll().where('key', '=', name.groupKey).forShare().executeTakeFirst()
  if (!group) throw groupNotFound(name.group)
  if (group.state === 'Deleting') throw conflict('ResourceGroupBeingDeleted', `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`)
  return group
}

/** Rows that speak about a resource and end with it. */
export async function forget(tx: Tx, key: string): Promise<void> {
  for (const table of ['role_assignments', 'deny_assignments', 'locks'] as const) {
    await tx.deleteFrom(table).where((where) => where.or([where('scope_key', '=', key), where('scope_key', 'like', below(key))])).execute()
  }
}

async function store(tx: Tx, row: ResourceRow): Promise<void> {
  const values = { ...row, tags: row.tags === null ? null : json(row.tags), envelope: json(row.envelope), properties: json(row.properties) }
  await tx.insertInto('resources').values(values).onConflict((c) => c.column('key').doUpdateSet(values)).execute()
}

function mustMatch(call: Call, existing: ResourceRow | undefined): void {
  const ifMatch = call.headers['if-match']
  const failed = new Problem('conflict', 'The condition set in the request was not met: the resource has changed or exists already.', { extra: { wireCode: 'PreconditionFailed' } })
  if (ifMatch !== undefined && ifMatch !== '*' && (!existing || quoted(existing.etag) !== ifMatch)) throw failed
  if (ifMatch === '*' && !existing) throw failed
  if (call.headers['if-none-match'] === '*' && existing) throw failed
}

function bodyOf(call: Call, existing: ResourceRow | undefined, patch: boolean): EnvelopeBody {
  const parsed = envelopeBody.safeParse(call.body ?? {})
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw bad('InvalidRequestContent', `The request content was invalid and could not be deserialized: '${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}'.`)
  }
  if (!patch || !existing) return parsed.data
  const before: Bag = { ...existing.envelope, location: existing.location, tags: existing.tags ?? undefined, properties: existing.properties }
  const { tags, ...change } = parsed.data
  const laid = envelopeBody.parse(merged(before, change))
  return tags === undefined ? laid : { ...laid, tags } // tags are replaced as a whole, as Azure's PATCH does
}

const common = new Set(['id', 'name', 'type', 'location', 'tags', 'properties', 'etag', 'systemData'])
/** Top-level fields that belong to the type. */
export const extras = (body: EnvelopeBody): Bag => Object.fromEntries(Object.entries(body).filter(([key, value]) => !common.has(key) && value !== null && value !== undefined))

function locationOf(type: ResourceType, name: ResourceName, body: EnvelopeBody, existing: ResourceRow | undefined, group: GroupRow): string {
  if (body.location === undefined) {
    if (existing) return existing.location
    throw bad('LocationRequired', 'The location property is required for this definition.')
  }
  const location = normalLocation(body.location)
  if (existing && location !== existing.location) {
    throw conflict('InvalidResourceLocation', `The resource '${name.name}' already exists in location '${existing.location}' in resource group '${group.name}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`)
  }
  if (location !== region.name) {
    throw bad('LocationNotAvailableForResourceType', `The provided location '${body.location}' is not available for resource type '${type.type}'. List of available regions for the resource type is '${region.name}'.`)
  }
  return location
}

/** Bodies are bags until a type's schema has read them. */
export const asBag = (value: unknown): Bag => (isBag(value) ? value : {})
