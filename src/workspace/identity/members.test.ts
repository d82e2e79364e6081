import { afterAll, expect, test } from 'vitest'
import { hashOf } from '../secret.ts'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { asCaller } from './store.ts'
import { peopleChanges } from './changes.ts'
import { memberService } from './members.ts'

const room = await testRoom()
afterAll(() => room.close())
const members = memberService({ store: room.users, people: peopleChanges(room.db, record.workspaceId) })
const { users, groups, servicePrincipals } = members
const all = { startIndex: 1, count: 100 }
const root = await room.member('root@flights.test', true)
const caller = async (id: string) => {
  const user = await room.users.byId(Number(id))
  if (!user) throw new Error('gone')
  return asCaller(user, 'token')
}
const groupNamed = async (name: string) => {
  const [found] = (await groups.list({ ...all, filter: `displayName eq "${name}"` })).Resources
  if (!found) throw new Error(`no group ${name}`)
  return found
}

test('a user is made, found, replaced, changed and removed', async () => {
  const made = await users.add({ userName: 'Ada@flights.test', name: { givenName: 'Ada', familyName: 'King' }, entitlements: [{ value: 'allow-cluster-create' }] })
  expect(made).toMatchObject({
    userName: 'Ada@flights.test',
    displayName: 'Ada King',
    active: true,
    name: { givenName: 'Ada', familyName: 'King' },
    emails: [{ value: 'Ada@flights.test' }],
    entitlements: [{ value: 'allow-cluster-create' }],
    groups: [{ display: 'users', type: 'direct' }],
  })
  expect((await users.list({ ...all, filter: 'userName eq "ada@flights.test"' })).Resources).toEqual([made])
  const id = Number(made.id)
  // "any supplied change [of userName] is ignored". Source: iam.User in databricks-sdk-py
  expect(await users.replace(id, { userName: 'other@flights.test', displayName: 'Countess', entitlements: [] })).toMatchObject({
    userName: 'Ada@flights.test',
    displayName: 'Countess',
    entitlements: [],
    active: true,
  })
  expect(await users.patch(id, [{ op: 'replace', path: 'active', value: 'False' }])).toMatchObject({ active: false, displayName: 'Countess' })
  await users.remove(id)
  await expect(users.get(id)).rejects.toThrow(`User with id ${id} not found`)
})

test('what is wrong is refused with its attribute, and nothing of it is kept', async () => {
  await expect(users.add({ displayName: 'x' })).rejects.toThrow('Missing required field: userName')
  await expect(users.add({ userName: 'ROOT@flights.test' })).rejects.toMatchObject({ code: 'conflict' })
  await expect(users.add({ userName: 'x@flights.test', entitlements: [{ value: 'fly' }] })).rejects.toThrow('field entitlements')
  await expect(users.add({ userName: 'x@flights.test', active: 'perhaps' })).rejects.toThrow('field active')
  await expect(users.add({ userName: 'x@flights.test', groups: [{ value: '99' }] })).rejects.toThrow('no group with id 99')
  await expect(users.get(root.id + 1000)).rejects.toMatchObject({ code: 'not_found' })
  await expect(servicePrincipals.get(root.id)).rejects.toThrow('Service principal with id')
  expect((await users.list(all)).totalResults).toBe(1)
})

test('groups in groups give entitlements and permissions, and take them back', async () => {
  const eve = await users.add({ userName: 'eve@flights.test' })
  const crew = await groups.add({ displayName: 'crew', members: [{ value: eve.id }] })
  const pilots = await groups.add({ displayName: 'pilots', members: [{ value: crew.id }], entitlements: [{ value: 'allow-cluster-create' }] })
  expect((await members.me(await caller(eve.id))).entitlements?.map((each) => each.value)).toContain('allow-cluster-create')
  expect((await members.me(await caller(eve.id))).groups).toContainEqual({ display: 'pilots', type: 'indirect', value: pilots.id, $ref: `Groups/${pilots.id}` })
  expect((await users.get(Number(eve.id))).entitlements).toEqual([])
  expect(await caller(eve.id)).toMatchObject({ admin: false, entitlements: expect.arrayContaining(['allow-cluster-create', 'workspace-access']) })

  const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
  const object = { type: 'clusters', id: 'c1' } as const
  await permissions.giveGroup(room.db, 'pilots', object, 'CAN_RESTART')
  expect(await permissions.levelOf({ id: Number(eve.id) }, object)).toBe('CAN_RESTART')

  await expect(groups.patch(Number(crew.id), [{ op: 'add', path: 'members', value: [{ value: pilots.id }] }])).rejects.toThrow('member of itself')
  await expect(groups.patch(Number(crew.id), [{ op: 'add', path: 'members', value: [{ value: crew.id }] }])).rejects.toThrow('member of itself')
  await groups.patch(Number(crew.id), [{ op: 'remove', path: `members[value eq "${eve.id}"]` }])
  expect(await permissions.levelOf({ id: Number(eve.id) }, object)).toBeNull()
  await groups.remove(Number(pilots.id))
  expect(await permissions.store.list(object)).toEqual([])
  await expect(groups.get(Number(pilots.id))).rejects.toThrow('not found')
})

