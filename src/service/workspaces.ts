import { randomUUID } from 'node:crypto'
import { Problem } from '#base/problem.ts'
import type { Clock } from '#base/clock.ts'
import type { Loop } from '#base/work.ts'
import type { Arm } from './arm.ts'
import type { Person } from './contract.ts'
import { groupId, namesOf, parseGroupId, sameId, workspaceResourceId, type Place } from './ids.ts'
import { withDefaults } from './parameters.ts'
import { notOurGroup, mustBeOurs } from './provision.ts'
import { mayBe, stateOf } from './state.ts'
import type { Operation, Row, Store } from './store.ts'
import { readWish, tagsOf, type Wish } from './wish.ts'

export type Deps = { store: Store; loop: Loop; arm: Arm; clock: Clock; locations: readonly string[] }
export type Workspaces = ReturnType<typeof workspaceVerbs>

/** What the resource manager can ask of a Databricks workspace. */
export const workspaceVerbs = ({ store, loop, arm, clock, locations }: Deps) => ({
  async get(place: Place): Promise<Row> {
    const row = await store.find(place)
    if (!row) throw missing(place)
    return row
  },

  list: (subscriptionId: string, resourceGroup?: string) => store.list(subscriptionId, resourceGroup),

  async operation(id: string): Promise<{ operation: Operation; doing: string | null }> {
    const operation = await store.operation(id)
    if (!operation) throw new Problem('not_found', `The operation '${id}' was not found.`, { extra: { wireCode: 'OperationNotFound' } })
    const row = operation.endedAt ? undefined : await store.byKey(operation.key)
    return { operation, doing: row?.operationId === id ? row.doing : null }
  },

  /** Creates a workspace, changes one, or tries a failed one again. */
  async put(place: Place, body: unknown, by: Person, signal: AbortSignal): Promise<{ row: Row; created: boolean }> {
    const wish = readWish(place, body, locations)
    const id = workspaceResourceId(place)
    const owner = await store.ownerOfGroup(wish.managedResourceGroupId)
    if (owner && !sameId(workspaceResourceId(owner), id)) throw notOurGroup(wish.managedResourceGroupId)
    const group = parseGroupId(wish.managedResourceGroupId)?.group ?? ''
    await mustBeOurs(arm, { subscriptionId: place.subscriptionId, group, id, managedGroupId: groupId(place.subscriptionId, group) }, signal)

    return store.within(place, async (row, write) => {
      const operationId = randomUUID()
      if (!row) {
        const made = await write.insert(place, { wish, phase: 'making', state: stateOf.making, operationId, createdBy: by })
        await write.begin({ id: operationId, key: made.key, kind: 'create', status: 'Accepted' })
        await loop.request(write.tx, made.key)
        return { row: made, created: true }
      }
      if (!mayBe('put', row.phase)) throw busy(row)
      if (row.readyAt) mustKeep(row, wish)
      else mustKeepPlace(row, wish)
      const phase = row.readyAt ? 'updating' : 'making'
      const changed = await write.change(row, { wish, phase, state: stateOf[phase], phaseAt: clock(), reason: null, operationId, updatedAt: clock(), updatedBy: by })
      await write.begin({ id: operationId, key: row.key, kind: row.readyAt ? 'update' : 'create', status: stateOf[phase] })
      await loop.request(write.tx, row.key)
      return { row: changed, created: !row.readyAt }
    })
  },

  /** PATCH knows tags only (`WorkspaceUpdate` of Microsoft.Databricks). */
  async patch(place: Place, body: unknown, by: Person): Promise<Row> {
    const given = typeof body === 'object' && body && 'tags' in body ? body.tags : undefined
    if (typeof given !== 'object' || !given || Object.values(given).some((value) => typeof value !== 'string')) {
      throw new Problem('invalid_request', "The request content was invalid: expected { \"tags\": { name: value } }.", { extra: { field: 'tags' } })
    }
    const tags = tagsOf(Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])))
    return store.within(place, async (row, write) => {
      if (!row) throw missing(place)
      if (!mayBe('patch', row.phase)) throw busy(row)
      const changed = await write.change(row, { wish: { ...row.wish, tags }, updatedAt: clock(), updatedBy: by })
      await loop.request(write.tx, row.key)
      return changed
    })
  },

  /** `null`: there is none, which is as good as deleted. */
  async remove(place: Place, by: Person): Promise<Row | null> {
    return store.within(place, async (row, write) => {
      if (!row || row.phase === 'deleting') return row ?? null
      const operationId = randomUUID()
      await write.end(row.operationId, { status: 'Failed', error: { code: 'Canceled', message: 'The workspace is being deleted.' } })
      const changed = await write.change(row, { phase: 'deleting', state: stateOf.deleting, phaseAt: clock(), reason: null, doing: null, operationId, updatedAt: clock(), updatedBy: by })
      await write.begin({ id: operationId, key: row.key, kind: 'delete', status: 'Deleting' })
      await loop.request(write.tx, row.key)
      return changed
    })
  },
})

const missing = (place: Place) => new Problem('not_found', `The Resource 'Microsoft.Databricks/workspaces/${place.name}' under resource group '${place.resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`)

const busy = (row: Row) => new Problem('conflict', `The workspace '${workspaceResourceId(row)}' is in state '${row.state}'${row.doing ? ` (${row.doing})` : ''}. Wait until this has ended and try again.`, { extra: { wireCode: 'AnotherOperationInProgress' } })

/** What a workspace keeps for life. Wording of the group: azure-docs#21809. */
function mustKeep(row: Row, wish: Wish): void {
  mustKeepPlace(row, wish)
  if (!sameId(row.wish.managedResourceGroupId, wish.managedResourceGroupId)) {
    const message = `The given managed resource group '${wish.managedResourceGroupId}' did not match that in the existing appliance definition '${row.wish.managedResourceGroupId}'.`
    throw new Problem('invalid', message, { extra: { wireCode: 'ApplianceManagedResourceGroupMismatch', field: 'properties.managedResourceGroupId' } })
  }
  if (row.wish.sku === 'premium' && wish.sku !== 'premium') throw fixed('sku', row.wish.sku, wish.sku)
  const before = row.wish.properties.parameters
  // Clients send back all that they got, so what they leave out stays as it was.
  for (const [name, parameter] of Object.entries(wish.properties.parameters)) {
    const was = before[name]?.value ?? defaultOf(row, name)
    if (was !== parameter.value) throw fixed(`parameters.${name}`, was, parameter.value)
  }
  wish.properties.parameters = before
}

function mustKeepPlace(row: Row, wish: Wish): void {
  if (row.wish.location === wish.location) return
  const message = `The resource '${row.name}' already exists in location '${row.wish.location}' in resource group '${row.resourceGroup}'. A resource with the same name cannot be created in location '${wish.location}'. Please select a new resource name.`
  throw new Problem('conflict', message, { extra: { wireCode: 'InvalidResourceLocation' } })
}

const fixed = (property: string, was: unknown, is: unknown) => new Problem('invalid', `The property '${property}' of a workspace cannot be changed from '${String(was)}' to '${String(is)}'.`, { extra: { wireCode: 'PropertyChangeNotAllowed', field: property } })

const defaultOf = (row: Row, name: string) => withDefaults({}, { storageAccountName: namesOf(row.workspaceId).storageAccount })[name]?.value
