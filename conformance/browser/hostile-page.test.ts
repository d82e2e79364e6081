import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newPerson, openBrowser, signInAt, type Person } from './people.ts'

// A page of somebody else on another port of this machine. For browsers it is the same site, so the session's cookie travels.

const elsewhere = 'https://localhost:4'
const workspace = inject('workspaceUrl')
let browser: Browser
let person: Person

beforeAll(async () => {
  browser = await openBrowser()
  person = await newPerson(browser)
  await signInAt(person, `${workspace}/`)
  await person.context.route(`${elsewhere}/**`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Win a prize</title><p>Click here' }))
})
afterAll(() => browser.close())

const own = { 'x-brickyard-browser': '1' }
const tokens = async (): Promise<number> => {
  const page = await person.context.newPage()
  await page.goto(`${workspace}/`)
  const listed = await page.evaluate(async (headers) => (await fetch('/api/2.0/token/list', { headers })).json(), own)
  await page.close()
  return (listed as { token_infos?: unknown[] }).token_infos?.length ?? 0
}

test("the workspace's own page calls with the session", async () => {
  await person.page.goto(`${workspace}/`)
  const status = await person.page.evaluate(async (headers) => (await fetch('/api/2.0/preview/scim/v2/Me', { headers })).status, own)
  expect(status).toBe(200)
  const without = await person.page.evaluate(async () => (await fetch('/api/2.0/preview/scim/v2/Me')).status)
  expect(without).toBe(403)
})

test('a hostile page on another port reads nothing and changes nothing', async () => {
  const before = await tokens()
  const { page } = person
  await page.goto(`${elsewhere}/`)
  const answers = await page.evaluate(
    async ([url, headers]) => {
      const ask = (options: RequestInit) => fetch(`${url}/api/2.0/token/create`, { credentials: 'include', method: 'POST', body: '{}', ...options }).then((answer) => answer.type, (error: Error) => error.name)
      return [await ask({}), await ask({ headers }), await ask({ mode: 'no-cors' })]
    },
    [workspace, own] as const,
  )
  // An answer that a script may read has the type `cors`. What is sent all the same (no-cors) changes nothing.
  expect(answers.filter((type) => type !== 'TypeError' && type !== 'opaque')).toEqual([])
  const cookies = await person.context.cookies(workspace)
  expect(cookies.some((cookie) => cookie.name.startsWith('brickyard_session_'))).toBe(true)
  expect(await tokens()).toBe(before)
})

test('a form that it sends is refused', async () => {
  const before = await tokens()
  const { page } = person
  await page.goto(`${elsewhere}/`)
  const answered = page.waitForResponse((response) => response.url().includes('/api/2.0/token/create'))
  await page.evaluate((url) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: `${url}/api/2.0/token/create`, enctype: 'text/plain' })
    document.body.append(form)
    form.submit()
  }, workspace)
  expect((await answered).status(), 'the cookie came along (without it: 401), and did not count').toBe(403)
  expect(await tokens()).toBe(before)
})

test('a WebSocket that it opens is refused, and a frame stays empty', async () => {
  const { page } = person
  await page.goto(`${elsewhere}/`)
  const opened = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${url.replace('https', 'wss')}/api/2.0/brickyard/notebooks/1/live`)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
      }),
    workspace,
  )
  expect(opened).toBe('refused')
  await page.evaluate((url) => document.body.append(Object.assign(document.createElement('iframe'), { src: `${url}/` })), workspace)
  await expect.poll(() => page.frames().at(-1)?.url()).toMatch(/^chrome-error:/)
})