test('a group gives back what it was told, and its name is its own', async () => {
  const bob = await users.add({ userName: 'bob@flights.test' })
  const made = await groups.add({ displayName: 'mechanics', externalId: 'e1', members: [{ value: bob.id }], roles: [{ value: 'r' }] })
  expect(made).toMatchObject({
    displayName: 'mechanics',
    externalId: 'e1',
    roles: [{ value: 'r' }],
    meta: { resourceType: 'WorkspaceGroup' },
    members: [{ value: bob.id, $ref: `Users/${bob.id}` }],
  })
  await expect(groups.add({ displayName: 'Mechanics' })).rejects.toMatchObject({ code: 'conflict' })
  await expect(groups.add({})).rejects.toThrow('Missing required field: displayName')
  await expect(groups.add({ displayName: 'x', members: [{ value: '99' }] })).rejects.toThrow('with id 99')
  expect(await groups.replace(Number(made.id), { displayName: 'fitters' })).toMatchObject({ displayName: 'fitters', members: [], roles: [] })
  await users.add({ userName: 'carl@flights.test', groups: [{ value: made.id }] })
  expect((await groups.get(Number(made.id))).members).toHaveLength(1)
})

test('administrators are who is in admins, and the last one stays', async () => {
  const dora = await users.add({ userName: 'dora@flights.test' })
  const admins = Number((await groupNamed('admins')).id)
  const leave = (id: string | number) => groups.patch(admins, [{ op: 'remove', path: `members[value eq "${id}"]` }])
  await expect(leave(root.id)).rejects.toThrow('root@flights.test is the last administrator')
  await expect(users.remove(root.id)).rejects.toThrow('last administrator')
  await expect(users.patch(root.id, [{ op: 'replace', path: 'active', value: false }])).rejects.toThrow('last administrator')
  await expect(groups.replace(admins, { displayName: 'admins', members: [] })).rejects.toThrow('last administrator')

  const chiefs = await groups.add({ displayName: 'chiefs', members: [{ value: dora.id }] })
  await groups.patch(admins, [{ op: 'add', path: 'members', value: [{ value: chiefs.id }] }])
  expect((await caller(dora.id)).admin).toBe(true)
  await leave(root.id)
  expect((await caller(String(root.id))).admin).toBe(false)
  await expect(groups.remove(Number(chiefs.id))).rejects.toThrow('dora@flights.test is the last administrator')
  await groups.patch(admins, [{ op: 'add', path: 'members', value: [{ value: String(root.id) }] }])
})

test('of two administrators who remove each other at once one stays', async () => {
  const gina = await users.add({ userName: 'gina@flights.test' })
  const admins = Number((await groupNamed('admins')).id)
  await groups.replace(admins, { members: [{ value: gina.id }, { value: String(root.id) }] })
  const done = await Promise.allSettled(
    [gina.id, root.id].map((id) => groups.patch(admins, [{ op: 'remove', path: `members[value eq "${id}"]` }])),
  )
  expect(done.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await groups.patch(admins, [{ op: 'add', path: 'members', value: [{ value: String(root.id) }] }])
})

test('the groups of every workspace stay as they are', async () => {
  const everybody = await groupNamed('users')
  expect(everybody.members).toHaveLength((await users.list(all)).totalResults)
  await expect(groups.remove(Number(everybody.id))).rejects.toThrow('cannot be deleted')
  await expect(groups.patch(Number(everybody.id), [{ op: 'replace', path: 'displayName', value: 'all' }])).rejects.toThrow('keeps its name')
  await expect(groups.patch(Number(everybody.id), [{ op: 'remove', path: 'members' }])).rejects.toThrow('Everybody')
  await groups.patch(Number(everybody.id), [{ op: 'remove', path: 'entitlements[value eq "databricks-sql-access"]' }])
  expect((await groupNamed('users')).entitlements).toEqual([{ value: 'workspace-access' }])
})

test('who is deactivated is signed out', async () => {
  const hans = await users.add({ userName: 'hans@flights.test' })
  const session = { workspace_id: record.workspaceId, hash: hashOf('s'), user_id: Number(hans.id), created_at: room.clock(), expires_at: new Date(9e12) }
  await room.db.insertInto('sessions').values(session).execute()
  await users.patch(Number(hans.id), [{ op: 'replace', value: { active: false } }])
  expect(await room.db.selectFrom('sessions').selectAll().execute()).toEqual([])
})

test('a service principal is known by its application', async () => {
  const made = await servicePrincipals.add({ applicationId: 'a-1', displayName: 'robot', active: true })
  expect(made).toMatchObject({ applicationId: 'a-1', displayName: 'robot' })
  expect(made).not.toHaveProperty('userName')
  expect((await servicePrincipals.list({ ...all, filter: 'applicationId eq "a-1"' })).Resources).toEqual([made])
  expect(await servicePrincipals.patch(Number(made.id), [{ op: 'add', path: 'entitlements', value: [{ value: 'allow-cluster-create' }] }])).toMatchObject({
    entitlements: [{ value: 'allow-cluster-create' }],
  })
  await servicePrincipals.remove(Number(made.id))
  expect((await servicePrincipals.list(all)).totalResults).toBe(0)
})
