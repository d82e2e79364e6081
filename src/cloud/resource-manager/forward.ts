import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { json } from '#base/db.ts'
import { inTransaction, turn } from '../store/transaction.ts'
import { bag, tags, type ResourceRow } from '../store/tables.ts'
import { anyVersion, versions } from './api-versions.ts'
import { region, type Core } from './core.ts'
import { parseId, type ResourceName } from './id.ts'
import { mustBeUnlocked } from './locks.ts'
import type { Call, Operation, Reply } from './operation.ts'
import type { Forwarded } from './group-loop.ts'
import { forget, liveGroup } from './resource-writes.ts'
import type { ProviderAnswer, ProviderClient } from './provider-client.ts'

const namespace = 'Microsoft.Databricks'
const workspaceType = `${namespace}/workspaces`
const answerBody = z.looseObject({ id: z.string(), location: z.string().optional(), tags: tags.nullish(), sku: bag.nullish(), identity: bag.nullish(), properties: z.looseObject({ provisioningState: z.string().optional() }).optional() })

/** `Microsoft.Databricks/*` belongs to a registered provider: authorized here, answered there. */
export function forwardOperations(core: Core, provider: ProviderClient): Operation[] {
  const forward = async (call: Call): Promise<Reply> => {
    const name = parseId(call.path)
    const isResource = name !== null && name.type.toLowerCase() === workspaceType.toLowerCase()
    if (isResource && call.method !== 'GET') await mayChange(core, call, name)
    const answer = await provider.send(call.method, pathFor(call), callerHeaders(core, call), call.rawBody, call.signal)
    if (isResource) await track(core, call, name, answer)
    return replyOf(core, provider, answer)
  }
  const base = `/providers/${namespace}`
  const group = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}${base}`
  const line = (method: Operation['method'], path: string, needs: string | null, list: readonly string[] = versions.databricks): Operation => ({ method, path, versions: list, needs, handle: forward })
  return [
    line('PUT', `${group}/workspaces/{name}`, `${workspaceType}/write`),
    line('PATCH', `${group}/workspaces/{name}`, `${workspaceType}/write`),
    line('GET', `${group}/workspaces/{name}`, `${workspaceType}/read`),
    line('DELETE', `${group}/workspaces/{name}`, `${workspaceType}/delete`),
    line('GET', `${group}/workspaces`, `${workspaceType}/read`),
    { ...line('GET', `/subscriptions/{subscriptionId}${base}/workspaces`, `${workspaceType}/read`), scope: () => `/subscriptions/${core.subscriptionId}` },
    line('GET', `${base}/operations`, null),
    // Addresses that the provider's own answers point to. The id is the secret; whoever may read the group may ask.
    ...['operationStatuses', 'operationResults'].flatMap((kind) => [
      line('GET', `${group}/locations/{location}/${kind}/{id}`, null, anyVersion),
      line('GET', `/subscriptions/{subscriptionId}${base}/locations/{location}/${kind}/{id}`, null, anyVersion),
    ]),
  ]
}

/** The group must live, and nothing may lock what is to be changed. */
async function mayChange(core: Core, call: Call, name: ResourceName): Promise<void> {
  if (call.method === 'PUT') await inTransaction(core.db, (tx) => liveGroup(tx, name))
  await mustBeUnlocked(core.db, name.id, call.method === 'DELETE' ? 'delete' : 'write')
}

/** Path and query as they came, doubled slashes collapsed. */
const pathFor = (call: Call): string => `${call.path.split('/').map(encodeURIComponent).join('/')}${call.url.includes('?') ? call.url.slice(call.url.indexOf('?')) : ''}`

/** Who asks, in the headers of the ARM resource provider contract ("common API request headers"). */
function callerHeaders(core: Core, call: Call): Record<string, string> {
  const { caller } = call
  return {
    'content-type': 'application/json', accept: 'application/json', referer: `${core.publicUrl}${call.url}`,
    'x-ms-client-object-id': caller.oid, 'x-ms-client-principal-id': caller.oid, 'x-ms-client-principal-name': encodeURIComponent(caller.name).replaceAll('%40', '@'), 'x-ms-client-app-id': caller.appId,
    'x-ms-client-tenant-id': caller.tenantId, 'x-ms-home-tenant-id': core.tenantId, 'x-ms-client-principal-group-membership-source': 'Token',
    'x-ms-correlation-request-id': call.correlationId, 'x-ms-arm-request-tracking-id': call.requestId, 'x-ms-arm-resource-system-data': JSON.stringify({
      lastModifiedBy: caller.name, lastModifiedByType: caller.kind === 'user' ? 'User' : 'Application', lastModifiedAt: core.clock().toISOString(),
    }),
  }
}

const passed = ['content-type', 'retry-after', 'azure-asyncoperation', 'location', 'etag', 'x-ms-retry-after-ms']

function replyOf(core: Core, provider: ProviderClient, answer: ProviderAnswer): Reply {
  const headers: Record<string, string> = {}
  for (const name of passed) {
    const value = answer.headers[name]
    // What a provider points to at its own address is reached through us.
    if (typeof value === 'string') headers[name] = value.replaceAll(provider.url, core.publicUrl)
  }
  return { status: answer.status, headers, ...(answer.body.length ? { body: answer.body } : {}) }
}

/** Keeps a light row of what the provider holds, for lists of resources and for the deletion of groups. */
async function track(core: Core, call: Call, name: ResourceName, answer: ProviderAnswer): Promise<void> {
  if (answer.status === 404 || (call.method === 'DELETE' && (answer.status === 200 || answer.status === 204))) return untrack(core, name.key)
  if (answer.status >= 300) return
  if (call.method === 'DELETE') {
    await core.db.updateTable('resources').set({ state: 'Deleting' }).where('key', '=', name.key).where('forwarded', '=', true).execute()
    await core.resources.request(core.db, name.key)
    return
  }
  const body = answerBody.safeParse(jsonOf(answer.body))
  if (!body.success) return
  const { location, sku, identity } = body.data
  const state = stateOf(body.data.properties?.provisioningState)
  await inTransaction(core.db, async (tx) => {
    await turn(tx, name.key)
    const old = await tx.selectFrom('resources').select(['id', 'created_at', 'created_by', 'state']).where('key', '=', name.key).executeTakeFirst()
    if (!old && call.method === 'GET') return // only a write makes a row
    const row = {
      key: name.key, id: old?.id ?? name.id, type: workspaceType, name: name.name, group_key: name.groupKey, location: location ?? region.name, tags: body.data.tags ? json(body.data.tags) : null,
      envelope: json({ ...(sku ? { sku } : {}), ...(identity ? { identity } : {}) }), properties: json({}), sealed: null, etag: randomUUID(), state, forwarded: true,
      created_at: old?.created_at ?? core.clock(), changed_at: core.clock(), created_by: old?.created_by ?? call.caller.oid,
    }
    await tx.insertInto('resources').values(row).onConflict((c) => c.column('key').doUpdateSet(row)).execute()
    if (state !== 'Succeeded') await core.resources.request(tx, name.key, 2000)
  })
}

const stateOf = (state: string | undefined): ResourceRow['state'] =>
  state === 'Succeeded' || state === 'Failed' || state === 'Deleting' || state === 'Updating' ? state : state === 'Deleted' ? 'Deleting' : 'Creating'

async function untrack(core: Pick<Core, 'db'>, key: string): Promise<void> {
  await inTransaction(core.db, async (tx) => {
    await tx.deleteFrom('resources').where('key', '=', key).where('forwarded', '=', true).execute()
    await forget(tx, key)
  })
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}

/** What the platform does with a provider's resources in its own name: look after them, and delete them with their group. */
export function forwarded(core: Pick<Core, 'db' | 'tenantId' | 'publicUrl'>, provider: ProviderClient): Forwarded & { follow(row: ResourceRow, signal: AbortSignal): Promise<boolean> } {
  const send = (method: string, row: ResourceRow) => {
    const path = `${row.id}?api-version=${versions.databricks[0]}`
    return provider.send(method, path, {
      referer: `${core.publicUrl}${path}`, 'content-type': 'application/json', 'x-ms-client-object-id': row.created_by, 'x-ms-client-principal-id': row.created_by, 'x-ms-client-principal-name': 'resource-manager',
      'x-ms-client-tenant-id': core.tenantId, 'x-ms-correlation-request-id': randomUUID(),
    }, undefined, AbortSignal.timeout(30_000))
  }
  return {
    async remove(row) { await send('DELETE', row) },
    async state(row) {
      const answer = await send('GET', row)
      if (answer.status === 404) return 'gone'
      const body = answerBody.safeParse(jsonOf(answer.body))
      return body.success ? stateOf(body.data.properties?.provisioningState) : 'Succeeded'
    },
    /** Brings the row's state to what the provider says. True when there is nothing more to follow. */
    async follow(row) {
      const answer = await send('GET', row)
      if (answer.status === 404) { await untrack(core, row.key); return true }
      const body = answerBody.safeParse(jsonOf(answer.body))
      if (!body.success) return false
      const state = stateOf(body.data.properties?.provisioningState)
      await core.db.updateTable('resources').set({ state }).where('key', '=', row.key).where('forwarded', '=', true).execute()
      return state === 'Succeeded' || state === 'Failed'
    },
  }
}
