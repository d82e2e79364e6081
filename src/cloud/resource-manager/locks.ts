import type { Kysely } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { below, scopesAbove } from './id.ts'
import { conflict } from './problems.ts'

/** Throws ScopeLocked when a lock at the scope or above it (or below, for a deletion) forbids it. Source: "Lock your resources". */
export async function mustBeUnlocked(db: Kysely<Tables>, scope: string, verb: 'write' | 'delete'): Promise<void> {
  const above = scopesAbove(scope)
  const here = above[0] ?? '/'
  let query = db.selectFrom('locks').select(['scope', 'name']).where((where) => where.or([
    where('scope_key', 'in', above),
    ...(verb === 'delete' ? [where('scope_key', 'like', below(here))] : []),
  ]))
  if (verb === 'write') query = query.where('level', '=', 'ReadOnly')
  const held = await query.execute()
  if (held.length === 0) return
  const list = held.map((lock) => `${lock.scope}/providers/Microsoft.Authorization/locks/${lock.name}`).join(', ')
  throw conflict('ScopeLocked', `The scope '${scope}' cannot perform ${verb} operation because following scope(s) are locked: '${list}'. Please remove the lock and try again.`)
}
