import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../log.ts'
import { startPostgres, stopPostgres } from './embedded.ts'
import { isRunning } from './postmaster.ts'

const log = silentLog()
// Longer than a socket's name may be, so that the short way to the socket is taken too.
const dataDir = join(mkdtempSync(join(tmpdir(), 'brickyard-test-')), 'a'.repeat(100))

beforeAll(() => void spawnSync('mkdir', ['-m', '700', dataDir]))
afterAll(async () => {
  await stopPostgres({ dataDir, log })
  rmSync(join(dataDir, '..'), { recursive: true, force: true })
})

test('a server that outlived its starter is adopted, and a stopped or killed one is started again with its rows', async () => {
  const first = await startPostgres({ dataDir, log })
  expect(first.adopted).toBe(false)
  await ask(first.url, 'create table kept as select 42 as answer')

  const second = await startPostgres({ dataDir, log })
  expect(second).toMatchObject({ adopted: true, pid: first.pid })

  process.kill(second.pid, 'SIGKILL')
  await expect.poll(() => isRunning(second.pid)).toBe(false)
  const third = await startPostgres({ dataDir, log })
  expect(third.adopted).toBe(false)
  expect(await ask(third.url, 'select answer from kept')).toEqual([{ answer: 42 }])

  expect(await third.stop()).toBe(true)
  expect(isRunning(third.pid)).toBe(false)
  expect(await third.stop()).toBe(false)
}, 60_000)

test('nobody else can reach the socket or the data, and there is no network listener', async () => {
  chmodSync(dataDir, 0o700)
  const server = await startPostgres({ dataDir, log })
  const socketDir = new URL(server.url).searchParams.get('host') ?? ''
  expect(statSync(socketDir).mode & 0o077).toBe(0)
  expect(statSync(join(dataDir, 'postgres')).mode & 0o077).toBe(0)
  expect(await ask(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(await ask(server.url, 'show data_checksums')).toEqual([{ data_checksums: 'on' }])
  const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--clear-groups', 'ls', socketDir] : ['false']
  expect(spawnSync(asNobody[0] ?? '', asNobody.slice(1)).status).not.toBe(0)
})

async function ask(url: string, query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(query)).rows
  } finally {
    await client.end()
  }
}
