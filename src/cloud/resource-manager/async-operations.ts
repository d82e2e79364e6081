import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import { json } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import type { Bag, OperationRow, Tables } from '../store/tables.ts'
import type { Tx } from './resource-type.ts'

type Outcome = { status: 'Succeeded' | 'Failed' | 'Canceled'; error?: { code: string; message: string }; result?: Bag }
/** How long a question about a running operation is held back: fewer questions, and the answer comes the moment it is true. */
const holdMs = 1000

/** Operations that outlive their request. Their state is in the database, so it survives every restart. */
export const asyncOperations = (db: Kysely<Tables>, publicUrl: string) => ({
  async start(tx: Tx, wish: { namespace: string; key: string; verb: OperationRow['verb']; caller: string; done?: boolean }): Promise<string> {
    const id = randomUUID()
    await tx.insertInto('operations').values({
      id, namespace: wish.namespace, resource_key: wish.key, verb: wish.verb, caller: wish.caller, status: wish.done ? 'Succeeded' : 'InProgress', error: null, result: null,
      started_at: new Date(), ended_at: wish.done ? new Date() : null,
    }).execute()
    return id
  },
  /** Ends what is under way for a resource. A newer wish ends older ones as preempted, as Azure's compute does. */
  async end(tx: Tx, key: string, outcome: Outcome, which: { verb?: OperationRow['verb']; not?: string } = {}): Promise<void> {
    let query = tx.updateTable('operations').set({
      status: outcome.status, ended_at: new Date(), error: outcome.error ? json(outcome.error) : null, result: outcome.result ? json(outcome.result) : null,
    }).where('resource_key', '=', key).where('status', '=', 'InProgress')
    if (which.verb) query = query.where('verb', '=', which.verb)
    if (which.not) query = query.where('id', '<>', which.not)
    await query.execute()
  },
  /** The row, once it has ended or after a second. */
  async ask(id: string, signal: AbortSignal): Promise<OperationRow> {
    for (const until = Date.now() + holdMs; ;) {
      const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw new Problem('not_found', `The operation '${id}' could not be found.`, { extra: { wireCode: 'OperationNotFound' } })
      if (row.status !== 'InProgress' || Date.now() > until || signal.aborted) return row
      await wait(40)
    }
  },
  /** Where to ask. `Retry-After: 0` because the answer itself waits; the `-ms` form for clients that read 0 as "use the default of 30 s". */
  headers(where: { subscription: string; namespace: string; location: string; id: string; apiVersion: string }, kind: 'both' | 'status' | 'location'): Record<string, string> {
    const base = `${publicUrl}/subscriptions/${where.subscription}/providers/${where.namespace}/locations/${where.location}`
    const query = `?api-version=${where.apiVersion}`
    const status = { 'azure-asyncoperation': `${base}/operations/${where.id}${query}` }
    const location = { location: `${base}/operationResults/${where.id}${query}` }
    return { ...(kind === 'location' ? {} : status), ...(kind === 'status' ? {} : location), ...retry }
  },
})
export const retry = { 'retry-after': '0', 'x-ms-retry-after-ms': '100' }
export type AsyncOperations = ReturnType<typeof asyncOperations>

/** Body of the address in `Azure-AsyncOperation`. */
export const statusBody = (row: OperationRow, id: string): Bag => ({
  id, name: row.id, status: row.status, startTime: row.started_at.toISOString(), ...(row.ended_at ? { endTime: row.ended_at.toISOString() } : {}),
  ...(row.error ? { error: row.error } : {}), ...(row.result ? { properties: row.result } : {}),
})
