import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sql } from 'kysely'
import { openDatabase, type Database } from './db.ts'
import { silentLog } from './log.ts'
import { testDatabase } from './testing/database.ts'
import { openWork, type Work } from './work.ts'

let home: Awaited<ReturnType<typeof testDatabase>>
const opened: Work[] = []
beforeEach(async () => { home = await testDatabase() })
afterEach(async () => {
  await Promise.all(opened.splice(0).map((work) => work.stop(100)))
  await home.close()
})
const open = async (database: Database = home.database, pollMs = 100) => {
  const work = await openWork(database, silentLog(), { pollMs })
  opened.push(work)
  return work
}

test('a requested step runs until it says done, and leaves nothing behind', async () => {
  const work = await open()
  let left = 3
  const loop = work.loop('count', { step: async () => (--left === 0 ? 'done' : { again: 1 }) })
  await work.start()
  await loop.request(home.database, 'a')
  await expect.poll(() => left).toBe(0)
  await expect.poll(async () => (await sql`SELECT * FROM work.due`.execute(home.database.schema('work'))).rows).toEqual([])
})

test('a step that throws is tried again', async () => {
  const work = await open()
  const step = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue('done')
  const loop = work.loop('flaky', { step })
  await work.start()
  await loop.request(home.database, 'a')
  await expect.poll(() => step.mock.calls.length, { timeout: 3000 }).toBe(2)
})

test('a request made while the step runs is not lost', async () => {
  const work = await open()
  let runs = 0
  const loop = work.loop('again', {
    step: async (id) => {
      runs += 1
      if (runs === 1) await loop.request(home.database, id)
      return 'done'
    },
  })
  await work.start()
  await loop.request(home.database, 'a')
  await expect.poll(() => runs).toBe(2)
})

test('a wish that is rolled back asks for nothing', async () => {
  const work = await open()
  const step = vi.fn().mockResolvedValue('done')
  const loop = work.loop('rolled', { step })
  await work.start()
  await home.database.schema<never>('work').transaction().execute(async (tx) => {
    await loop.request(tx, 'a')
    throw new Error('undo')
  }).catch(() => {})
  await loop.request(home.database, 'b')
  await expect.poll(() => step.mock.calls.length).toBe(1)
  expect(step.mock.calls[0]?.[0]).toBe('b')
})

test('two processes never run one id at once, and a dead one lets go', async () => {
  const other = openDatabase(home.url)
  const [first, second] = [await open(), await open(other)]
  let inside = 0
  let most = 0
  let total = 0
  const step = async () => {
    most = Math.max(most, ++inside)
    await sleep(20)
    inside -= 1
    return ++total >= 10 ? ('done' as const) : { again: 0 }
  }
  const loop = first.loop('shared', { step })
  second.loop('shared', { step })
  await Promise.all([first.start(), second.start()])
  await loop.request(home.database, 'a')
  await expect.poll(() => total).toBeGreaterThanOrEqual(10)
  expect(most).toBe(1)
  await second.stop()
  await other.close()
})
