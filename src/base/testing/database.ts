import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../db.ts'

export type TestDatabase = {
  database: Database
  url: string
  /** Closes the pool and drops the database, whoever else is still connected. */
  close(): Promise<void>
}

/** A fresh, empty database on the real PostgreSQL of this test run. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  const url = server.replace(/^postgres:\/\/\/\w+/, `postgres:///${name}`)
  const database = openDatabase(url)
  return {
    database,
    url,
    async close() {
      await database.close()
      await administer(server, `drop database if exists ${name} with (force)`)
    },
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
