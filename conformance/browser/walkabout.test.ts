import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cell, output, source } from './notebook-world.ts'
import { newPerson, openBrowser, signInAt, type Person } from './people.ts'
import { administrator, managedGroupPath, portalUrl, servicePath, workspaceApi } from './service.ts'

// The walkabout of 2018 with mouse and keyboard: from the service's blade to a cluster that was paused, ended and started again.
// Making and deleting the service itself is in portal.test.ts.

const url = inject('workspaceUrl')
const clusterName = `walkabout ${Date.now().toString(36)}`
let browser: Browser
let walker: Person
let work: Page
beforeAll(async () => {
  browser = await openBrowser()
  walker = await newPerson(browser, {}, administrator)
  await signInAt(walker, portalUrl)
})
afterAll(async () => {
  const { clusters } = (await workspaceApi(url, 'GET', '/api/2.0/clusters/list')) as unknown as { clusters: { cluster_id: string; cluster_name: string }[] }
  for (const each of clusters ?? []) if (each.cluster_name === clusterName) await workspaceApi(url, 'POST', '/api/2.1/clusters/permanent-delete', { cluster_id: each.cluster_id })
  await browser?.close()
})

const state = (word: string, seconds = 90) => work.getByText(word, { exact: true }).first().waitFor({ timeout: seconds * 1000 })
const run = async (number: number, code: string, answer: string) => {
  await source(work, number).click()
  await work.keyboard.press('Control+A')
  await work.keyboard.type(code)
  await work.keyboard.press('Control+Enter')
  await expect.poll(() => output(work, number).innerText().catch(() => ''), { timeout: 60_000 }).toContain(answer)
}

test('Launch Workspace leads from the service to its workspace', async () => {
  const { page } = walker
  await page.goto(`${portalUrl}/resource${servicePath}`)
  await page.getByText('Managed Resource Group', { exact: true }).first().waitFor()
  const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'Launch Workspace' }).last().click()])
  work = opened
  const accept = work.getByRole('button', { name: 'Accept' })
  const compute = work.getByRole('link', { name: 'Compute' }).first()
  await Promise.race([accept.waitFor(), compute.waitFor()])
  if (await accept.isVisible()) await accept.click()
  await compute.waitFor()
})

test('a cluster is made by its form; its machines are in the managed group', async () => {
  await work.getByRole('link', { name: 'Compute' }).first().click()
  await work.getByRole('link', { name: /Create/ }).or(work.getByRole('button', { name: /Create/ })).first().click()
  await work.getByLabel('Name').fill(clusterName)
  await work.getByRole('button', { name: 'Create cluster' }).click()
  await work.getByRole('heading', { level: 1, name: clusterName }).waitFor()
  await state('Running')
  const { page } = walker
  await page.goto(`${portalUrl}/resource${managedGroupPath}`)
  await expect.poll(() => page.getByRole('cell', { name: 'Virtual machine', exact: true }).count(), { timeout: 20_000 }).toBeGreaterThanOrEqual(2)
})

test('a notebook is made, attached and asked; a table is written to the root storage', async () => {
  const cluster = work.url()
  await work.getByRole('link', { name: 'Workspace' }).first().click()
  await work.getByRole('button', { name: 'Create', exact: true }).click()
  await work.getByRole('menuitem', { name: /Notebook/ }).click()
  await work.getByRole('button', { name: 'Create', exact: true }).last().click()
  await cell(work, 1).or(work.getByRole('button', { name: 'Add a code cell' })).first().waitFor()
  if ((await cell(work, 1).count()) === 0) await work.getByRole('button', { name: 'Add a code cell' }).click()
  await work.getByRole('button', { name: 'Attach to a cluster' }).click()
  await work.getByRole('menuitem', { name: new RegExp(`^${clusterName}`) }).click()
  await run(1, 'answer = 42; spark.range(12).write.mode("overwrite").saveAsTable("walked"); print("rows", spark.table("walked").count())', 'rows 12')
  walked = { cluster, notebook: work.url() }
})
let walked = { cluster: '', notebook: '' }

test('paused, the machines are kept; resumed, the variable is there', async () => {
  await work.goto(walked.cluster)
  await work.getByRole('button', { name: 'Pause', exact: true }).click()
  await state('Paused')
  await work.getByRole('button', { name: 'Resume', exact: true }).click()
  await state('Running')
  await work.goto(walked.notebook)
  await run(1, 'print("kept", answer)', 'kept 42')
})

test('terminated, the machines are gone; started again, the data is there', async () => {
  await work.goto(walked.cluster)
  await work.getByRole('button', { name: 'Terminate', exact: true }).click()
  await work.getByRole('alertdialog').or(work.getByRole('dialog')).getByRole('button', { name: 'Terminate' }).click()
  await state('Terminated')
  await work.getByRole('button', { name: 'Start', exact: true }).click()
  await state('Running')
  await work.goto(walked.notebook)
  await run(1, 'print("again", spark.table("walked").count())', 'again 12')
})
