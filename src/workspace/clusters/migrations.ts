import { sql, type Kysely } from 'kysely'

/** What the room of clusters has learned to remember. */
export const clusterMigrations = {
  '040_clusters': {
    up: async (db: Kysely<never>) => {
      await sql`alter table workspace.clusters add column workers jsonb`.execute(db)
      await sql`
        create table workspace.cluster_starts (
          workspace_id text not null,
          cluster_id text not null,
          incarnation integer not null,
          kind text not null,
          began_at timestamptz not null,
          marks jsonb not null,
          done boolean not null default false,
          primary key (workspace_id, cluster_id, began_at)
        )`.execute(db)
      await sql`
        create table workspace.cluster_consoles (
          workspace_id text not null,
          cluster_id text not null,
          machine text not null,
          incarnation integer not null,
          kept_at timestamptz not null,
          console text not null,
          primary key (workspace_id, cluster_id, machine)
        )`.execute(db)
    },
  },
}
