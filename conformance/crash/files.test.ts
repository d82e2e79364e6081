import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { azure } from './clients.ts'
import { product } from './product.ts'
import { seeded } from './seeded.ts'

/**
 * People write, move and import workspace files while the control plane is killed. Then: everything acknowledged is there with
 * exactly its bytes, and nothing is there that nobody asked for.
 */
const seed = Number(process.env.BRICKYARD_TEST_CRASH_SEED ?? Date.now() % 1_000_000)
const random = seeded(seed)
const dataDir = mkdtempSync(join(tmpdir(), 'crash-files-'))
const it = product({ dataDir, port: Number(process.env.BRICKYARD_TEST_CRASH_PORT ?? 19_400) + 200, hosts: 'process' })
const people = 4
let host: string
let token: string

beforeAll(async () => {
  console.log(`seed ${seed}`)
  const status = await it.up()
  const cloud = azure(status, await it.environment('--credential'))
  await cloud.resources.resourceGroups.createOrUpdate('crash', { location: 'local' })
  await cloud.services.workspaces.createOrUpdate('crash', 'files', {
    location: 'local', sku: { name: 'premium' }, computeMode: 'Hybrid',
    managedResourceGroupId: `/subscriptions/${status.subscriptionId}/resourceGroups/crash-managed`,
  }, { updateIntervalInMs: 100 })
  ;({ DATABRICKS_HOST: host = '', DATABRICKS_TOKEN: token = '' } = await it.environment('--workspace', 'files'))
}, 240_000)
afterAll(async () => {
  await it.down()
  rmSync(dataDir, { recursive: true, force: true })
}, 60_000)

/** False when the product died before it answered; a refusal is a defect here. */
async function acknowledged(path: string, body: Buffer | Record<string, unknown>): Promise<boolean> {
  const bytes = body instanceof Buffer
  const response = await fetch(`${host}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': bytes ? 'application/octet-stream' : 'application/json' },
    body: bytes ? new Uint8Array(body) : JSON.stringify(body),
  }).catch(() => null)
  if (response === null) return false
  const text = await response.text().catch(() => null)
  if (text === null) return false
  expect(response.status, text).toBe(200)
  return true
}
const ask = (path: string) => fetch(`${host}${path}`, { headers: { authorization: `Bearer ${token}` } })
const bytesAt = async (path: string) => {
  const response = await ask(`/api/2.0/workspace/export?format=AUTO&direct_download=true&path=${encodeURIComponent(path)}`)
  return response.ok ? sha(Buffer.from(await response.arrayBuffer())) : null
}
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Where each content must be, or may be: the last change was not acknowledged when there are two places. */
type Kept = { places: string[]; sum: string; certain: boolean }

/** Writes files, moves some and imports notebooks, one after another, until nobody answers. */
async function work(folder: string): Promise<Kept[]> {
  const kept: Kept[] = []
  for (let number = 0; ; number += 1) {
    const bytes = randomBytes(1 + random.below(40_000))
    const file: Kept = { places: [`${folder}/f${number}`], sum: sha(bytes), certain: false }
    kept.push(file)
    if (!(await acknowledged(`/api/2.0/workspace-files/import-file${folder}/f${number}`, bytes))) return kept
    file.certain = true
    if (number % 3 === 0) {
      file.places.push(`${folder}/moved-${number}`)
      const move = { path: `${folder}/f${number}`, destination_path: `${folder}/moved-${number}` }
      if (!(await acknowledged('/api/2.0/brickyard/workspace/move', move))) return kept
      file.places.shift()
    }
    if (number % 4 === 0) {
      const source = Buffer.from(`# Databricks notebook source\n${file.sum}\n`)
      const notebook: Kept = { places: [`${folder}/n${number}`], sum: sha(source), certain: false }
      kept.push(notebook)
      const content = { path: `${folder}/n${number}`, language: 'PYTHON', content: source.toString('base64') }
      if (!(await acknowledged('/api/2.0/workspace/import', content))) return kept
      notebook.certain = true
    }
  }
}

test.each([1, 2, 3])('what was acknowledged before kill %i is there, whole', { timeout: 120_000 }, async (round) => {
  const folders = Array.from({ length: people }, (_, person) => `/Shared/round-${round}-${person}`)
  for (const path of folders) expect(await acknowledged('/api/2.0/workspace/mkdirs', { path })).toBe(true)
  const working = folders.map(work)
  await sleep(1500 + random.below(1500))
  await it.kill()
  const kept = await Promise.all(working)
  await it.up()
  expect(kept.flat().filter((each) => each.certain).length).toBeGreaterThan(people)
  for (const [person, all] of kept.entries()) {
    const listed: { objects?: { path: string }[] } = await (await ask(`/api/2.0/workspace/list?path=${encodeURIComponent(folders[person] ?? '')}`)).json()
    const present = new Set((listed.objects ?? []).map((each) => each.path))
    for (const { places, sum, certain } of all) {
      const here = places.filter((path) => present.delete(path))
      expect(here.length, places.join(' or ')).toBeLessThanOrEqual(1)
      if (certain) expect(here).toHaveLength(1)
      for (const path of here) expect(await bytesAt(path), path).toBe(sum)
    }
    expect([...present]).toEqual([])
  }
})
