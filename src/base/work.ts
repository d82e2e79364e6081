import { sql, type Kysely } from 'kysely'
import type pg from 'pg'
import { migrate, type Database, type Within } from './db.ts'
import type { Log } from './log.ts'

/**
 * Long work is a wish plus a loop: a request writes the wanted state and `request`s the loop in one transaction; the
 * loop's `step` looks at the world, does one repeatable thing and says when to look again.
 *
 * A row of `work.due` says that something is to be done and when; a session-level advisory lock says that a process is
 * doing it now. The lock dies with the process, so after a kill -9 the next process goes on at once.
 */
export type Next = 'done' | { again: number }
export type Loop = {
  /** Asks for a step of `id`, `delayMs` from now at the latest. Inside the wish's transaction it is as durable as the wish. */
  request<Tables>(within: Within<Tables> | Database, id: string, delayMs?: number): Promise<void>
}
export type Work = {
  loop(name: string, options: { step: (id: string, signal: AbortSignal) => Promise<Next> }): Loop
  start(): Promise<void>
  /** Lets running steps end (up to `graceMs`), then lets go. */
  stop(graceMs?: number): Promise<void>
}

type Due = { loop: string; id: string; due_at: Date; asked: number; failures: number; last_error: string | null }
type Tables = { due: Due }

const migrations = {
  '001_due': {
    up: async (db: Kysely<never>) => {
      await db.schema
        .createTable('due')
        .addColumn('loop', 'text', (c) => c.notNull())
        .addColumn('id', 'text', (c) => c.notNull())
        .addColumn('due_at', 'timestamptz', (c) => c.notNull())
        .addColumn('asked', 'bigint', (c) => c.notNull().defaultTo(0))
        .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('last_error', 'text')
        .addPrimaryKeyConstraint('due_pk', ['loop', 'id'])
        .execute()
      await db.schema.createIndex('due_at_idx').on('due').column('due_at').execute()
    },
  },
}

