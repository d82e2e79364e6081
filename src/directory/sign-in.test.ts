import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '#base/testing/database.ts'
import { openBrowser, words, type Browser, type Seen } from './testing/browser.ts'
import { runDirectory, type Running } from './testing/running.ts'

let db: TestDatabase
let running: Running
let app: { appId: string; secret: string }
const redirectUri = 'https://localhost:24999/callback'
const password = 'correct horse battery'

beforeAll(async () => {
  db = await testDatabase()
  running = await runDirectory({ database: db.database })
  const { applications, servicePrincipals } = running.directory
  const made = await applications.createApplication({
    displayName: 'Azure Databricks', publisher: 'Brickyard', redirectUris: [redirectUri], logoutUris: ['https://localhost:24999/'],
    requiredScopes: [{ resource: 'https://management.azure.com/', scopes: ['user_impersonation'] }],
  })
  await servicePrincipals.createServicePrincipal(made.appId)
  app = { appId: made.appId, secret: (await applications.addSecret(made.appId)).secretText }
})
afterAll(async () => {
  await running.stop()
  await db.close()
})

let people = 0
const newUser = async (name = `person${++people}`) => {
  const upn = `${name}@brickyard.local`
  const { id } = await running.directory.users.createUser({ upn, displayName: `Person ${name}`, password })
  return { upn, id }
}
const client = () => oidc.discovery(new URL(running.directory.issuer), app.appId, app.secret)
const armScope = 'openid profile offline_access https://management.azure.com/user_impersonation'

async function begin(browser: Browser, extra: Record<string, string> = {}) {
  const config = await client()
  const verifier = oidc.randomPKCECodeVerifier()
  const state = randomBytes(8).toString('hex')
  const nonce = randomBytes(8).toString('hex')
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope: armScope, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', state, nonce, ...extra,
  })
  const page = await browser.visit(url.href)
  const finish = (seen: Seen) => oidc.authorizationCodeGrant(config, new URL(seen.url), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce })
  return { config, page, finish }
}
async function enter(browser: Browser, page: Seen, upn: string, secret = password): Promise<Seen> {
  const second = await browser.submit(page, { username: upn })
  expect(words(second)).toContain('Enter password')
  return browser.submit(second, { password: secret })
}
async function signIn(upn: string, browser = openBrowser()) {
  const { page, finish, config } = await begin(browser)
  const consent = await enter(browser, page, upn)
  expect(words(consent)).toContain('Permissions requested')
  const back = await browser.submit(consent, { step: 'accept' })
  return { browser, config, tokens: await finish(back) }
}

test('a person signs in, consents, and the application gets tokens for the resource manager', async () => {
  const { upn, id } = await newUser()
  const { tokens } = await signIn(upn)
  expect(tokens.claims()).toMatchObject({ oid: id, tid: running.directory.tenantId, preferred_username: upn, aud: app.appId })
  const claims = await running.directory.verify(tokens.access_token, ['https://management.azure.com/'])
  expect(claims).toMatchObject({ oid: id, upn, appid: app.appId, idtyp: 'user', scp: 'user_impersonation', aud: 'https://management.azure.com/' })
  expect(tokens.expires_in).toBeLessThanOrEqual(3600)
  await expect(running.directory.verify(tokens.access_token, ['https://storage.azure.com/'])).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a second sign-in in the same browser asks for nothing', async () => {
  const { upn } = await newUser()
  const { browser } = await signIn(upn)
  const { page, finish } = await begin(browser)
  expect(page.url).toContain(redirectUri)
  expect((await finish(page)).claims()?.preferred_username).toBe(upn)
})

test('new scopes are asked for again, and only what was allowed can be had', async () => {
  const { upn } = await newUser()
  const { browser, tokens, config } = await signIn(upn)
  await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '', { scope: 'https://storage.azure.com/.default' })).rejects.toMatchObject({
    error: 'invalid_grant', error_description: expect.stringContaining('AADSTS65001'),
  })
  const { page, finish } = await begin(browser, { scope: `${armScope} https://storage.azure.com/user_impersonation` })
  expect(words(page)).toContain('Read and write stored data as you')
  const more = await finish(await browser.submit(page, { step: 'accept' }))
  const storage = await oidc.refreshTokenGrant(config, more.refresh_token ?? '', { scope: 'https://storage.azure.com/.default' })
  expect(await running.directory.verify(storage.access_token, ['https://storage.azure.com/'])).toMatchObject({ upn, scp: 'user_impersonation' })
})

