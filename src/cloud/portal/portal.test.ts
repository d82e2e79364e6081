import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, words, type Browser, type Seen } from '#directory/testing/browser.ts'
import { runningCloud, type RunningCloud } from '../testing/running-cloud.ts'

const password = 'a long and quiet sentence'
const groups = '?api-version=2024-11-01'
let it: RunningCloud
let readerId = ''
beforeAll(async () => {
  it = await runningCloud()
  setDefaultCACertificates([...getCACertificates('default'), it.caPem])
  const reader = await it.directory.users.createUser({ upn: `reader@${it.directory.domain}`, displayName: 'Rita Reader', password, mustChangePassword: false })
  readerId = reader.id
  await it.cloud.grant(reader.id, 'Reader', it.subscription)
})
afterAll(() => it.stop())

/** The person's way from the portal to the directory and back. */
async function signIn(browser: Browser, upn = `reader@${it.directory.domain}`, next = '/groups'): Promise<Seen> {
  const asked = await browser.visit(`${it.urls.arm}/portal/sign-in?next=${encodeURIComponent(next)}`)
  let page = await browser.visit(asked.url)
  if (words(page).includes('User name')) {
    page = await browser.submit(page, { username: upn })
    page = await browser.submit(page, { password })
  }
  return browser.visit(page.url, undefined, 'nowhere')
}

/** A call as one of our pages makes it; headers may be overruled. */
const call = (browser: Browser, path: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) =>
  fetch(new URL(path, it.urls.arm), {
    method: init.method ?? 'GET', redirect: 'manual',
    headers: { cookie: cookies(browser), 'content-type': 'application/json', 'x-brickyard-browser': '1', origin: it.urls.arm, 'sec-fetch-site': 'same-origin', ...init.headers },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  })
const cookies = (browser: Browser) => browser.cookies().map(({ name, value }) => `${name}=${value}`).join('; ')

test('a person signs in at the directory and comes back to the page they wanted, without being asked for consent', async () => {
  const browser = openBrowser()
  const seen = await signIn(browser)
  expect(seen.headers.get('location')).toBe('/groups')
  const [line = ''] = seen.headers.getSetCookie().filter((each) => each.includes('-session='))
  expect(line).toMatch(/HttpOnly; Secure; SameSite=Lax/)
  const me = await (await call(browser, '/portal/me')).json()
  expect(me).toMatchObject({ user: { oid: readerId, upn: `reader@${it.directory.domain}`, name: 'Rita Reader' }, tenant: { id: it.directory.tenantId }, subscription: { id: it.cloud.subscriptionId } })
  expect(JSON.stringify(me) + line).not.toContain('eyJ') // no token reaches the browser
})

test('a page is for who is signed in; anybody else is led to the sign-in, and back to it', async () => {
  const anonymous = await fetch(`${it.urls.arm}/resource/subscriptions/x?tab=json`, { redirect: 'manual' })
  expect([anonymous.status, anonymous.headers.get('location')]).toEqual([302, `/portal/sign-in?next=${encodeURIComponent('/resource/subscriptions/x?tab=json')}`])
  const browser = openBrowser()
  await signIn(browser)
  const page = await fetch(`${it.urls.arm}/groups`, { headers: { cookie: cookies(browser) } })
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/)
})

test('calls of the portal’s pages are made as the person, with the person’s own rights', async () => {
  const browser = openBrowser()
  await signIn(browser)
  const list = await call(browser, `${it.subscription}/resourcegroups${groups}`)
  expect(list.status).toBe(200)
  const refused = await call(browser, `${it.subscription}/resourcegroups/mine${groups}`, { method: 'PUT', body: { location: 'local' } })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ error: { code: 'AuthorizationFailed', message: expect.stringContaining(`reader@${it.directory.domain}`) } })
  await it.cloud.grant(readerId, 'Contributor', it.subscription)
  expect((await call(browser, `${it.subscription}/resourcegroups/mine${groups}`, { method: 'PUT', body: { location: 'local' } })).status).toBe(201)
})

test('pages use the directory’s Graph with the person’s own token', async () => {
  const browser = openBrowser()
  await signIn(browser)
  expect(await (await call(browser, '/graph/v1.0/me')).json()).toMatchObject({ userPrincipalName: `reader@${it.directory.domain}` })
  const wish = { userPrincipalName: `x@${it.directory.domain}`, displayName: 'X', passwordProfile: { password: 'a fine password 1' } }
  const refused = await call(browser, '/graph/v1.0/users', { method: 'POST', body: wish })
  expect(refused.status).toBe(403)
  await it.directory.roles.assign(readerId, 'Global Administrator')
  expect((await call(browser, '/graph/v1.0/users', { method: 'POST', body: wish })).status).toBe(200)
  await it.directory.roles.remove(readerId, 'Global Administrator')
})

test.each([
  ['a page of another port', { origin: 'https://localhost:1', 'sec-fetch-site': 'same-site' }],
  ['a page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a form or an image, which can send no header of ours', { 'x-brickyard-browser': '' }],
  ['a caller that hides where it comes from', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
])('a call from %s is nobody’s, whatever cookies it brings', async (_who, headers) => {
  const browser = openBrowser()
  await signIn(browser)
  for (const [method, path] of [['PUT', `${it.subscription}/resourcegroups/stolen${groups}`], ['GET', `${it.subscription}/resourcegroups${groups}`], ['GET', '/graph/v1.0/me'], ['GET', '/portal/me'], ['POST', '/portal/sign-out']] as const) {
    const answer = await call(browser, path, { method, headers, ...(method === 'PUT' ? { body: { location: 'local' } } : {}) })
    expect([path, answer.status]).toEqual([path, 401])
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  }
  expect((await call(browser, '/portal/me')).status).toBe(200)
})

test('signing out ends the session for every copy of the cookie', async () => {
  const browser = openBrowser()
  await signIn(browser)
  const copy = cookies(browser)
  const answer = await call(browser, '/portal/sign-out', { method: 'POST' })
  const { goTo } = await answer.json() as { goTo: string }
  expect(goTo).toContain(`${it.urls.login}/${it.directory.tenantId}/oauth2/v2.0/logout`)
  expect((await call(browser, '/portal/me', { headers: { cookie: copy } })).status).toBe(401)
})

test('an account that is disabled loses the portal at once', async () => {
  const browser = openBrowser()
  const { id } = await it.directory.users.createUser({ upn: `leaver@${it.directory.domain}`, displayName: 'Lea', password, mustChangePassword: false })
  await signIn(browser, `leaver@${it.directory.domain}`)
  expect((await call(browser, '/graph/v1.0/me')).status).toBe(200)
  await it.directory.users.disable(id)
  expect((await call(browser, `${it.subscription}/resourcegroups${groups}`)).status).toBe(401)
  expect((await call(browser, '/graph/v1.0/me')).status).toBe(401)
})

test('a sign-in leads only to pages of the portal', async () => {
  for (const next of ['//evil.example', 'https://evil.example', String.raw`/\evil.example`]) {
    const seen = await signIn(openBrowser(), undefined, next)
    expect(seen.headers.get('location')).toBe('/')
  }
})

test('a declined, forged or stale answer of the directory signs nobody in and says what to do', async () => {
  const browser = openBrowser()
  const seen = await browser.visit(`${it.urls.arm}/portal/callback?code=x&state=y`)
  expect(seen.status).toBe(403)
  expect(words(seen)).toContain('Start the sign-in again')
  expect(browser.cookies()).toEqual([])
})
