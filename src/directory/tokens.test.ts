import { request } from 'node:https'
import { ClientSecretCredential, DeviceCodeCredential, type DeviceCodeInfo } from '@azure/identity'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '#base/testing/database.ts'
import { azureCli } from './directory.ts'
import { openBrowser, words } from './testing/browser.ts'
import { runDirectory, type Running } from './testing/running.ts'

let db: TestDatabase
let running: Running
let app: { appId: string; secret: string; oid: string }
beforeAll(async () => {
  db = await testDatabase()
  running = await runDirectory({ database: db.database })
  app = await newApp('Automation')
})
afterAll(async () => {
  await running.stop()
  await db.close()
})

async function newApp(displayName: string) {
  const { applications, servicePrincipals } = running.directory
  const { appId } = await applications.createApplication({ displayName })
  const { id: oid } = await servicePrincipals.createServicePrincipal(appId)
  return { appId, oid, secret: (await applications.addSecret(appId)).secretText }
}
const arm = 'https://management.azure.com/'
const options = () => ({ authorityHost: running.baseUrl, disableInstanceDiscovery: true })
async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${running.baseUrl}/${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, body: await response.json() as Record<string, unknown>, headers: response.headers }
}
const token = (form: Record<string, string>, headers: Record<string, string> = {}) => post(`${running.directory.tenantId}/oauth2/v2.0/token`, form, headers)
const credentials = () => ({ grant_type: 'client_credentials', client_id: app.appId, client_secret: app.secret })

test('@azure/identity gets a token for a service principal', async () => {
  const credential = new ClientSecretCredential(running.directory.tenantId, app.appId, app.secret, options())
  const { token: jwt } = await credential.getToken(`${arm}.default`)
  expect(await running.directory.verify(jwt, [arm])).toMatchObject({ oid: app.oid, appid: app.appId, idtyp: 'app', tid: running.directory.tenantId })
  expect(decodeJwt(jwt)).toMatchObject({ iss: running.directory.issuer, sub: app.oid })
  expect(decodeProtectedHeader(jwt).alg).toBe('RS256')
})