test('declining says what it means and leads back with access_denied', async () => {
  const { upn } = await newUser()
  const browser = openBrowser()
  const { page } = await begin(browser)
  const consent = await enter(browser, page, upn)
  const declined = await browser.submit(consent, { step: 'decline' })
  expect(words(declined)).toContain('was given nothing')
  const back = /class="button" href="([^"]+)"/.exec(declined.text)?.[1] ?? ''
  const url = new URL((await browser.visit(back)).url)
  expect(url.origin + url.pathname).toBe(redirectUri)
  expect(url.searchParams.get('error')).toBe('access_denied')
  expect(url.searchParams.get('error_description')).toMatch(/^AADSTS65004: User declined to consent to access the app\. Trace ID: /)
})

test('a personal account is refused by name, with what to do instead', async () => {
  const browser = openBrowser()
  const { page } = await begin(browser)
  const refused = await browser.submit(page, { username: 'jane.doe@outlook.com' })
  expect(refused.status).toBe(403)
  expect(words(refused)).toContain(`AADSTS50020: User account 'jane.doe@outlook.com' from identity provider 'live.com' does not exist in tenant 'Brickyard' and cannot access the application '${app.appId}'(Azure Databricks) in that tenant.`)
  expect(words(refused)).toContain('brickyard account create jane.doe@brickyard.local')
  await expect(running.directory.users.createUser({ upn: 'jane@gmail.com', displayName: 'Jane' })).rejects.toThrow(/personal account/)
  expect((await running.directory.signIns.list())[0]).toMatchObject({ upn: 'jane.doe@outlook.com', resultCode: 50020 })
})

test('the consumers tenant is refused', async () => {
  const page = await openBrowser().visit(`${running.baseUrl}/consumers/oauth2/v2.0/authorize?client_id=${app.appId}`)
  expect(words(page)).toContain('AADSTS9002331')
  const unknown = await fetch(`${running.baseUrl}/contoso.com/v2.0/.well-known/openid-configuration`)
  expect(await unknown.json()).toMatchObject({ error: 'invalid_request', error_codes: [90002], error_description: expect.stringContaining("AADSTS90002: Tenant 'contoso.com' not found.") })
})

test('the consent page warns an account that may do too much', async () => {
  const browser = openBrowser()
  const { page } = await begin(browser)
  running.directory.warnWhen(async () => 'It is Owner of the subscription.')
  const consent = words(await enter(browser, page, running.admin.upn, running.admin.password))
  running.directory.warnWhen(async () => null)
  expect(consent).toContain('This account can do more than the application needs.')
  expect(consent).toContain('It is a Global Administrator of this directory. It is Owner of the subscription.')
  expect(consent).toContain('brickyard account create')
  const { upn } = await newUser()
  const other = openBrowser()
  expect(words(await enter(other, (await begin(other)).page, upn))).not.toContain('can do more')
})

test('revoking the consent under My Apps ends the tokens at once', async () => {
  const { upn, id } = await newUser()
  const { browser, tokens, config } = await signIn(upn)
  const apps = await browser.visit(`${running.baseUrl}/myapps`)
  expect(words(apps)).toContain('Manage cloud resources as you')
  const after = await browser.submit(apps, { act: 'revoke-consent' })
  expect(words(after)).toContain('can no longer act for you')
  await expect(running.directory.verify(tokens.access_token, ['https://management.azure.com/'])).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(await running.directory.consents.list({ userId: id })).toEqual([])
  expect(words((await begin(browser)).page)).toContain('Permissions requested')
})

test('My Apps asks a stranger to sign in, and a form from elsewhere changes nothing', async () => {
  const { upn } = await newUser()
  const { browser } = await signIn(upn)
  expect(words(await openBrowser().visit(`${running.baseUrl}/myapps`))).toContain('Sign in')
  const forged = await browser.visit(`${running.baseUrl}/myapps`, { act: 'end-all', csrf: 'x' })
  expect(words(forged)).toContain('did not come from this page')
  expect(words(await browser.visit(`${running.baseUrl}/myapps`))).toContain('Where you are signed in')
})

