import { sql, type Kysely } from 'kysely'

/** The tree of folders, notebooks and files, with the contents of files. A folder takes what is in it along when it goes. */
export const objectMigrations = {
  '020_objects': {
    up: async (db: Kysely<never>) => {
      for (const statement of tables.split(';\n')) await sql.raw(statement).execute(db)
    },
  },
}

const tables = `
create table workspace.objects (
  workspace_id text not null,
  object_id bigint generated always as identity (start with 1100000000001),
  parent_id bigint,
  name text collate "C" not null,
  type text not null check (type in ('DIRECTORY', 'NOTEBOOK', 'FILE')),
  language text,
  size bigint,
  created_by bigint,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  trashed_from jsonb,
  primary key (workspace_id, object_id),
  foreign key (workspace_id, parent_id) references workspace.objects on delete cascade
);
create unique index objects_name on workspace.objects (workspace_id, parent_id, name) nulls not distinct;
create table workspace.file_contents (
  workspace_id text not null,
  object_id bigint not null,
  content bytea not null,
  primary key (workspace_id, object_id),
  foreign key (workspace_id, object_id) references workspace.objects on delete cascade
)`