test('@azure/identity signs in with a device code, and the refresh token serves another resource', async () => {
  const browser = openBrowser()
  const prompted = Promise.withResolvers<DeviceCodeInfo>()
  const credential = new DeviceCodeCredential({ ...options(), tenantId: 'organizations', clientId: azureCli, userPromptCallback: prompted.resolve })
  const first = credential.getToken(`${arm}/.default`) // az asks for the audience with two slashes
  const info = await prompted.promise
  expect(info.message).toContain(`${running.baseUrl}/devicelogin`)
  const page = await browser.visit(info.verificationUri)
  expect(words(await browser.submit(page, { user_code: 'WRONGCODE' }))).toContain('That code did not work')
  const confirm = await browser.submit(await browser.visit(info.verificationUri), { user_code: info.userCode.toLowerCase() })
  expect(words(confirm)).toContain('Are you trying to sign in to Microsoft Azure CLI?')
  const name = await browser.submit(confirm, { confirm: 'yes' })
  const done = await browser.submit(await browser.submit(name, { username: running.admin.upn }), { password: running.admin.password })
  expect(words(done)).toContain('You have signed in')
  expect(await running.directory.verify((await first).token, [arm])).toMatchObject({ upn: running.admin.upn, appid: azureCli, scp: 'user_impersonation' })
  const other = await credential.getToken('2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default')
  expect(await running.directory.verify(other.token, ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'])).toMatchObject({ upn: running.admin.upn })
})

test('a device code waits with authorization_pending, and a cancelled one says so', async () => {
  const { body } = await post('common/oauth2/v2.0/devicecode', { client_id: azureCli, scope: 'openid offline_access' })
  const poll = () => token({ grant_type: 'device_code', client_id: azureCli, code: String(body.device_code), device_code: String(body.device_code) })
  expect(await poll()).toMatchObject({ status: 400, body: { error: 'authorization_pending', error_codes: [70016] } })
  const browser = openBrowser()
  const confirm = await browser.submit(await browser.visit(String(body.verification_uri)), { user_code: String(body.user_code) })
  expect(words(await browser.submit(confirm, { abort: 'yes' }))).toContain('You cancelled the sign-in')
  expect(await poll()).toMatchObject({ body: { error: 'access_denied' } })
})

test('a secret may come in the body or in the header', async () => {
  const form = { grant_type: 'client_credentials', scope: `${arm}.default` }
  const basic = `Basic ${Buffer.from(`${app.appId}:${encodeURIComponent(app.secret)}`).toString('base64')}`
  expect(await token(form, { authorization: basic })).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
  expect(await token({ ...form, client_id: app.appId, client_secret: app.secret })).toMatchObject({ status: 200 })
})

test('the older endpoint answers by resource, with numbers as text', async () => {
  const { body } = await post(`${running.directory.tenantId}/oauth2/token`, { ...credentials(), resource: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d' })
  expect(body).toMatchObject({ resource: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', expires_in: '3600', expires_on: expect.stringMatching(/^\d+$/) })
  await running.directory.verify(String(body.access_token), ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'])
})

test.each([
  ['a wrong secret', { client_secret: 'x'.repeat(40) }, 401, 7000215, 'invalid_client'],
  ['an unknown application', { client_id: '22222222-2222-2222-2222-222222222222' }, 400, 700016, 'unauthorized_client'],
  ['a scope that is not .default', { scope: `${arm}user_impersonation` }, 400, 1002012, 'invalid_scope'],
  ['no scope', { scope: '' }, 400, 900144, 'invalid_request'],
  ['an unknown resource', { scope: 'https://vault.azure.net/.default' }, 400, 500011, 'invalid_resource'],
  ['an unknown grant', { grant_type: 'password' }, 400, 70003, 'unsupported_grant_type'],
])('%s is refused with Entra\u2019s own error', async (_name, change, status, code, error) => {
  const answer = await token({ ...credentials(), scope: `${arm}.default`, ...change }, { 'client-request-id': '33333333-3333-3333-3333-333333333333' })
  expect(answer).toMatchObject({ status, body: { error, error_codes: [code], correlation_id: '33333333-3333-3333-3333-333333333333', trace_id: expect.any(String), timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/) } })
  expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: .* Trace ID: .* Correlation ID: 33333333-.* Timestamp: `))
})

test('@azure/identity shows the error of a wrong secret', async () => {
  const credential = new ClientSecretCredential(running.directory.tenantId, app.appId, 'wrong'.repeat(10), options())
  await expect(credential.getToken(`${arm}.default`)).rejects.toThrow(/AADSTS7000215: Invalid client secret provided/)
})

test('a disabled service principal gets no token, and its tokens are refused at once', async () => {
  const other = await newApp('Disabled soon')
  const form = { grant_type: 'client_credentials', client_id: other.appId, client_secret: other.secret, scope: `${arm}.default` }
  const { body } = await token(form)
  await running.directory.servicePrincipals.disable(other.oid)
  expect(await token(form)).toMatchObject({ status: 400, body: { error_codes: [7000112] } })
  await expect(running.directory.verify(String(body.access_token), [arm])).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a removed or expired secret is worth nothing', async () => {
  const { applications } = running.directory
  const other = await newApp('Secrets')
  const form = (secret: string) => ({ grant_type: 'client_credentials', client_id: other.appId, client_secret: secret, scope: `${arm}.default` })
  const second = await applications.addSecret(other.appId, { displayName: 'Second' })
  expect((await token(form(second.secretText))).status).toBe(200)
  await applications.removeSecret(other.appId, second.keyId)
  expect(await token(form(second.secretText))).toMatchObject({ body: { error_codes: [7000215] } })
  const past = await applications.addSecret(other.appId, { endsAt: new Date(Date.now() - 1000) })
  expect(await token(form(past.secretText))).toMatchObject({ status: 401, body: { error_codes: [7000222] } })
})

test('keys rotate: the next one is known before it signs, old tokens stay good', async () => {
  const before = await running.directory.signingKeys.list()
  const old = await token({ ...credentials(), scope: `${arm}.default` })
  const published = async () => ((await (await fetch(`${running.baseUrl}/common/discovery/v2.0/keys`)).json()) as { keys: { kid: string; d?: string }[] }).keys
  const known = await published()
  expect(known.map((key) => key.kid)).toEqual(before.map((key) => key.kid))
  expect(known.every((key) => key.d === undefined)).toBe(true)
  const { kid } = await running.directory.signingKeys.rotate()
  expect(known.map((key) => key.kid)).toContain(kid)
  const fresh = await token({ ...credentials(), scope: `${arm}.default` })
  expect(decodeProtectedHeader(String(fresh.body.access_token)).kid).toBe(kid)
  for (const { body } of [old, fresh]) await running.directory.verify(String(body.access_token), [arm])
  expect((await running.directory.signingKeys.list()).map((key) => key.state)).toEqual(['retired', 'active', 'next'])
})

test('a token that somebody changed or signed themselves is refused', async () => {
  const { body } = await token({ ...credentials(), scope: `${arm}.default` })
  const [head, , signature] = String(body.access_token).split('.')
  const claims = Buffer.from(JSON.stringify({ ...decodeJwt(String(body.access_token)), oid: running.admin.id })).toString('base64url')
  await expect(running.directory.verify(`${head}.${claims}.${signature}`, [arm])).rejects.toMatchObject({ code: 'unauthenticated' })
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`
  await expect(running.directory.verify(none, [arm])).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('discovery describes each tenant name, and MSAL\u2019s instance discovery is answered', async () => {
  const read = async (path: string) => (await (await fetch(`${running.baseUrl}/${path}`)).json()) as Record<string, unknown>
  const { tenantId, issuer } = running.directory
  expect(await read(`${tenantId}/v2.0/.well-known/openid-configuration`)).toMatchObject({ issuer, token_endpoint: `${running.baseUrl}/${tenantId}/oauth2/v2.0/token` })
  expect(await read('organizations/v2.0/.well-known/openid-configuration')).toMatchObject({ issuer: `${running.baseUrl}/{tenantid}/v2.0` })
  expect(await read('brickyard.local/.well-known/openid-configuration')).toMatchObject({ issuer, token_endpoint: `${running.baseUrl}/brickyard.local/oauth2/token` })
  expect(await read('common/discovery/instance')).toMatchObject({ metadata: [{ aliases: [new URL(running.baseUrl).host] }] })
})

test('a body that is too large or no form is refused without harm', async () => {
  expect((await post(`${running.directory.tenantId}/oauth2/v2.0/token`, { grant_type: 'x'.repeat(70_000) })).status).toBe(413)
  const status = await new Promise((resolve) => request(`${running.baseUrl}/common/oauth2/v2.0/token`, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => resolve(response.statusCode)).end('{}'))
  expect(status).toBe(400)
})
