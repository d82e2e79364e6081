import { randomInt } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { json, migrate, type Database } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import type { Person } from './contract.ts'
import { keyOf, workspaceType, type Place } from './ids.ts'
import type { Phase, ProvisioningState } from './state.ts'
import type { Wish } from './wish.ts'

export type Reason = { code: string; message: string }
/** `wish` is what was asked for; `phase` is where we are with it; `state` is what Azure's clients see. */
export type Row = Place & {
  key: string
  workspaceId: string
  port: number
  wish: Wish
  phase: Phase
  state: ProvisioningState
  /** Why it failed, and what it is doing now in words. */
  reason: Reason | null
  doing: string | null
  /** When everything was there for the first time: from then on a failed change undoes nothing. */
  readyAt: Date | null
  operationId: string
  /** When the present piece of work began; it may not go on for ever. */
  phaseAt: Date
  createdAt: Date
  createdBy: Person
  updatedAt: Date
  updatedBy: Person
}
export type Operation = { id: string; key: string; kind: 'create' | 'update' | 'delete'; status: ProvisioningState; error: Reason | null; startedAt: Date; endedAt: Date | null }
export type Tables = { workspaces: Row; operations: Operation }
export type Store = Awaited<ReturnType<typeof openStore>>

const migrations = {
  '001_workspaces': {
    up: async (db: Kysely<never>) => {
      await db.schema.createTable('workspaces')
        .addColumn('key', 'text', (c) => c.primaryKey())
        .addColumn('subscriptionId', 'text', (c) => c.notNull())
        .addColumn('resourceGroup', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('workspaceId', 'text', (c) => c.notNull().unique())
        .addColumn('port', 'integer', (c) => c.notNull().unique())
        .addColumn('wish', 'jsonb', (c) => c.notNull())
        .addColumn('phase', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('reason', 'jsonb')
        .addColumn('doing', 'text')
        .addColumn('readyAt', 'timestamptz')
        .addColumn('operationId', 'text', (c) => c.notNull())
        .addColumn('phaseAt', 'timestamptz', (c) => c.notNull())
        .addColumn('createdAt', 'timestamptz', (c) => c.notNull())
        .addColumn('createdBy', 'jsonb', (c) => c.notNull())
        .addColumn('updatedAt', 'timestamptz', (c) => c.notNull())
        .addColumn('updatedBy', 'jsonb', (c) => c.notNull())
        .execute()
      await db.schema.createTable('operations')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('key', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('error', 'jsonb')
        .addColumn('startedAt', 'timestamptz', (c) => c.notNull())
        .addColumn('endedAt', 'timestamptz')
        .execute()
      await db.schema.createIndex('operations_started').on('operations').column('startedAt').execute()
    },
  },
}

export type Change = Partial<Omit<Row, 'key' | 'workspaceId' | 'port'>>

/** Rows of the service. Every change goes through `change`: lock, pure edit, save. */
export async function openStore(database: Database, deps: { clock: Clock; ports: { from: number; to: number } }) {
  await migrate(database, 'service', migrations)
  const db = database.schema<Tables>('service')
  const { clock, ports } = deps

  const lock = (tx: Transaction<Tables>, key: string) => tx.selectFrom('workspaces').selectAll().where('key', '=', key).forUpdate().executeTakeFirst()

  return {
    find: (place: Place) => db.selectFrom('workspaces').selectAll().where('key', '=', keyOf(place)).executeTakeFirst(),
    byKey: (key: string) => db.selectFrom('workspaces').selectAll().where('key', '=', key).executeTakeFirst(),
    operation: (id: string) => db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst(),

    list(subscriptionId: string, resourceGroup?: string): Promise<Row[]> {
      const all = db.selectFrom('workspaces').selectAll().where(sql`lower("subscriptionId")`, '=', subscriptionId.toLowerCase()).orderBy('key')
      return (resourceGroup === undefined ? all : all.where(sql`lower("resourceGroup")`, '=', resourceGroup.toLowerCase())).execute()
    },
    everything: () => db.selectFrom('workspaces').selectAll().orderBy('key').execute(),

    /** A managed group belongs to one workspace only. */
    async ownerOfGroup(managedResourceGroupId: string): Promise<Row | undefined> {
      return db.selectFrom('workspaces').selectAll().where(sql`lower(wish->>'managedResourceGroupId')`, '=', managedResourceGroupId.toLowerCase()).executeTakeFirst()
    },

    /** Runs `edit` on the locked row (or on none), with the means to write what it decides. */
    within<T>(place: Place, edit: (row: Row | undefined, write: ReturnType<typeof writer>) => Promise<T>): Promise<T> {
      return db.transaction().execute(async (tx) => {
        // Two first PUTs of one name meet here, not at the primary key.
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`service:${keyOf(place)}`}, 0))`.execute(tx)
        return edit(await lock(tx, keyOf(place)), writer(tx, clock, ports))
      })
    },

    /** What the loop learned. Nothing happens when the row has moved on to another operation meanwhile. */
    async record(row: Row, change: Change, operation?: { status: ProvisioningState; error?: Reason }): Promise<boolean> {
      return db.transaction().execute(async (tx) => {
        const now = await lock(tx, row.key)
        if (now?.operationId !== row.operationId || now.phase !== row.phase) return false
        if (operation) await finish(tx, clock, row.operationId, operation)
        await tx.updateTable('workspaces').set(columns(change)).where('key', '=', row.key).execute()
        return true
      })
    },

    /** The workspace is gone: its row, its port and its number with it. */
    async remove(row: Row): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await finish(tx, clock, row.operationId, { status: 'Succeeded' })
        await tx.deleteFrom('workspaces').where('key', '=', row.key).where('operationId', '=', row.operationId).execute()
        await tx.deleteFrom('operations').where('startedAt', '<', new Date(clock().getTime() - 7 * 24 * 3600 * 1000)).execute()
      })
    },
  }
}

async function finish(tx: Transaction<Tables>, clock: Clock, id: string, outcome: { status: ProvisioningState; error?: Reason }): Promise<void> {
  const error = outcome.error ? json<Reason | null>(outcome.error) : null
  await tx.updateTable('operations').set({ status: outcome.status, error, endedAt: clock() }).where('id', '=', id).execute()
}

function writer(tx: Transaction<Tables>, clock: Clock, ports: { from: number; to: number }) {
  const begin = async (operation: Pick<Operation, 'id' | 'key' | 'kind' | 'status'>) => {
    await tx.insertInto('operations').values({ ...operation, error: null, startedAt: clock(), endedAt: null }).execute()
  }
  return {
    tx,
    begin,
    end: (id: string, outcome: { status: ProvisioningState; error?: Reason }) => finish(tx, clock, id, outcome),
    async insert(place: Place, row: Pick<Row, 'wish' | 'phase' | 'state' | 'operationId' | 'createdBy'>): Promise<Row> {
      const now = clock()
      const values = {
        ...place, key: keyOf(place), ...row, workspaceId: newWorkspaceId(), port: await freePort(tx, ports), reason: null, doing: null, readyAt: null,
        phaseAt: now, createdAt: now, updatedAt: now, updatedBy: row.createdBy,
      }
      return tx.insertInto('workspaces').values({ ...values, ...columns(values) }).returningAll().executeTakeFirstOrThrow()
    },
    async change(row: Row, change: Change): Promise<Row> {
      return tx.updateTable('workspaces').set(columns(change)).where('key', '=', row.key).returningAll().executeTakeFirstOrThrow()
    },
  }
}

/** Sixteen digits, as Azure's; the first at most 8, because clients read the number as a double (below 2^53). */
export const newWorkspaceId = () => `${randomInt(1, 9)}${Array.from({ length: 15 }, () => randomInt(10)).join('')}`

async function freePort(tx: Transaction<Tables>, ports: { from: number; to: number }): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('service:ports', 0))`.execute(tx)
  const rows = await tx.selectFrom('workspaces').select('port').execute()
  const taken = new Set(rows.map((row) => row.port))
  for (let port = ports.from; port <= ports.to; port++) if (!taken.has(port)) return port
  const count = ports.to - ports.from + 1
  throw new Problem('quota', `This cloud has ports for ${count} workspaces and all are in use. Delete a workspace, or start with another port range.`, {
    extra: { wireCode: 'WorkspaceQuotaExceeded' }, detail: workspaceType,
  })
}

/** jsonb columns of a change; the rest passes. */
function columns(change: Change) {
  const { wish, reason, createdBy, updatedBy, ...plain } = change
  return {
    ...plain,
    ...(wish && { wish: json(wish) }),
    ...(reason !== undefined && { reason: reason === null ? null : json<Reason | null>(reason) }),
    ...(createdBy && { createdBy: json(createdBy) }),
    ...(updatedBy && { updatedBy: json(updatedBy) }),
  }
}
