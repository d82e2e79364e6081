import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { migrate } from '#base/db.ts'
import { testDatabase } from '#base/testing/database.ts'
import { migrations } from '../migrations.ts'
import type { Tables } from '../workspace.ts'
import { permissionService } from './service.ts'
import { permissionStore } from './store.ts'

test('what was so before permissions were kept stays so: owners manage their clusters, and everybody makes tokens', async () => {
  const { database, close } = await testDatabase()
  await migrate(database, 'workspace', { '001_workspaces': migrations['001_workspaces'] })
  const db = database.schema<Tables>('workspace')
  await sql`insert into workspace.workspaces (workspace_id, record) values ('7', '{}')`.execute(db)
  const { rows } = await sql<{ id: number }>`
    insert into workspace.users (workspace_id, kind, user_name, display_name, admin)
    values ('7', 'user', 'ada', 'Ada', false), ('7', 'user', 'bob', 'Bob', false), ('7', 'user', 'root', 'Root', true) returning id`.execute(db)
  const [ada = 0, bob = 0, root = 0] = rows.map((row) => row.id)
  await sql`
    insert into workspace.clusters (workspace_id, cluster_id, spec, owner_id, creator_user_name, source, state, state_message, since, incarnation,
      num_workers, machines, created_at, start_time)
    values ('7', 'c1', '{}', ${ada}, 'ada', 'API', 'TERMINATED', '', now(), 1, 0, '[]', now(), now()),
      ('7', 'c2', '{}', ${root + 99}, 'gone', 'API', 'TERMINATED', '', now(), 1, 0, '[]', now(), now())`.execute(db)
  await migrate(database, 'workspace', migrations)

  const permissions = permissionService({ store: permissionStore(db, '7') })
  const cluster = { type: 'clusters', id: 'c1' } as const
  expect(await permissions.levelOf({ id: ada }, cluster)).toBe('CAN_MANAGE')
  expect(await permissions.levelOf({ id: bob }, cluster)).toBeNull()
  expect(await permissions.levelOf({ id: root }, { type: 'clusters', id: 'c2' })).toBe('CAN_MANAGE')
  expect(await permissions.levelOf({ id: bob }, { type: 'authorization', id: 'tokens' })).toBe('CAN_USE')
  await close()
})
