import { migrate, type Database, type Within } from '#base/db.ts'
import { sql, type ColumnType, type Generated, type Kysely } from 'kysely'
import type { RequiredScopes } from './contract.ts'

/** A jsonb column: read parsed, written through `json`. */
type Json<T> = ColumnType<T, T, T>

export type Tables = {
  tenant: { id: string; name: string; domain: string; created_at: Date }
  users: {
    id: string
    upn: string
    display_name: string
    password: string
    enabled: boolean
    must_change_password: boolean
    created_at: Date
    /** Grows when all sessions are ended; tokens carry the number they were issued under. */
    token_epoch: Generated<number>
  }
  groups: { id: string; display_name: string; description: string | null; created_at: Date }
  group_members: { group_id: string; member_id: string }
  role_members: { role: string; member_id: string }
  applications: {
    id: string
    app_id: string
    display_name: string
    publisher: string
    redirect_uris: Json<string[]>
    logout_uris: Json<string[]>
    identifier_uris: Json<string[]>
    required_scopes: Json<RequiredScopes[]>
    public_client: boolean
    first_party: boolean
    created_at: Date
  }
  secrets: { key_id: string; app_id: string; hash: string; hint: string; display_name: string; starts_at: Date; ends_at: Date }
  service_principals: { id: string; app_id: string; enabled: boolean; created_at: Date; token_epoch: Generated<number> }
  consents: { id: string; user_id: string; app_id: string; resource: string; scopes: Json<string[]>; created_at: Date; updated_at: Date }
  /** What oidc-provider keeps: sessions, grants, codes, refresh tokens, interactions. Named by hash, payload sealed. */
  artifacts: {
    model: string
    id_hash: string
    payload: string
    grant_id: string | null
    user_code_hash: string | null
    uid: string | null
    account_id: string | null
    client_id: string | null
    created_at: Date
    expires_at: Date | null
    consumed_at: Date | null
  }
  signing_keys: { kid: string; public_jwk: Json<JsonWebKey>; private_sealed: string; created_at: Date; active_from: Date | null; retired_at: Date | null; gone_at: Date | null }
  /** Failed attempts by `account:<upn>` or `address:<ip>`. */
  throttle: { name: string; failures: number; last_at: Date; blocked_until: Date | null }
  sign_ins: {
    id: string
    at: Date
    user_id: string | null
    upn: string | null
    app_id: string | null
    flow: string
    result_code: number
    reason: string | null
    address: string | null
    user_agent: string | null
    correlation_id: string
  }
}
export type Db = Kysely<Tables>
export type DbOrTx = Within<Tables>

/** Brings the directory's tables up to date and returns them. */
export async function directoryTables(database: Database): Promise<Db> {
  await migrate(database, 'directory', { '001_start': { up: start } })
  return database.schema<Tables>('directory')
}

async function start(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table directory.tenant (id text primary key, name text not null, domain text not null, created_at timestamptz not null)`,
  `create table directory.users (id text primary key, upn text not null, display_name text not null, password text not null, enabled boolean not null,
     must_change_password boolean not null, created_at timestamptz not null, token_epoch int not null default 0)`,
  `create unique index users_by_upn on directory.users (lower(upn))`,
  `create table directory.groups (id text primary key, display_name text not null, description text, created_at timestamptz not null)`,
  `create table directory.group_members (group_id text not null references directory.groups on delete cascade, member_id text not null, primary key (group_id, member_id))`,
  `create index group_members_by_member on directory.group_members (member_id)`,
  `create table directory.role_members (role text not null, member_id text not null, primary key (role, member_id))`,
  `create table directory.applications (id text primary key, app_id text not null unique, display_name text not null, publisher text not null,
     redirect_uris jsonb not null, logout_uris jsonb not null, identifier_uris jsonb not null, required_scopes jsonb not null,
     public_client boolean not null, first_party boolean not null, created_at timestamptz not null)`,
  `create table directory.secrets (key_id text primary key, app_id text not null references directory.applications (app_id) on delete cascade, hash text not null,
     hint text not null, display_name text not null, starts_at timestamptz not null, ends_at timestamptz not null)`,
  `create index secrets_by_app on directory.secrets (app_id)`,
  `create table directory.service_principals (id text primary key, app_id text not null unique references directory.applications (app_id) on delete cascade,
     enabled boolean not null, created_at timestamptz not null, token_epoch int not null default 0)`,
  `create table directory.consents (id text primary key, user_id text not null references directory.users on delete cascade,
     app_id text not null references directory.applications (app_id) on delete cascade, resource text not null, scopes jsonb not null,
     created_at timestamptz not null, updated_at timestamptz not null, unique (user_id, app_id, resource))`,
  `create table directory.artifacts (model text not null, id_hash text not null, payload text not null, grant_id text, user_code_hash text, uid text,
     account_id text, client_id text, created_at timestamptz not null, expires_at timestamptz, consumed_at timestamptz, primary key (model, id_hash))`,
  `create index artifacts_by_grant on directory.artifacts (grant_id) where grant_id is not null`,
  `create index artifacts_by_user_code on directory.artifacts (user_code_hash) where user_code_hash is not null`,
  `create index artifacts_by_uid on directory.artifacts (uid) where uid is not null`,
  `create index artifacts_by_account on directory.artifacts (account_id) where account_id is not null`,
  `create index artifacts_by_end on directory.artifacts (expires_at)`,
  `create table directory.signing_keys (kid text primary key, public_jwk jsonb not null, private_sealed text not null, created_at timestamptz not null,
     active_from timestamptz, retired_at timestamptz, gone_at timestamptz)`,
  `create table directory.throttle (name text primary key, failures int not null, last_at timestamptz not null, blocked_until timestamptz)`,
  `create table directory.sign_ins (id text primary key, at timestamptz not null, user_id text, upn text, app_id text, flow text not null,
     result_code int not null, reason text, address text, user_agent text, correlation_id text not null)`,
  `create index sign_ins_by_time on directory.sign_ins (at desc)`,
]
