import { sql, type Kysely } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { migrate } from './db.ts'
import { testDatabase } from './testing/database.ts'

const { database, close } = await testDatabase()
afterAll(close)

test('a migration that is named before others reaches a database that already has those, once', async () => {
  const make = (table: string) => ({ up: async (db: Kysely<never>) => void (await sql.raw(`create table room.${table} (id int)`).execute(db)) })
  await migrate(database, 'room', { '001_first': make('first'), '040_fourth': make('fourth') })
  const all = { '001_first': make('first'), '020_second': make('second'), '040_fourth': make('fourth') }
  await migrate(database, 'room', all)
  await migrate(database, 'room', all)
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'room' and tablename not like 'kysely%' order by 1`.execute(database.schema('room'))
  expect(rows.map(({ name }) => name)).toEqual(['first', 'fourth', 'second'])
})
