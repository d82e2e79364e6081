import { sql, type Kysely } from 'kysely'

export const volumeMigrations = {
  '051_volumes': {
    up: async (db: Kysely<never>) => {
      await sql`create table workspace.volumes (
        workspace_id text not null,
        volume_id uuid not null default gen_random_uuid(),
        name text not null,
        owner text not null,
        comment text,
        created_by text not null,
        updated_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        primary key (workspace_id, volume_id),
        unique (workspace_id, name)
      )`.execute(db)
    },
  },
}
