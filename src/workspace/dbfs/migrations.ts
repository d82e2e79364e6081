import { sql, type Kysely } from 'kysely'

export const dbfsMigrations = {
  '050_dbfs': {
    up: async (db: Kysely<never>) => {
      await sql`create table workspace.dbfs_streams (
        workspace_id text not null,
        handle bigint generated always as identity,
        user_id bigint not null,
        path text not null,
        overwrite boolean not null,
        draft text not null,
        size bigint not null default 0,
        used_at timestamptz not null,
        primary key (workspace_id, handle),
        foreign key (workspace_id, user_id) references workspace.users on delete cascade
      )`.execute(db)
    },
  },
}