export async function openWork(database: Database, log: Log, options: { parallel?: number; pollMs?: number } = {}): Promise<Work> {
  await migrate(database, 'work', migrations)
  const db = database.schema<Tables>('work')
  const parallel = options.parallel ?? 16
  const pollMs = options.pollMs ?? 1000
  const loops = new Map<string, (id: string, signal: AbortSignal) => Promise<Next>>()
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let locks: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let scanning = false
  let again = false

  /** One query after another on the connection that holds the locks; the first row of the answer. */
  let lastQuery: Promise<unknown> = Promise.resolve()
  function onLocks<Row extends pg.QueryResultRow>(client: pg.Client, text: string, key: string): Promise<Row | undefined> {
    const query = lastQuery.then(() => client.query<Row>(text, [key])).then((result) => result.rows[0])
    lastQuery = query.catch(() => {})
    return query
  }

  async function connect(): Promise<pg.Client> {
    const client = await database.dedicated()
    client.on('notification', () => scan())
    client.on('error', () => { locks = undefined })
    client.on('end', () => { if (locks === client) locks = undefined })
    await client.query('LISTEN brickyard_work')
    return client
  }

  /** Starts a step for each due row that no process holds, then sleeps until the next one is due. */
  function scan(): void {
    if (scanning) { again = true; return }
    scanning = true
    again = false
    void scanOnce()
      .catch((error: unknown) => { log.warn({ err: error }, 'work: could not look for due work; trying again'); return pollMs })
      .then((waitMs) => {
        scanning = false
        if (stopping.signal.aborted) return
        clearTimeout(timer)
        if (again) return scan()
        timer = setTimeout(scan, waitMs)
      })
  }

  async function scanOnce(): Promise<number> {
    locks ??= await connect()
    const names = [...loops.keys()]
    if (names.length === 0) return pollMs
    const rows = await db.selectFrom('due').select(['loop', 'id', 'due_at'])
      .where('loop', 'in', names).where('due_at', '<=', sql<Date>`now() + make_interval(secs => ${pollMs / 1000})`)
      .orderBy('due_at').limit(parallel * 4).execute()
    let wait = pollMs
    for (const row of rows) {
      const key = `${row.loop}/${row.id}`
      if (running.has(key)) continue
      const early = row.due_at.getTime() - Date.now()
      if (early > 0) { wait = Math.min(wait, early); continue }
      if (running.size >= parallel || stopping.signal.aborted) break
      const client = locks
      if (!(await onLocks<{ got: boolean }>(client, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', key))?.got) continue
      running.set(key, run(client, key, row).finally(() => { running.delete(key); scan() }))
    }
    return wait
  }

  async function run(client: pg.Client, key: string, claimed: Pick<Due, 'loop' | 'id'>): Promise<void> {
    try {
      // Read again under the lock: another process may have finished it between our look and our lock.
      const row = await db.selectFrom('due').select(['loop', 'id', 'asked', 'failures']).where('loop', '=', claimed.loop).where('id', '=', claimed.id)
        .where('due_at', '<=', sql<Date>`now()`).executeTakeFirst()
      const step = loops.get(claimed.loop)
      if (row && step) await settle(row, await step(row.id, stopping.signal).then((next) => ({ next }), (error: unknown) => ({ error })))
    } catch (error) {
      log.warn({ err: error, key }, 'work: could not record a step; it will be repeated')
    } finally {
      await onLocks(client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', key).catch(() => {})
    }
  }

  /** Records what a step said. A `request` made while it ran (`asked` moved on) is never lost. */
  async function settle(row: Pick<Due, 'loop' | 'id' | 'asked' | 'failures'>, result: { next: Next } | { error: unknown }): Promise<void> {
    if ('error' in result) {
      if (stopping.signal.aborted) return
      const failures = row.failures + 1
      const delay = Math.min(30_000, 250 * 2 ** Math.min(failures - 1, 7))
      log.warn({ err: result.error, loop: row.loop, id: row.id, failures }, 'work: a step failed; trying again')
      await db.updateTable('due').set({ failures, last_error: String(result.error).slice(0, 2000), due_at: later(delay) })
        .where('loop', '=', row.loop).where('id', '=', row.id).execute()
      return
    }
    if (result.next === 'done') {
      await db.deleteFrom('due').where('loop', '=', row.loop).where('id', '=', row.id).where('asked', '=', row.asked).execute()
      return
    }
    await db.updateTable('due').set({ failures: 0, last_error: null, due_at: later(result.next.again) })
      .where('loop', '=', row.loop).where('id', '=', row.id).where('asked', '=', row.asked).execute()
  }

  return {
    loop(name, { step }) {
      loops.set(name, step)
      return {
        async request(within, id, delayMs = 0) {
          const target = 'schema' in within && typeof within.schema === 'function' ? within.schema<Tables>('work') : (within as Within<unknown>).withSchema('work') as unknown as Within<Tables>
          await target.insertInto('due').values({ loop: name, id, due_at: later(delayMs), asked: 1, failures: 0, last_error: null })
            .onConflict((c) => c.columns(['loop', 'id']).doUpdateSet({ asked: sql`due.asked + 1`, failures: 0, due_at: sql`least(due.due_at, excluded.due_at)` })).execute()
          await sql`SELECT pg_notify('brickyard_work', '')`.execute(target)
        },
      }
    },
    async start() {
      locks = await connect()
      scan()
    },
    async stop(graceMs = 5000) {
      stopping.abort()
      clearTimeout(timer)
      let grace: NodeJS.Timeout | undefined
      await Promise.race([Promise.allSettled(running.values()), new Promise((resolve) => { grace = setTimeout(resolve, graceMs) })])
      clearTimeout(grace)
      await locks?.end().catch(() => {})
    },
  }
}

const later = (ms: number) => sql<Date>`now() + make_interval(secs => ${ms / 1000})`
