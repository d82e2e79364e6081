import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '#base/testing/database.ts'
import { azureCli } from './directory.ts'
import { openBrowser } from './testing/browser.ts'
import { runDirectory, type Running } from './testing/running.ts'

let db: TestDatabase
let running: Running
let admin: string
beforeAll(async () => {
  db = await testDatabase()
  running = await runDirectory({ database: db.database })
  admin = await tokenOf(running.admin.upn, running.admin.password)
})
afterAll(async () => {
  await running.stop()
  await db.close()
})

/** A Graph token of a person, through the real sign-in of a well-known public client. */
async function tokenOf(upn: string, password: string): Promise<string> {
  const redirect = 'http://localhost:24997'
  const browser = openBrowser()
  const page = await browser.visit(`${running.baseUrl}/organizations/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: azureCli, response_type: 'code', redirect_uri: redirect, scope: 'https://graph.microsoft.com/.default' })}`)
  const back = await browser.submit(await browser.submit(page, { username: upn }), { password })
  const form = { grant_type: 'authorization_code', client_id: azureCli, code: new URL(back.url).searchParams.get('code') ?? '', redirect_uri: redirect, scope: 'https://graph.microsoft.com/.default' }
  const answer = (await (await fetch(`${running.baseUrl}/organizations/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })).json()) as { access_token: string }
  return answer.access_token
}
/** What these tests read of answers; which fields are there depends on the call. */
type Answer = { id: string; appId: string; keyId: string; secretText: string; newPassword: string; value: Answer[]; passwordCredentials: unknown[]; error?: { code: string; message: string } }
async function graph(method: string, path: string, body?: unknown, token = admin) {
  const response = await fetch(`${running.baseUrl}/v1.0/${path}`, {
    method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Answer }
}
const newUser = (userPrincipalName: string, password = 'a password of four words') =>
  graph('POST', 'users', { accountEnabled: true, displayName: 'Ann', mailNickname: 'ann', userPrincipalName, passwordProfile: { password, forceChangePasswordNextSignIn: false } })

test('an administrator creates a user, who signs in, reads, and may not change the directory', async () => {
  const { body: made } = await newUser('ann@brickyard.local')
  expect(made).toMatchObject({ userPrincipalName: 'ann@brickyard.local', displayName: 'Ann', accountEnabled: true })
  const ann = await tokenOf('ann@brickyard.local', 'a password of four words')
  expect((await graph('GET', 'me', undefined, ann)).body).toMatchObject({ id: made.id, userPrincipalName: 'ann@brickyard.local' })
  expect((await graph('GET', "users?$filter=userPrincipalName eq 'ann@brickyard.local'", undefined, ann)).body.value).toHaveLength(1)
  expect(await graph('POST', 'groups', { displayName: 'No' }, ann)).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' } } })
  await graph('PATCH', `users/${made.id}`, { accountEnabled: false })
  expect(await graph('GET', 'me', undefined, ann)).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } })
})

test('objects are found by their ids, whatever they are, with a token asked for by the address of this directory', async () => {
  const { appId } = await running.directory.applications.createApplication({ displayName: 'Reader' })
  const principal = await running.directory.servicePrincipals.createServicePrincipal(appId)
  const { secretText } = await running.directory.applications.addSecret(appId)
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: secretText, scope: `${running.baseUrl}/.default` }
  const answer = (await (await fetch(`${running.baseUrl}/${running.directory.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })).json()) as { access_token: string }
  const { id: admin } = (await graph('GET', 'me')).body
  const { body } = await graph('POST', 'directoryObjects/getByIds', { ids: [admin, principal.id, 'nobody'], types: ['user', 'servicePrincipal'] }, answer.access_token)
  expect(body.value.map(({ id }) => id).sort()).toEqual([admin, principal.id].sort())
})

test('a personal or foreign domain, a name that exists and a weak password are refused by field', async () => {
  expect(await newUser('ann@gmail.com')).toMatchObject({ status: 400, body: { error: { code: 'Request_BadRequest', message: expect.stringContaining('personal account') } } })
  expect(await newUser('ann@contoso.com')).toMatchObject({ status: 400 })
  expect(await newUser('bob@brickyard.local', 'short')).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('at least 10') } } })
  await newUser('bob@brickyard.local')
  expect(await newUser('BOB@brickyard.local')).toMatchObject({ status: 409, body: { error: { code: 'Request_MultipleObjectsWithSameKeyValue' } } })
})

