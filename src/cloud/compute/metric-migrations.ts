import type { Kysely } from 'kysely'

/** A few hours of what each machine used. */
async function samples(db: Kysely<never>): Promise<void> {
  await db.schema.createTable('machine_samples')
    .addColumn('key', 'text', (c) => c.notNull()).addColumn('at', 'timestamptz', (c) => c.notNull())
    .addColumn('cpu_seconds', 'double precision', (c) => c.notNull()).addColumn('memory_mb', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('machine_samples_pk', ['key', 'at'])
    .execute()
  await db.schema.createIndex('machine_samples_at_idx').on('machine_samples').column('at').execute()
}

export const metricMigrations = { '040_machine_samples': { up: samples } }
