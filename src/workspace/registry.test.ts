import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { workspaceRegistry, type Tables as RegistryTables } from './registry.ts'
import { record, testRoom } from './testing/room.ts'

const room = await testRoom()
afterAll(() => room.close())

test('of a removed workspace no room keeps a row, and another workspace loses none', async () => {
  const registry = workspaceRegistry(room.db.withTables<RegistryTables>())
  const other = { ...record, workspaceId: '4343' }
  for (const each of [record, other]) {
    await registry.save(each)
    await sql`insert into workspace.volumes (workspace_id, name, owner, created_by, updated_by) values (${each.workspaceId}, 'v', 'ada', 'ada', 'ada')`.execute(room.db)
    await sql`insert into workspace.cluster_starts (workspace_id, cluster_id, incarnation, kind, began_at, marks) values (${each.workspaceId}, 'c', 1, 'start', now(), '[]')`.execute(room.db)
  }
  await room.member('ada')
  await registry.remove(record.workspaceId)
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns where table_schema = 'workspace' and column_name = 'workspace_id'`.execute(room.db)
  expect(tables.length).toBeGreaterThan(15)
  const left: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(`workspace.${name}`)} where workspace_id = ${record.workspaceId}`.execute(room.db)
    if (rows.length > 0) left.push(name)
  }
  expect(left).toEqual([])
  expect((await sql`select 1 from workspace.volumes where workspace_id = ${other.workspaceId}`.execute(room.db)).rows).toHaveLength(1)
  expect(await registry.find(other.workspaceId)).toBeDefined()
})
