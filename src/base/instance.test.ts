import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { claimDataDir, keepFirstPassword, readInstance, takeFirstPassword } from './instance.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'brickyard-instance-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test('a data folder has one owner; the second is told who, and a killed owner leaves nothing behind', async () => {
  chmodSync(dataDir, 0o755)
  const program = `
    const { claimDataDir } = await import(${JSON.stringify(join(import.meta.dirname, 'instance.ts'))})
    claimDataDir({ dataDir: ${JSON.stringify(dataDir)}, port: 25001 }).ready({ tenantId: 't' })
    console.log('mine'); setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(owner.stdout, 'data')
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(readInstance(dataDir)).toMatchObject({ pid: owner.pid, port: 25001, ready: true, tenantId: 't' })
  expect(() => claimDataDir({ dataDir, port: 25002 })).toThrow(`is in use by brickyard pid ${owner.pid}, running since`)

  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(readInstance(dataDir)).toBeNull()
  const claim = claimDataDir({ dataDir, port: 25002 })
  expect(readInstance(dataDir)).toMatchObject({ pid: process.pid, ready: false })
  claim.release()
  expect(readInstance(dataDir)).toBeNull()
})

test('the first password is there until it has been shown', () => {
  expect(takeFirstPassword(dataDir)).toBeNull()
  keepFirstPassword(dataDir, { upn: 'admin@x', password: 'p' })
  const first = takeFirstPassword(dataDir)
  expect(first).toMatchObject({ upn: 'admin@x', password: 'p' })
  expect(takeFirstPassword(dataDir)).not.toBeNull()
  first?.forget()
  expect(takeFirstPassword(dataDir)).toBeNull()
})
