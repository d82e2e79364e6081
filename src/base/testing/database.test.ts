import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from './database.ts'

const opened = await Promise.all([testDatabase(), testDatabase()])
afterAll(() => Promise.all(opened.map((each) => each.close())))

test('every caller gets an empty PostgreSQL 18 database of its own', async () => {
  const answers = await Promise.all(
    opened.map(async ({ database }) => {
      const { rows } = await sql<{ name: string; version: string }>`select current_database() as name, current_setting('server_version') as version`.execute(database.schema('public'))
      return rows[0]
    }),
  )
  expect(answers[0]?.name).not.toBe(answers[1]?.name)
  expect(answers[0]?.version).toMatch(/^18\./)
})
