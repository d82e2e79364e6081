import { sql, type Kysely } from 'kysely'
import type { Next } from '#base/work.ts'
import type { Tables } from '../store/tables.ts'

const hour = 3600 * 1000

/** Forgets operations that nobody asks for any more and, as Azure does, events older than 90 days. */
export const housekeeping = (db: Kysely<Tables>) => async (): Promise<Next> => {
  await db.deleteFrom('operations').where('status', '<>', 'InProgress').where('ended_at', '<', sql<Date>`now() - interval '7 days'`).execute()
  await db.deleteFrom('activity').where('at', '<', sql<Date>`now() - interval '90 days'`).execute()
  return { again: 6 * hour }
}
