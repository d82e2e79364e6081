import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openLog } from '../log.ts'
import { startPostgres } from '../postgres/embedded.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the PostgreSQL of this test run listens. */
    postgresUrl: string
  }
}

/** Vitest's global set-up: one real PostgreSQL for the whole run, without durability, gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'brickyard-test-'))
  chmodSync(dataDir, 0o700)
  const postgres = await startPostgres({ dataDir, log: openLog({ level: 'warn' }), fast: true })
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
