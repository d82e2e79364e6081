import { sql, type Kysely } from 'kysely'
import { clusterMigrations } from './clusters/migrations.ts'
import { dbfsMigrations } from './dbfs/migrations.ts'
import { identityMigrations } from './identity/migrations.ts'
import { objectMigrations } from './objects/migrations.ts'
import { notebookMigrations } from './notebooks/migrations.ts'
import { permissionMigrations } from './permissions/migrations.ts'
import { volumeMigrations } from './volumes/migrations.ts'

/** Everything a workspace knows. Every row belongs to one workspace; names are looked up within it. */
export const migrations = {
  '001_workspaces': {
    up: async (db: Kysely<never>) => {
      for (const statement of tables.split(';\n')) await sql.raw(statement).execute(db)
    },
  },
  ...identityMigrations,
  ...permissionMigrations,
  ...clusterMigrations,
  ...objectMigrations,
  ...notebookMigrations,
  ...dbfsMigrations,
  ...volumeMigrations,
}

const tables = `
create table workspace.workspaces (
  workspace_id text primary key,
  record jsonb not null,
  removing boolean not null default false,
  created_at timestamptz not null default now()
);
create table workspace.users (
  workspace_id text not null,
  id bigint generated always as identity (start with 4100000000001),
  kind text not null,
  oid text,
  app_id text,
  user_name text not null,
  display_name text not null,
  admin boolean not null default false,
  active boolean not null default true,
  entitlements jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index users_name on workspace.users (workspace_id, lower(user_name));
create unique index users_oid on workspace.users (workspace_id, oid);
create table workspace.tokens (
  workspace_id text not null,
  token_id text not null,
  user_id bigint not null,
  hash text not null unique,
  comment text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  primary key (workspace_id, token_id),
  foreign key (workspace_id, user_id) references workspace.users on delete cascade
);
create table workspace.sessions (
  workspace_id text not null,
  hash text primary key,
  user_id bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (workspace_id, user_id) references workspace.users on delete cascade
);
create table workspace.oauth_grants (
  workspace_id text not null,
  hash text primary key,
  kind text not null,
  user_id bigint not null,
  client_id text not null,
  scope text not null,
  redirect_uri text,
  challenge text,
  family text not null,
  used boolean not null default false,
  expires_at timestamptz not null,
  foreign key (workspace_id, user_id) references workspace.users on delete cascade
);
create index oauth_grants_family on workspace.oauth_grants (family);
create table workspace.clusters (
  workspace_id text not null,
  cluster_id text not null,
  spec jsonb not null,
  owner_id bigint not null,
  creator_user_name text not null,
  source text not null,
  state text not null,
  state_message text not null,
  since timestamptz not null,
  incarnation integer not null,
  num_workers integer not null,
  previous_workers integer,
  machines jsonb not null,
  termination_reason jsonb,
  created_at timestamptz not null,
  start_time timestamptz not null,
  terminated_time timestamptz,
  last_restarted_time timestamptz,
  last_state_loss_time timestamptz,
  spark_context_id bigint,
  pinned boolean not null default false,
  removed boolean not null default false,
  primary key (workspace_id, cluster_id)
);
create table workspace.cluster_events (
  id bigint generated always as identity primary key,
  workspace_id text not null,
  cluster_id text not null,
  at timestamptz not null,
  type text not null,
  details jsonb not null
);
create index cluster_events_of on workspace.cluster_events (workspace_id, cluster_id, at, id);
create table workspace.cluster_requests (
  workspace_id text not null,
  idempotency_token text not null,
  cluster_id text not null,
  primary key (workspace_id, idempotency_token)
)`
