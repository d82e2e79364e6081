import { afterAll, expect, test } from 'vitest'
import { record, testRoom } from '../testing/room.ts'
import type { RoleOnWorkspace } from './roles.ts'
import { identityService, type Person } from './service.ts'

const room = await testRoom()
afterAll(() => room.close())
const roles = new Map<string, RoleOnWorkspace>()
const identity = identityService({ record, store: room.users, roleOf: async (oid) => roles.get(oid) ?? 'none' })
const person = (name: string, oid = name): Person => ({
  oid,
  kind: 'user',
  userName: `${name}@flights.test`,
  displayName: name,
  appId: null,
})

test('who made the workspace administers it', async () => {
  expect(await identity.admit(person('olga', 'creator'))).toMatchObject({ admin: true, user_name: 'olga@flights.test' })
})

test('owners and contributors of the resource become administrators, other roles members, the rest is refused by name', async () => {
  roles.set('cleo', 'admin').set('rob', 'member')
  expect(await identity.admit(person('cleo'))).toMatchObject({ admin: true })
  expect(await identity.admit(person('rob'))).toMatchObject({ admin: false })
  await expect(identity.admit(person('eve'))).rejects.toThrow('eve@flights.test has no access to workspace flights')
})

test('someone added by name takes the place at the first sign-in, and only then', async () => {
  await identity.add({
    kind: 'user',
    oid: null,
    app_id: null,
    user_name: 'Ivy@Flights.test',
    display_name: 'Ivy',
    admin: false,
    entitlements: [],
  })
  expect(await identity.admit(person('ivy'))).toMatchObject({ oid: 'ivy', display_name: 'Ivy' })
  await expect(identity.admit(person('ivy', 'another'))).rejects.toThrow('no access')
})

test('a new role counts at the next sign-in; a deactivated member stays out whatever the role', async () => {
  roles.set('rob', 'admin')
  expect(await identity.admit(person('rob'))).toMatchObject({ admin: false })
  const rob = await identity.admit(person('rob'), { refresh: true })
  expect(rob.admin).toBe(true)
  await room.users.update(rob.id, { active: false })
  await expect(identity.admit(person('rob'), { refresh: true })).rejects.toThrow('deactivated')
})
