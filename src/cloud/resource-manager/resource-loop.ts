import { asProblem } from '#base/problem.ts'
import type { Next } from '#base/work.ts'
import { inTransaction } from '../store/transaction.ts'
import type { ResourceRow } from '../store/tables.ts'
import type { Core } from './core.ts'
import { keyOf } from './id.ts'
import { wireCodeOf } from './problems.ts'
import type { ResourceType } from './resource-type.ts'
import { forget } from './resource-writes.ts'

/** What the world said no to for good; anything else is tried again. */
const final = new Set(['invalid', 'conflict', 'wrong_state', 'forbidden', 'quota', 'not_implemented', 'already_exists'])

/** One step towards the stored wish of one resource. Every line may be the last before a crash: the next step does it again. */
export function resourceStep(core: Pick<Core, 'db' | 'operations' | 'log'>, types: ReadonlyMap<string, ResourceType>, follow: (row: ResourceRow, signal: AbortSignal) => Promise<boolean>) {
  return async (key: string, signal: AbortSignal): Promise<Next> => {
    const row = await core.db.selectFrom('resources').selectAll().where('key', '=', key).executeTakeFirst()
    if (!row) return 'done'
    if (row.forwarded) return (await follow(row, signal)) ? 'done' : { again: 1000 }
    const type = types.get(keyOf(row.type))
    if (!type) return 'done'
    if (type.step) return type.step(row, signal)
    if (row.state === 'Deleting') {
      if (type.destroy && !(await type.destroy(row, signal))) return { again: 200 }
      await inTransaction(core.db, async (tx) => {
        await tx.deleteFrom('resources').where('key', '=', key).where('state', '=', 'Deleting').execute()
        await forget(tx, key)
        await core.operations.end(tx, key, { status: 'Succeeded' })
      })
      return 'done'
    }
    if (row.state !== 'Creating' && row.state !== 'Updating') return 'done'
    const failure = await (type.make?.(row, signal) ?? Promise.resolve()).then(() => null, (error: unknown) => {
      const problem = asProblem(error)
      if (!final.has(problem.code)) throw error
      core.log.warn({ err: error, resource: row.id }, 'a resource could not be made')
      return problem
    })
    const settled = await inTransaction(core.db, async (tx) => {
      const { numUpdatedRows } = await tx.updateTable('resources').set({ state: failure ? 'Failed' : 'Succeeded' })
        .where('key', '=', key).where('etag', '=', row.etag).where('state', '=', row.state).executeTakeFirst()
      if (numUpdatedRows === 0n) return false // a newer wish came meanwhile
      const error = failure ? { code: wireCodeOf(failure), message: failure.message } : undefined
      await core.operations.end(tx, key, error ? { status: 'Failed', error } : { status: 'Succeeded' })
      return true
    })
    return settled ? 'done' : { again: 0 }
  }
}

