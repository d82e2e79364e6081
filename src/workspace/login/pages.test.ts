import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify from 'fastify'
import { afterAll, expect, test } from 'vitest'
import { renderProblems } from '#base/http/mount.ts'
import { webApp } from '#base/http/web-app.ts'
import { openKeys } from '#base/keys.ts'
import { browserDoor } from '../authentication/browser.ts'
import { render } from '../dialect.ts'
import { identityService } from '../identity/service.ts'
import { readOperations, unknownOperation } from '../not-implemented/operations.ts'
import { record, testRoom } from '../testing/room.ts'
import { trustingFetch } from '#base/http/trusting-fetch.ts'
import { workspaceCookie } from './cookies.ts'
import { loginPages } from './pages.ts'
import { sessionStore } from './sessions.ts'
import { directorySignIn } from './sign-in.ts'

const room = await testRoom()
const folder = await mkdtemp(join(tmpdir(), 'login-pages-'))
await mkdir(join(folder, 'assets'))
await writeFile(join(folder, 'workspace.html'), '<title>The application</title>')
const keys = openKeys(folder)
const sessions = sessionStore(room.db, record.workspaceId, room.clock)
const unknownPath = unknownOperation(readOperations())
// Nobody reaches a directory in these tests: the address is one where nothing listens.
const cloud = { authorityUrl: 'https://localhost:1', tenantId: 't', clientId: 'c', clientSecret: 's', armUrl: 'https://localhost:1', portalUrl: 'https://localhost:1' }
const pages = loginPages({
  record, keys, clock: room.clock, sessions, unknownPath,
  signIn: directorySignIn(cloud, `${record.url}/login/callback`, trustingFetch('')),
  identity: identityService({ record, store: room.users, roleOf: async () => 'none' }),
  browser: browserDoor({ keys, sessions, workspaceId: record.workspaceId, url: record.url }),
  web: webApp({ dist: folder, entry: 'workspace' }),
})
const app = fastify()
renderProblems(app, render, unknownPath)
pages.register(app)
afterAll(async () => {
  await app.close()
  await room.close()
  await rm(folder, { recursive: true })
})

const ada = await room.member('ada@flights.test')
const signedIn = async () => workspaceCookie(keys, 'session', record.workspaceId, '/', 60).set(await sessions.begin(ada.id)).split(';', 1)[0] ?? ''
const html = { accept: 'text/html,application/xhtml+xml' }
const proof = { 'x-brickyard-browser': '1', 'sec-fetch-site': 'same-origin' }

test.each(['/', '/compute/new?from=1', '/workspace/Users/a%20b', '/no/such/page'])('%s is the application for whoever is signed in', async (url) => {
  const answer = await app.inject({ url, headers: { ...html, cookie: await signedIn() } })
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toBe('<title>The application</title>')
  expect(answer.headers['content-security-policy']).toContain("script-src 'self'")
})

test('whoever is not signed in comes back to the page that was asked for', async () => {
  const answer = await app.inject({ url: '/compute/new?from=1', headers: html })
  expect([answer.statusCode, answer.headers.location]).toEqual([302, '/login?next=%2Fcompute%2Fnew%3Ffrom%3D1'])
  expect((await app.inject({ url: '/', headers: html })).headers.location).toBe('/login')
})

test.each(['/api/2.0/nothing', '/oidc/nothing', '/assets/nothing.js', '/.well-known/nothing'])('%s is never the application', async (url) => {
  expect((await app.inject({ url, headers: { ...html, cookie: await signedIn() } })).statusCode).toBe(404)
})

test('a program that asks for JSON is not given a page', async () => {
  const answer = await app.inject({ url: '/compute', headers: { accept: 'application/json', cookie: await signedIn() } })
  expect([answer.statusCode, answer.json().error_code]).toEqual([404, 'ENDPOINT_NOT_FOUND'])
})

test('signing out needs a page of ours and ends the session for every copy of the cookie', async () => {
  const cookie = await signedIn()
  const forged = await app.inject({ method: 'POST', url: '/logout', headers: { cookie, 'sec-fetch-site': 'same-site', 'x-brickyard-browser': '1' } })
  expect(forged.statusCode).toBe(403)
  expect((await app.inject({ url: '/', headers: { ...html, cookie } })).statusCode).toBe(200)
  const out = await app.inject({ method: 'POST', url: '/logout', headers: { cookie, ...proof } })
  expect([out.statusCode, String(out.headers['set-cookie'])]).toEqual([204, expect.stringContaining('Max-Age=0')])
  expect((await app.inject({ url: '/', headers: { ...html, cookie } })).headers.location).toBe('/login')
  expect((await app.inject({ url: '/signed-out' })).body).toContain('You are signed out')
})
