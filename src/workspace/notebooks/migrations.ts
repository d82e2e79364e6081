import { sql, type Kysely } from 'kysely'

/** Documents, their history, where they run, what ran and what it showed. */
export const notebookMigrations = {
  '030_notebooks': {
    up: async (db: Kysely<never>) => {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  },
  '031_notebook_runs_active': {
    up: async (db: Kysely<never>) => {
      const where = `where state in ('queued', 'running', 'cancelling')`
      await sql.raw(`create index notebook_runs_active on workspace.notebook_runs (workspace_id, session_id, position) ${where}`).execute(db)
    },
  },
}

const statements = [
  `create table workspace.notebooks (
     workspace_id text not null,
     object_id bigint not null,
     snapshot bytea,
     snapshot_update bigint not null default 0,
     last_update bigint not null default 0,
     revised_update bigint not null default 0,
     editors jsonb not null default '[]',
     primary key (workspace_id, object_id)
   )`,
  `create table workspace.notebook_updates (
     workspace_id text not null,
     object_id bigint not null,
     update_id bigint not null,
     update bytea not null,
     user_name text not null,
     primary key (workspace_id, object_id, update_id),
     foreign key (workspace_id, object_id) references workspace.notebooks on delete cascade
   )`,
  `create table workspace.notebook_revisions (
     workspace_id text not null,
     object_id bigint not null,
     revision_id integer not null,
     name text,
     user_names jsonb not null,
     document jsonb not null,
     created_at timestamptz not null,
     primary key (workspace_id, object_id, revision_id),
     foreign key (workspace_id, object_id) references workspace.notebooks on delete cascade
   )`,
  // Where a notebook's cells run: one lasting session a notebook, and one for each call of dbutils.notebook.run.
  `create table workspace.notebook_sessions (
     workspace_id text not null,
     session_id text not null,
     object_id bigint not null,
     cluster_id text,
     incarnation integer,
     context_id text,
     context_state text not null default 'none',
     context_message text,
     context_since timestamptz,
     executions integer not null default 0,
     widgets jsonb not null default '[]',
     called jsonb,
     answer jsonb,
     primary key (workspace_id, session_id),
     foreign key (workspace_id, object_id) references workspace.notebooks on delete cascade
   )`,
  `create index notebook_sessions_of on workspace.notebook_sessions (workspace_id, object_id)`,
  `create table workspace.notebook_runs (
     workspace_id text not null,
     run_id text not null,
     position bigint generated always as identity,
     session_id text not null,
     batch_id text not null,
     cell_id text not null,
     state text not null,
     message text,
     language text not null,
     source text not null,
     user_id bigint not null,
     user_name text not null,
     queued_at timestamptz not null,
     started_at timestamptz,
     finished_at timestamptz,
     execution_count integer,
     parts jsonb,
     part integer not null default 0,
     context_id text,
     followed bigint not null default 0,
     primary key (workspace_id, run_id),
     foreign key (workspace_id, session_id) references workspace.notebook_sessions on delete cascade
   )`,
  `create index notebook_runs_of on workspace.notebook_runs (workspace_id, session_id, position)`,
  `create table workspace.notebook_results (
     workspace_id text not null,
     session_id text not null,
     cell_id text not null,
     run_id text not null,
     seq integer not null,
     truncated jsonb,
     primary key (workspace_id, session_id, cell_id),
     foreign key (workspace_id, session_id) references workspace.notebook_sessions on delete cascade
   )`,
  `create table workspace.notebook_outputs (
     workspace_id text not null,
     session_id text not null,
     cell_id text not null,
     seq integer not null,
     output jsonb not null,
     primary key (workspace_id, session_id, cell_id, seq),
     foreign key (workspace_id, session_id, cell_id) references workspace.notebook_results on delete cascade
   )`,
]
