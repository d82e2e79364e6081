import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as World from '../browser/notebook-world.ts'
import { product } from './product.ts'

/** A notebook is open in a browser while the control plane dies and comes back. */
const dataDir = mkdtempSync(join(tmpdir(), 'crash-notebook-'))
const port = Number(process.env.BRICKYARD_TEST_CRASH_PORT ?? 19_400) + 200
const it = product({ dataDir, port, hosts: process.env.BRICKYARD_TEST_HOSTS ?? 'auto' })
let browser: Browser
let page: Page
let world: typeof World

beforeAll(async () => {
  const status = await it.up()
  const own = await it.environment('--credential')
  // What the people of the other suite are told by its runner.
  Object.assign(process.env, own, {
    BRICKYARD_DATA_DIR: dataDir, BRICKYARD_PORT: String(port), BRICKYARD_TEST_LOCATION: 'local', BRICKYARD_ADMIN_UPN: `admin@${own.BRICKYARD_DOMAIN ?? 'brickyard.local'}`, BRICKYARD_ADMIN_PASSWORD: 'not used', ARM_ENDPOINT: status.urls.arm, AZURE_AUTHORITY_HOST: status.urls.login,
    AZURE_TENANT_ID: status.tenantId, AZURE_SUBSCRIPTION_ID: status.subscriptionId, BRICKYARD_TEST_COMMAND: process.env.BRICKYARD_TEST_COMMAND ?? join(import.meta.dirname, '../../brickyard'),
  })
  const [{ makeService }, { openBrowser }] = await Promise.all([import('../browser/service.ts'), import('../browser/people.ts')])
  world = await import('../browser/notebook-world.ts')
  const url = await makeService()
  browser = await openBrowser()
  const person = await world.member(browser, url)
  page = person.page
  const id = await world.notebookWith(url, { cells: ['import time\nfor i in range(40):\n    print("tick", i, flush=True)\n    time.sleep(0.5)\nkept = 41', 'kept + 1', '# typed:'], for: { [person.account.upn]: 'CAN_MANAGE' } })
  await world.openNotebook(page, url, id)
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await it.down()
  rmSync(dataDir, { recursive: true, force: true })
}, 60_000)

test('nothing is lost when the control plane is killed under an open notebook: runs go on, typing is merged', { timeout: 240_000 }, async () => {
  await world.runCell(page, 1)
  await expect.poll(() => world.output(page, 1).innerText(), { timeout: 60_000 }).toContain('tick 3')
  await it.kill()
  await page.getByText('Reconnecting').waitFor()
  await world.source(page, 3).click()
  await page.keyboard.press('End')
  await page.keyboard.type(' while nobody listened')
  await page.getByText('Not saved: offline').waitFor()
  await it.up()
  await page.getByText('Reconnecting').waitFor({ state: 'detached', timeout: 60_000 })
  await page.getByText('Saved', { exact: true }).waitFor({ timeout: 60_000 })
  await expect.poll(() => world.output(page, 1).innerText(), { timeout: 90_000 }).toMatch(/tick 39[^]*Finished after/)
  const ticks = (await world.output(page, 1).innerText()).match(/tick \d+/g)
  expect(ticks).toEqual(Array.from({ length: 40 }, (_, n) => `tick ${n}`))
  await page.reload()
  await world.cell(page, 3).scrollIntoViewIfNeeded() // only what is in sight has an editor
  await expect.poll(() => world.written(page, 3).catch(() => ''), { timeout: 20_000 }).toBe('# typed: while nobody listened')
  await world.runCell(page, 2)
  await expect.poll(() => world.output(page, 2).innerText(), { timeout: 60_000 }).toContain('42')
})
