import { expect, test } from 'vitest'

const arm = process.env.ARM_ENDPOINT ?? process.env.BRICKYARD_ARM_URL ?? ''

test('the portal’s page tells nothing by itself and runs only scripts of its own', async () => {
  const response = await fetch(`${arm}/`, { headers: { accept: 'text/html' } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/)
  expect(await response.text()).not.toContain(process.env.AZURE_SUBSCRIPTION_ID ?? 'no subscription')
  expect((await fetch(`${arm}/portal/me`, { headers: { 'x-brickyard-browser': '1', 'sec-fetch-site': 'same-origin' } })).status).toBe(401)
})

test('a path that nobody knows is refused in the resource manager’s words', async () => {
  const response = await fetch(`${arm}/no/such/thing`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'InvalidResourceType', message: expect.stringContaining("'/no/such/thing'") } })
})
