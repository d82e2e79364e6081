import type { Next } from '#base/work.ts'
import { inTransaction, turn } from '../store/transaction.ts'
import type { ResourceRow, State } from '../store/tables.ts'
import type { Core } from './core.ts'
import { keyOf } from './id.ts'
import type { Caller } from './operation.ts'
import { forget, type ResourceWrites } from './resource-writes.ts'

/** The platform itself: what a group's deletion does, it does in nobody's name. */
const platform: Caller = { oid: 'platform', name: 'platform', groups: [], kind: 'app', appId: 'platform', displayName: 'Resource manager', tenantId: '' }
/** What a registered provider holds goes first: its deletion may need the rest of the group. */
const forwardedRank = 0

export type Forwarded = {
  /** Asks the provider to delete; resolves when it has accepted or knows nothing of it. */
  remove(row: ResourceRow): Promise<void>
  /** What the provider says of it. */
  state(row: ResourceRow): Promise<State | 'gone'>
}

/** One step of a group's end: ask the lowest rank present to go, look again until nothing is left, then remove the group. */
export function groupStep(core: Pick<Core, 'db' | 'operations'>, writes: ReadonlyMap<string, ResourceWrites>, forwarded: Forwarded) {
  const rank = (row: ResourceRow) => (row.forwarded ? forwardedRank : (writes.get(keyOf(row.type))?.type.rank ?? 99))
  return async (key: string): Promise<Next> => {
    const group = await core.db.selectFrom('groups').selectAll().where('key', '=', key).executeTakeFirst()
    if (!group || group.state !== 'Deleting') return 'done'
    const rows = await core.db.selectFrom('resources').selectAll().where('group_key', '=', key).execute()
    if (rows.length === 0) return (await removeGroup(key)) ? 'done' : { again: 100 }
    const lowest = Math.min(...rows.map(rank))
    for (const row of rows.filter((each) => rank(each) === lowest)) {
      if (row.forwarded) await endForwarded(row)
      else if (row.state !== 'Deleting') await endOwn(row)
    }
    return { again: rows.some((row) => row.forwarded) ? 400 : 100 }
  }

  /** Asked again only while the provider has not begun: the request may have died with us. */
  async function endForwarded(row: ResourceRow): Promise<void> {
    const state = await forwarded.state(row)
    if (state === 'gone') await core.db.deleteFrom('resources').where('key', '=', row.key).execute()
    else if (state !== 'Deleting') await forwarded.remove(row)
    await core.db.updateTable('resources').set({ state: 'Deleting' }).where('key', '=', row.key).execute()
  }

  async function endOwn(seen: ResourceRow): Promise<void> {
    await inTransaction(core.db, async (tx) => {
      await turn(tx, seen.key)
      const row = await tx.selectFrom('resources').selectAll().where('key', '=', seen.key).forUpdate().executeTakeFirst()
      if (row && row.state !== 'Deleting') await writes.get(keyOf(row.type))?.remove(tx, row, platform, true)
    })
  }

  /** `liveGroup` holds the row against this while a resource is being made in it. */
  async function removeGroup(key: string): Promise<boolean> {
    return inTransaction(core.db, async (tx) => {
      await tx.selectFrom('groups').select('key').where('key', '=', key).forUpdate().execute()
      const left = await tx.selectFrom('resources').select('key').where('group_key', '=', key).limit(1).executeTakeFirst()
      if (left) return false
      await tx.deleteFrom('groups').where('key', '=', key).execute()
      await forget(tx, key)
      await core.operations.end(tx, key, { status: 'Succeeded' })
      return true
    })
  }
}
