import { sql, type Kysely } from 'kysely'

/** Who may do what with which object. A grant goes with its person or group. */
export const permissionMigrations = {
  '011_grants': {
    up: async (db: Kysely<never>) => {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  },
}

const statements = [
  `create table workspace.grants (
     workspace_id text not null,
     id bigint generated always as identity primary key,
     object_type text not null,
     object_id text not null,
     user_id bigint,
     group_id bigint,
     level text not null,
     check (num_nonnulls(user_id, group_id) = 1),
     unique nulls not distinct (workspace_id, object_type, object_id, user_id, group_id),
     foreign key (workspace_id, user_id) references workspace.users on delete cascade,
     foreign key (workspace_id, group_id) references workspace.groups on delete cascade
   )`,
  `create index grants_of_users on workspace.grants (workspace_id, user_id)`,
  `create index grants_of_groups on workspace.grants (workspace_id, group_id)`,
  // What was so before grants were kept: a cluster belongs to its owner, and everybody makes tokens.
  `insert into workspace.grants (workspace_id, object_type, object_id, user_id, level)
     select c.workspace_id, 'clusters', c.cluster_id, c.owner_id, 'CAN_MANAGE'
     from workspace.clusters c join workspace.users u on u.workspace_id = c.workspace_id and u.id = c.owner_id`,
  `insert into workspace.grants (workspace_id, object_type, object_id, group_id, level)
     select workspace_id, 'authorization', 'tokens', id, 'CAN_USE' from workspace.groups where builtin = 'users'`,
]
