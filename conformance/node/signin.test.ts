import { createServer, type Server } from 'node:http'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asAdministrator, loginUrl, newApplication, newUser, tenant, admin, type Graph } from './identity-person.ts'

let graph: Graph
let browser: Browser
let page: Page
let application: Server
let callback: string
let app: Awaited<ReturnType<typeof newApplication>>
let user: Awaited<ReturnType<typeof newUser>>
let troubles: string[] = []

beforeAll(async () => {
  graph = await asAdministrator()
  application = createServer((request, response) => response.end(`<title>The application</title>${new URL(request.url ?? '/', callback).search}`))
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
  const address = application.address()
  callback = `http://localhost:${typeof address === 'object' ? address?.port : 0}/callback`
  app = await newApplication(graph, [callback])
  browser = await chromium.launch({ executablePath: process.env.BRICKYARD_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  application?.close()
  if (app) await graph('DELETE', `applications/${app.id}`)
})
beforeEach(async () => {
  user = await newUser(graph)
  // The installation's private authority is not in Chromium's store.
  page = await (await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 780 } })).newPage()
  troubles = []
  page.on('console', (message) => { if (message.type() === 'error') troubles.push(message.text()) })
  page.on('request', (request) => { if (!request.url().startsWith(loginUrl) && !request.url().startsWith(callback) && !request.url().startsWith('data:') && !request.url().endsWith('/favicon.ico')) troubles.push(`asked for ${request.url()}`) })
  return async () => {
    await page.context().close()
    await graph('DELETE', `users/${user.id}`)
  }
})

const authorize = (extra: Record<string, string> = {}) =>
  `${loginUrl}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: app.appId, response_type: 'code', redirect_uri: callback, scope: 'openid profile https://management.azure.com/user_impersonation', state: 'mine', ...extra })}`
const next = () => page.getByRole('button', { name: 'Next' }).click()
async function signIn(who: { upn: string; password: string }) {
  await page.getByLabel('User name').fill(who.upn)
  await next()
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
const fitsTheScreen = async () => expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)

test('a person signs in, reads what the application may do, accepts, and is not asked a second time', async () => {
  await page.goto(authorize())
  await fitsTheScreen()
  await signIn(user)
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await fitsTheScreen()
  expect(await page.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining('Sign you in'), expect.stringContaining('View your basic profile'), expect.stringContaining('Manage cloud resources as you')])
  expect(await page.getByText('can do more than the application needs').count()).toBe(0)
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.waitForURL(`${callback}?**`)
  expect(new URL(page.url()).searchParams.get('state')).toBe('mine')
  expect(new URL(page.url()).searchParams.get('code')).toBeTruthy()
  await page.goto(authorize({ state: 'again' }))
  await page.waitForURL(`${callback}?**`)
  expect(new URL(page.url()).searchParams.get('state')).toBe('again')
  expect(troubles).toEqual([])
})

test('declining says what it means and leads back to the application', async () => {
  await page.goto(authorize())
  await signIn(user)
  await page.getByRole('button', { name: 'Decline' }).click()
  await page.getByRole('heading', { name: 'You declined the request' }).waitFor()
  await page.getByRole('link', { name: `Back to ${app.name}` }).click()
  await page.waitForURL(`${callback}?**`)
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ error: 'access_denied', error_description: expect.stringContaining('AADSTS65004'), state: 'mine' })
})

test('a personal account is refused by name, with what to do instead', async () => {
  await page.goto(authorize())
  await page.getByLabel('User name').fill('jane.doe@outlook.com')
  await next()
  await page.getByRole('heading', { name: 'Personal accounts cannot sign in here' }).waitFor()
  await fitsTheScreen()
  expect(await page.getByRole('alert').innerText()).toContain(`AADSTS50020: User account 'jane.doe@outlook.com' from identity provider 'live.com' does not exist in tenant`)
  expect(await page.getByText('brickyard account create').innerText()).toContain('jane.doe@')
  await page.getByRole('button', { name: 'Use another account' }).click()
  await page.getByLabel('User name').waitFor()
})

test('a wrong password is said, the right one then works', async () => {
  await page.goto(authorize())
  await signIn({ ...user, password: 'not the password' })
  expect(await page.getByRole('alert').innerText()).toMatch(/incorrect[\s\S]*AADSTS50126/)
  await page.getByLabel('Password').fill(user.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.waitForURL(`${callback}?**`)
})

test('an account with many rights is warned before it consents', async () => {
  await page.goto(authorize())
  await signIn(admin)
  const warning = page.getByRole('note')
  expect(await warning.innerText()).toMatch(/This account can do more than the application needs[\s\S]*Global Administrator[\s\S]*brickyard account create/)
})

test('consent and sessions are reviewed and taken back under My Apps', async () => {
  await page.goto(authorize())
  await signIn(user)
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.waitForURL(`${callback}?**`)
  await page.goto(`${loginUrl}/myapps`)
  await fitsTheScreen()
  await page.getByRole('region', { name: app.name }).getByText('Manage cloud resources as you').waitFor()
  await page.getByRole('button', { name: `Revoke all permissions of ${app.name}` }).click()
  await page.getByRole('status').waitFor()
  expect(await page.getByRole('status').innerText()).toContain(`${app.name} can no longer act for you`)
  await page.goto(authorize())
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await page.goto(`${loginUrl}/myapps`)
  await page.getByRole('link', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You signed out of your account' }).waitFor()
  await page.goto(authorize())
  await page.getByLabel('User name').waitFor()
  expect(troubles).toEqual([])
})

test('another account takes over from the one that is signed in', async () => {
  await page.goto(authorize())
  await signIn(user)
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.waitForURL(`${callback}?**`)
  const other = await newUser(graph)
  await page.goto(authorize({ prompt: 'select_account' }))
  await page.getByRole('button', { name: user.upn }).waitFor()
  await page.getByRole('button', { name: 'Use another account' }).click()
  await signIn(other)
  await page.getByText(other.upn).waitFor() // the consent page of the other account
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.waitForURL(`${callback}?**`)
  expect(troubles).toEqual([])
  await graph('DELETE', `users/${other.id}`)
})

test('a code shown on another device is entered and confirmed', async () => {
  const device = (await (await fetch(`${loginUrl}/organizations/oauth2/v2.0/devicecode`, { method: 'POST', body: new URLSearchParams({ client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', scope: 'openid https://management.azure.com//.default' }) })).json()) as { verification_uri: string; user_code: string }
  await page.goto(device.verification_uri)
  await page.getByLabel('Code').fill(device.user_code)
  await next()
  await page.getByRole('heading', { name: 'Are you trying to sign in to Microsoft Azure CLI?' }).waitFor()
  await fitsTheScreen()
  await page.getByRole('button', { name: 'Continue' }).click()
  await signIn(user)
  await page.getByRole('heading', { name: 'You have signed in' }).waitFor()
})
