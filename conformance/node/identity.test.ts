import { ClientSecretCredential, DeviceCodeCredential, type DeviceCodeInfo } from '@azure/identity'
import * as openid from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAdministrator, azureCli, loginUrl, newApplication, newUser, person, post, tenant, type Graph } from './identity-person.ts'

const options = { authorityHost: loginUrl, disableInstanceDiscovery: true }
const armScope = 'https://management.azure.com/.default'
const callback = 'https://localhost:9/callback'
let graph: Graph
let app: Awaited<ReturnType<typeof newApplication>>
let user: Awaited<ReturnType<typeof newUser>>
beforeAll(async () => {
  graph = await asAdministrator()
  app = await newApplication(graph, [callback])
  user = await newUser(graph)
})
afterAll(async () => {
  if (app) await graph('DELETE', `applications/${app.id}`)
  if (user) await graph('DELETE', `users/${user.id}`)
})
const read = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

test('a service principal gets a token with @azure/identity', async () => {
  const { token } = await new ClientSecretCredential(tenant, app.appId, app.secret, options).getToken(armScope)
  expect(read(token)).toMatchObject({ aud: 'https://management.azure.com/', appid: app.appId, oid: app.principalId, tid: tenant, idtyp: 'app' })
})

test('a wrong secret is refused with AADSTS7000215', async () => {
  await expect(new ClientSecretCredential(tenant, app.appId, 'x'.repeat(40), options).getToken(armScope)).rejects.toThrow(/AADSTS7000215: Invalid client secret provided/)
})

test('an unknown tenant is refused with AADSTS90002', async () => {
  expect(await post('44444444-4444-4444-4444-444444444444/oauth2/v2.0/token', { grant_type: 'client_credentials' })).toMatchObject({ status: 400, body: { error_codes: [90002] } })
})

test('a person signs in on another device with DeviceCodeCredential, and one refresh token serves several resources', async () => {
  const prompted = Promise.withResolvers<DeviceCodeInfo>()
  const credential = new DeviceCodeCredential({ ...options, tenantId: 'organizations', clientId: azureCli, userPromptCallback: prompted.resolve })
  const first = credential.getToken(armScope)
  const { verificationUri, userCode } = await prompted.promise
  const someone = person()
  const confirm = await someone.submit(await someone.visit(verificationUri), { user_code: userCode })
  const done = await someone.signIn(await someone.submit(confirm, { confirm: 'yes' }), user)
  expect(done.text).toContain('You have signed in')
  expect(read((await first).token)).toMatchObject({ upn: user.upn, scp: 'user_impersonation', idtyp: 'user' })
  expect(read((await credential.getToken('https://storage.azure.com/.default')).token)).toMatchObject({ aud: 'https://storage.azure.com/', upn: user.upn })
})

test('openid-client signs a person in with code and PKCE, after consent; revoking it ends the refresh token', async () => {
  const config = await openid.discovery(new URL(`${loginUrl}/${tenant}/v2.0`), app.appId, app.secret)
  const verifier = openid.randomPKCECodeVerifier()
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope: 'openid profile offline_access https://management.azure.com/user_impersonation', state: 'a state', code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  const someone = person()
  const consent = await someone.signIn(await someone.visit(url.href), user)
  expect(consent.text).toContain('Manage cloud resources as you')
  const back = await someone.submit(consent, { step: 'accept' })
  const tokens = await openid.authorizationCodeGrant(config, new URL(back.url), { pkceCodeVerifier: verifier, expectedState: 'a state' })
  expect(tokens.claims()).toMatchObject({ oid: user.id, preferred_username: user.upn, tid: tenant })
  expect((await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toBeTruthy()
  const grants = (await graph('GET', `oauth2PermissionGrants?$filter=principalId eq '${user.id}'`)).value
  expect(grants.length).toBeGreaterThan(0)
  await graph('DELETE', `oauth2PermissionGrants/${grants[0]?.id}`)
  await expect(openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('a personal account cannot be made, and is named in the refusal', async () => {
  await expect(graph('POST', 'users', { displayName: 'Jo', userPrincipalName: 'jo@hotmail.com', passwordProfile: { password: 'a long enough one' } })).rejects.toMatchObject({ status: 400, message: expect.stringContaining('personal account') })
})
