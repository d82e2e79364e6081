import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Who is signed in to the portal. Tokens lie sealed; the cookie's secret lies hashed. */
async function sessions(db: Kysely<never>): Promise<void> {
  await db.schema.createTable('portal_sessions')
    .addColumn('hash', 'text', (c) => c.primaryKey()).addColumn('oid', 'text', (c) => c.notNull()).addColumn('upn', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull()).addColumn('tokens', 'text', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`)).addColumn('expires_at', 'timestamptz', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('portal_sessions_expiry_idx').on('portal_sessions').column('expires_at').execute()
}

export const portalMigrations = { '010_portal_sessions': { up: sessions } }
