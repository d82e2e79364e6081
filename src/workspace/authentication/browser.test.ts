import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openKeys } from '#base/keys.ts'
import { workspaceCookie } from '../login/cookies.ts'
import { sessionStore } from '../login/sessions.ts'
import { record, testRoom } from '../testing/room.ts'
import { browserDoor } from './browser.ts'

const room = await testRoom()
const folder = await mkdtemp(join(tmpdir(), 'browser-door-'))
afterAll(async () => {
  await room.close()
  await rm(folder, { recursive: true })
})
const keys = openKeys(folder)
const sessions = sessionStore(room.db, record.workspaceId, room.clock)
const door = browserDoor({ keys, sessions, workspaceId: record.workspaceId, url: record.url })
const ada = await room.member('ada@flights.test')
const cookie = workspaceCookie(keys, 'session', record.workspaceId, '/', 60).set(await sessions.begin(ada.id)).split(';', 1)[0] ?? ''
const ours = { cookie, 'x-brickyard-browser': '1', 'sec-fetch-site': 'same-origin' }

test('our own page calls with its session', async () => {
  expect(await door.call(ours)).toMatchObject({ userName: 'ada@flights.test', by: 'session' })
  expect(await door.call({ ...ours, origin: record.url })).toMatchObject({ by: 'session' })
})

test.each([
  ['a page on another port of localhost', { origin: 'https://localhost:3000', 'sec-fetch-site': 'same-site' }, 'https://localhost:3000'],
  ['another page that hides its origin', { 'sec-fetch-site': 'same-site' }, 'same-site'],
  ['a page of another site', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, 'evil.test'],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }, 'null'],
  ['the same host without TLS', { origin: 'http://localhost:27010', 'sec-fetch-site': 'cross-site' }, 'http://localhost:27010'],
  ['an address that was typed', { 'sec-fetch-site': 'none' }, 'none'],
  ['something that says nothing', { 'sec-fetch-site': undefined }, 'does not say'],
])('%s is refused, whatever cookie it brings', async (_name, headers, message) => {
  await expect(door.call({ ...ours, ...headers })).rejects.toThrow(message)
})

test('without the header of our pages, or with a wrong one, the session does not count', async () => {
  for (const sent of [undefined, '0', 'true'])
    await expect(door.call({ ...ours, 'x-brickyard-browser': sent })).rejects.toThrow('x-brickyard-browser: 1')
})

test('a WebSocket needs our origin and a session', async () => {
  expect(await door.upgrade({ cookie, origin: record.url })).toMatchObject({ userName: 'ada@flights.test' })
  await expect(door.upgrade({ cookie })).rejects.toThrow('does not say')
  await expect(door.upgrade({ cookie, origin: 'https://localhost:3000' })).rejects.toThrow('localhost:3000')
  await expect(door.upgrade({ cookie, origin: 'null' })).rejects.toThrow('null')
  await expect(door.upgrade({ origin: record.url })).rejects.toThrow('Sign in again')
})

test('frames and downloads of our pages read, and nothing else', async () => {
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  expect(await door.read({ method: 'GET', headers })).toMatchObject({ userName: 'ada@flights.test' })
  await expect(door.read({ method: 'POST', headers })).rejects.toThrow('Only reading')
  await expect(door.read({ method: 'GET', headers: { cookie, 'sec-fetch-site': 'same-site' } })).rejects.toThrow('same-site')
})

test('a session is over at its time, and at once when its person is deactivated', async () => {
  await room.users.update(ada.id, { active: false })
  await expect(door.call(ours)).rejects.toThrow('The session is over')
  await room.users.update(ada.id, { active: true })
  await door.call(ours)
  room.pass(13 * 3_600_000)
  await expect(door.call(ours)).rejects.toThrow('The session is over')
})
