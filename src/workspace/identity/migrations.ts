import { sql, type Kysely } from 'kysely'

/** Groups, nested ones too, and what SCIM keeps of people. */
export const identityMigrations = {
  '010_groups': {
    up: async (db: Kysely<never>) => {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  },
}

const statements = [
  `alter table workspace.users
     add column name jsonb, add column emails jsonb, add column external_id text, add column roles jsonb not null default '[]'`,
  `create table workspace.groups (
     workspace_id text not null,
     id bigint generated always as identity (start with 8100000000001),
     builtin text,
     display_name text not null,
     external_id text,
     entitlements jsonb not null default '[]',
     roles jsonb not null default '[]',
     created_at timestamptz not null default now(),
     primary key (workspace_id, id)
   )`,
  `create unique index groups_name on workspace.groups (workspace_id, lower(display_name))`,
  `create table workspace.group_members (
     workspace_id text not null,
     id bigint generated always as identity primary key,
     group_id bigint not null,
     user_id bigint,
     member_group_id bigint,
     check (num_nonnulls(user_id, member_group_id) = 1),
     unique nulls not distinct (workspace_id, group_id, user_id, member_group_id),
     foreign key (workspace_id, group_id) references workspace.groups on delete cascade,
     foreign key (workspace_id, user_id) references workspace.users on delete cascade,
     foreign key (workspace_id, member_group_id) references workspace.groups on delete cascade
   )`,
  `create index group_members_users on workspace.group_members (workspace_id, user_id)`,
  `create index group_members_groups on workspace.group_members (workspace_id, member_group_id)`,
  // Everybody is in "users", administrators are in "admins"; the rest by membership, through nested groups.
  `create function workspace.groups_of(ws text, person bigint) returns table (group_id bigint, direct boolean) language sql stable as $$
     with recursive held (group_id, direct) as (
       (select g.id, true from workspace.groups g join workspace.users u on u.workspace_id = ws and u.id = person
          where g.workspace_id = ws and (g.builtin = 'users' or (g.builtin = 'admins' and u.admin))
        union
        select m.group_id, true from workspace.group_members m where m.workspace_id = ws and m.user_id = person)
       union
       select m.group_id, false from held join workspace.group_members m on m.workspace_id = ws and m.member_group_id = held.group_id
     )
     select held.group_id, bool_or(held.direct) from held group by held.group_id
   $$`,
  `insert into workspace.groups (workspace_id, builtin, display_name, entitlements)
     select workspace_id, b.name, b.name, b.entitlements
     from workspace.workspaces, (values
       ('admins', '["allow-cluster-create", "databricks-sql-access", "workspace-access"]'::jsonb),
       ('users', '["databricks-sql-access", "workspace-access"]'::jsonb)) as b (name, entitlements)`,
]
