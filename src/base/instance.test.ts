import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { claimDataDir, holder } from './instance.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'brickyard-instance-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test('a data folder has one owner; the second is told who, and a killed owner leaves nothing behind', async () => {
  chmodSync(dataDir, 0o755)
  const program = `
    const { claimDataDir } = await import(${JSON.stringify(join(import.meta.dirname, 'instance.ts'))})
    await claimDataDir(${JSON.stringify(dataDir)}, 25001)
    console.log('mine'); setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(owner.stdout, 'data')
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(holder(dataDir)).toMatchObject({ pid: owner.pid, port: 25001 })
  await expect(claimDataDir(dataDir, 25002)).rejects.toThrow(`in use by process ${owner.pid} (port 25001, since`)

  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(holder(dataDir)).toBeNull()
  const claim = await claimDataDir(dataDir, 25002)
  expect(holder(dataDir)).toMatchObject({ pid: process.pid, port: 25002 })
  claim.release()
})