test('ending all sessions refuses access tokens at once', async () => {
  const { upn, id } = await newUser()
  const { tokens, config, browser } = await signIn(upn)
  await running.directory.sessions.revokeAll(id)
  await expect(running.directory.verify(tokens.access_token, ['https://management.azure.com'])).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error_description: expect.stringContaining('AADSTS50173') })
  expect(words((await begin(browser)).page)).toContain('Sign in')
})

test('a code is good for one exchange', async () => {
  const { upn } = await newUser()
  const { browser } = await signIn(upn)
  const { page, finish } = await begin(browser)
  await finish(page)
  await expect(finish(page)).rejects.toMatchObject({ error: 'invalid_grant', error_description: expect.stringContaining('AADSTS54005') })
})

test('a redirect URI that is not registered is refused on our own page', async () => {
  const url = new URL(`${running.baseUrl}/${running.directory.tenantId}/oauth2/v2.0/authorize`)
  url.search = new URLSearchParams({ client_id: app.appId, response_type: 'code', scope: 'openid', redirect_uri: 'https://evil.example/' }).toString()
  const page = await openBrowser().visit(url.href)
  expect(words(page)).toContain("AADSTS50011: The redirect URI 'https://evil.example/' specified in the request does not match")
  url.searchParams.set('client_id', '11111111-1111-1111-1111-111111111111')
  expect(words(await openBrowser().visit(url.href))).toContain("AADSTS700016: Application with identifier '11111111-1111-1111-1111-111111111111' was not found")
})

test('prompt=none without a session answers login_required', async () => {
  const { page } = await begin(openBrowser(), { prompt: 'none' })
  expect(new URL(page.url).searchParams.get('error')).toBe('login_required')
  expect(new URL(page.url).searchParams.get('error_description')).toContain('AADSTS50058')
})

test('prompt=select_account offers the account that is signed in', async () => {
  const { upn } = await newUser()
  const { browser } = await signIn(upn)
  const { page, finish } = await begin(browser, { prompt: 'select_account' })
  expect(words(page)).toContain('Pick an account')
  const back = await browser.submit(page, { step: 'account' })
  expect((await finish(back)).claims()?.preferred_username).toBe(upn)
})

test('another account can take over the browser', async () => {
  const [one, two] = [await newUser(), await newUser()]
  const { browser } = await signIn(one.upn)
  const { page, finish } = await begin(browser, { prompt: 'select_account' })
  const name = await browser.submit(page, { step: 'other' })
  const swap = await enter2(browser, name, two.upn)
  const consent = await browser.submit(swap, {}) // the page that ends the first account's session sends itself
  const back = await browser.submit(consent, { step: 'accept' })
  expect((await finish(back)).claims()?.preferred_username).toBe(two.upn)
})
const enter2 = async (browser: Browser, page: Seen, upn: string) => browser.submit(await browser.submit(page, { username: upn }), { password })

test('signing out asks first and ends the session', async () => {
  const { upn } = await newUser()
  const { browser, tokens, config } = await signIn(upn)
  const url = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: 'https://localhost:24999/', id_token_hint: tokens.id_token ?? '' })
  const page = await browser.visit(url.href)
  expect(words(page)).toContain(`Do you want to sign out? ${upn} is signed in`)
  expect((await browser.submit(page, { logout: 'yes' })).url).toMatch(/^https:\/\/localhost:24999\//)
  expect(words((await begin(browser)).page)).toContain('Sign in')
})

test('a first password must be changed', async () => {
  const upn = 'fresh@brickyard.local'
  await running.directory.users.createUser({ upn, displayName: 'Fresh', password: 'temporary-password', mustChangePassword: true })
  const browser = openBrowser()
  const { page, finish } = await begin(browser)
  const change = await enter(browser, page, upn, 'temporary-password')
  expect(words(change)).toContain('Update your password')
  const again = await browser.submit(change, { password: 'temporary-password', fresh: 'another good one', again: 'differs' })
  expect(words(again)).toContain('differ')
  const consent = await browser.submit(again, { password: 'temporary-password', fresh: 'another good one', again: 'another good one' })
  expect((await finish(await browser.submit(consent, { step: 'accept' }))).claims()?.preferred_username).toBe(upn)
})

test('pages run no script, fetch nothing and cannot be framed', async () => {
  const { page } = await begin(openBrowser())
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain('form-action \'self\' https://localhost:24999')
  expect(page.text).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org|localhost)/)
  const cookies = page.headers.getSetCookie()
  for (const cookie of cookies) expect(cookie).toMatch(/httponly/i)
})
