import { expect, test } from 'vitest'

const arm = process.env.ARM_ENDPOINT ?? process.env.BRICKYARD_ARM_URL ?? ''

test('nobody sees a page of the portal without signing in', async () => {
  const response = await fetch(`${arm}/`, { headers: { accept: 'text/html' }, redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, '/portal/sign-in?next=%2F'])
  expect((await fetch(`${arm}/portal/me`, { headers: { 'x-brickyard-browser': '1', 'sec-fetch-site': 'same-origin' } })).status).toBe(401)
})

test('a path that nobody knows is refused in the resource manager’s words', async () => {
  const response = await fetch(`${arm}/no/such/thing`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'InvalidResourceType', message: expect.stringContaining("'/no/such/thing'") } })
})
