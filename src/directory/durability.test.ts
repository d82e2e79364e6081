import { expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '#base/testing/database.ts'
import { azureCli } from './directory.ts'
import { openBrowser, words, type Seen } from './testing/browser.ts'
import { runDirectory } from './testing/running.ts'

async function open(clock?: () => Date) {
  const db = await testDatabase()
  const running = await runDirectory({ database: db.database, ...(clock ? { clock } : {}) })
  onTestFinished(async () => {
    await running.stop()
    await db.close()
  })
  return { db, running }
}

test('sessions, codes, refresh tokens, device codes and sign-ins under way survive a restart', async () => {
  const { db, running } = await open()
  const { baseUrl, port, admin } = running
  const token = async (form: Record<string, string>) => (await (await fetch(`${baseUrl}/common/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams({ client_id: azureCli, ...form }) })).json()) as Record<string, string>
  const authorize = `${baseUrl}/common/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: azureCli, response_type: 'code', redirect_uri: 'http://localhost:24998', scope: 'openid offline_access https://management.azure.com//.default' })}`
  const device = (await (await fetch(`${baseUrl}/common/oauth2/v2.0/devicecode`, { method: 'POST', body: new URLSearchParams({ client_id: azureCli, scope: 'openid offline_access' }) })).json()) as Record<string, string>
  const browser = openBrowser()
  const form = await browser.submit(await browser.visit(authorize), { username: admin.upn })
  await running.stop()
  const second = await runDirectory({ database: db.database, port })
  expect(second.admin.password).toBe('') // shown once only
  const back: Seen = await browser.submit(form, { password: admin.password })
  await second.stop()
  const third = await runDirectory({ database: db.database, port })
  const first = await token({ grant_type: 'authorization_code', code: new URL(back.url).searchParams.get('code') ?? '', redirect_uri: 'http://localhost:24998' })
  await third.stop()
  const fourth = await runDirectory({ database: db.database, port })
  onTestFinished(() => fourth.stop())
  const again = await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '', scope: 'https://storage.azure.com/.default' })
  expect(await fourth.directory.verify(again.access_token ?? '', ['https://storage.azure.com/'])).toMatchObject({ upn: admin.upn })
  await fourth.directory.verify(first.access_token ?? '', ['https://management.azure.com/'])
  expect(new URL((await browser.visit(authorize)).url).searchParams.has('code')).toBe(true) // still signed in
  const confirm = await browser.submit(await browser.visit(`${baseUrl}/devicelogin`), { user_code: device.user_code ?? '' })
  expect(words(await browser.submit(confirm, { confirm: 'yes' }))).toContain('You have signed in')
  expect(await token({ grant_type: 'device_code', device_code: device.device_code ?? '' })).toHaveProperty('access_token')
})

test('nothing in the database opens a door: tokens, codes, secrets and passwords are hashed or sealed', async () => {
  const { db, running } = await open()
  const { appId } = await running.directory.applications.createApplication({ displayName: 'Secretive' })
  const { secretText } = await running.directory.applications.addSecret(appId)
  const device = (await (await fetch(`${running.baseUrl}/common/oauth2/v2.0/devicecode`, { method: 'POST', body: new URLSearchParams({ client_id: azureCli, scope: 'openid' }) })).json()) as Record<string, string>
  const client = await db.database.dedicated()
  const tables = await client.query<{ name: string }>(`select table_name as name from information_schema.tables where table_schema = 'directory'`)
  let dump = ''
  for (const { name } of tables.rows) dump += (await client.query<{ line: string }>(`select t::text as line from directory.${name} t`)).rows.map((row) => row.line).join('\n')
  await client.end()
  expect(dump).toContain(appId)
  for (const secret of [running.admin.password, secretText, device.device_code, device.user_code]) {
    expect(secret?.length).toBeGreaterThan(5)
    expect(dump).not.toContain(secret)
  }
  expect(dump).toMatch(/\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(dump).not.toMatch(/"d":/) // private keys
})

test('guessing is slowed down, across restarts, for names that exist and names that do not; the message says until when', async () => {
  let now = Date.now()
  const { db, running } = await open(() => new Date(now))
  const authorize = (baseUrl: string) => `${baseUrl}/common/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: azureCli, response_type: 'code', redirect_uri: 'http://localhost:24998', scope: 'openid' })}`
  const attempt = async (upn: string, password: string) => {
    const browser = openBrowser()
    return browser.submit(await browser.submit(await browser.visit(authorize(running.baseUrl)), { username: upn }), { password })
  }
  const { admin } = running
  for (let count = 0; count < 4; count++) expect(words(await attempt(admin.upn, 'wrong'))).toContain('incorrect')
  for (const upn of [admin.upn, 'nobody@brickyard.local']) {
    for (let count = 0; count < 5; count++) await attempt(upn, 'wrong')
    const blocked = await attempt(upn, 'wrong')
    expect(blocked.status).toBe(429)
    expect(words(blocked)).toMatch(/too many times .* Try again in \d+ seconds? \(at \d\d:\d\d:\d\d UTC\)/)
    expect(words(blocked)).toContain('AADSTS50053')
  }
  expect((await attempt(admin.upn, admin.password)).status).toBe(429) // even the right one has to wait
  await running.stop()
  const again = await runDirectory({ database: db.database, port: running.port, clock: () => new Date(now) })
  onTestFinished(() => again.stop())
  expect((await attempt(admin.upn, admin.password)).status).toBe(429)
  now += 20 * 60_000
  expect((await attempt(admin.upn, admin.password)).url).toContain('http://localhost:24998')
  expect((await again.directory.signIns.list()).map((each) => each.resultCode)).toEqual(expect.arrayContaining([0, 50053, 50126]))
})

test('bootstrap is repeatable and keeps what people changed', async () => {
  const { running } = await open()
  const { directory } = running
  await directory.users.createUser({ upn: 'second@brickyard.local', displayName: 'Second' })
  expect(await directory.bootstrap()).toEqual({ adminUpn: running.admin.upn, adminId: running.admin.id })
  await expect(directory.users.delete(running.admin.upn)).rejects.toThrow(/last Global Administrator/)
  await expect(directory.users.disable(running.admin.upn)).rejects.toThrow(/last Global Administrator/)
})

test('two processes that open the same database agree on tenant and keys', async () => {
  const db = await testDatabase()
  const both = await Promise.all([runDirectory({ database: db.database }), runDirectory({ database: db.database })])
  onTestFinished(async () => {
    for (const each of both) await each.stop()
    await db.close()
  })
  expect(both[0].directory.tenantId).toBe(both[1].directory.tenantId)
  expect(await both[0].directory.signingKeys.list()).toEqual(await both[1].directory.signingKeys.list())
  expect(both.filter((each) => each.admin.password !== '').length).toBe(1)
})
