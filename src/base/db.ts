import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'

// int8 arrives as text because it may exceed a double; our counters and sizes do not. Parse at the door.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** A table set nobody has named yet: rooms narrow it with `schema`. */
type Unnamed = Record<string, never>

export type Database = {
  url: string
  /** A room's own tables, in the Postgres schema of the room's name. */
  schema<Tables>(room: string): Kysely<Tables>
  /** A connection of one's own: for LISTEN and for session locks. The caller ends it. */
  dedicated(): Promise<pg.Client>
  close(): Promise<void>
}
/** A room's tables inside or outside a transaction. */
export type Within<Tables> = Kysely<Tables> | Transaction<Tables>

/** Opens a pool (≤ 16 connections) on PostgreSQL. `url` may name a unix socket folder by `?host=`. */
export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  pool.on('error', () => {}) // an idle connection died with the server: the next query reports it
  const root = new Kysely<Unnamed>({ dialect: new PostgresDialect({ pool }) })
  return {
    url,
    // Kysely's schema is a compile-time fiction; this is the one place where it is chosen.
    schema: <Tables>(room: string) => root.withSchema(room) as unknown as Kysely<Tables>,
    async dedicated() {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect()
      return client
    },
    close: () => root.destroy(),
  }
}

/** Brings a room's schema up to date. Migrations run in name order, once, under a lock. `up` gets the room's own Kysely. */
export async function migrate(database: Database, room: string, migrations: Record<string, Pick<Migration, 'up'>>): Promise<void> {
  const db = database.schema<Unnamed>(room)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: room,
    // Nouns of one room number theirs apart (010, 020, …): a later one of an early noun comes to databases that have all of the rest.
    allowUnorderedMigrations: true,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')
    throw new Error(`Migration ${failed?.migrationName ?? ''} of ${room} failed`, { cause: error })
  }
}

/** A value for a jsonb column (pg would send arrays as Postgres arrays). */
export const json = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`