test('applications get a service principal and secrets that work until they are removed', async () => {
  const { body: app } = await graph('POST', 'applications', { displayName: 'CI', web: { redirectUris: ['https://ci.example/callback'] } })
  const { body: principal } = await graph('POST', 'servicePrincipals', { appId: app.appId })
  const { body: secret } = await graph('POST', `applications/${app.id}/addPassword`, { passwordCredential: { displayName: 'first' } })
  const token = async () => (await fetch(`${running.baseUrl}/${running.directory.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: app.appId, client_secret: secret.secretText, scope: 'https://graph.microsoft.com/.default' }) })).json() as Promise<{ access_token: string }>
  const { access_token: jwt } = await token()
  expect((await graph('GET', `servicePrincipals/${principal.id}`, undefined, jwt)).body).toMatchObject({ appId: app.appId, displayName: 'CI' })
  expect((await graph('GET', 'me', undefined, jwt)).status).toBe(400)
  expect((await graph('GET', `applications/${app.id}`)).body.passwordCredentials).toEqual([expect.objectContaining({ displayName: 'first', secretText: null })])
  await graph('POST', `applications/${app.id}/removePassword`, { keyId: secret.keyId })
  expect(await token()).toMatchObject({ error: 'invalid_client' })
  expect(await graph('POST', 'applications', { displayName: 'Bad', web: { redirectUris: ['http://evil.example/'] } })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('must begin with https') } } })
})

test('groups hold users and groups, and a circle is refused', async () => {
  const [{ body: outer }, { body: inner }, { body: user }] = await Promise.all([graph('POST', 'groups', { displayName: 'Outer' }), graph('POST', 'groups', { displayName: 'Inner' }), newUser('carol@brickyard.local')])
  const add = (group: string, member: string) => graph('POST', `groups/${group}/members/$ref`, { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}` })
  await add(outer.id, inner.id)
  await add(inner.id, user.id)
  expect(new Set(await running.directory.memberOf(user.id))).toEqual(new Set([outer.id, inner.id]))
  expect((await graph('GET', `groups/${inner.id}/members`)).body.value).toEqual([expect.objectContaining({ id: user.id, '@odata.type': '#microsoft.graph.user' })])
  expect((await add(inner.id, outer.id)).status).toBe(400)
  await graph('DELETE', `groups/${inner.id}/members/${user.id}/$ref`)
  expect(await running.directory.memberOf(user.id)).toEqual([])
})

test('a reset password works and the old one does not', async () => {
  const { body: user } = await newUser('dora@brickyard.local')
  const { body } = await graph('POST', `users/${user.id}/authentication/methods/28c10230-6103-485e-b985-444c60001490/resetPassword`, {})
  expect(body.newPassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  expect((await running.directory.users.find('dora@brickyard.local'))?.mustChangePassword).toBe(true)
})

test('errors are Graph\u2019s: no token, a token for another audience, an unknown object, an unknown path, an unsupported filter', async () => {
  expect(await graph('GET', 'me', undefined, 'x')).toMatchObject({ status: 401 })
  expect(await graph('GET', 'users/nobody@brickyard.local')).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } })
  expect(await graph('GET', 'planner/tasks')).toMatchObject({ status: 404, body: { error: { code: 'BadRequest', message: "Resource not found for the segment 'planner'." } } })
  expect(await graph('GET', "users?$filter=startswith(displayName,'A')")).toMatchObject({ status: 501 })
  expect(await graph('POST', 'users', { displayName: 'x' })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('userPrincipalName') } } })
})

test('administrators read the sign-in log', async () => {
  const { body } = await graph('GET', 'auditLogs/signIns?$top=500')
  expect(body.value).toEqual(expect.arrayContaining([expect.objectContaining({ userPrincipalName: running.admin.upn, appId: azureCli, status: { errorCode: 0, failureReason: null } })]))
})
