import fastify from 'fastify'
import { afterAll, expect, test } from 'vitest'
import { mountApi, renderProblems } from '#base/http/mount.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { render } from '../dialect.ts'
import { record, testRoom } from '../testing/room.ts'
import type { ObjectRef } from './levels.ts'
import { permissionRoutes } from './routes.ts'
import { permissionService } from './service.ts'
import { tokenService } from '../tokens/service.ts'
import { tokenStore } from '../tokens/store.ts'
import { permissionStore } from './store.ts'

const room = await testRoom()
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const [ada, bob, root] = [await room.member('ada@flights.test'), await room.member('bob@flights.test'), await room.member('root@flights.test', true)]
const folders: ObjectRef[] = [{ type: 'directories', id: 2 }]
const known = (ids: string[], parents: ObjectRef[]) => async (id: string) => (ids.includes(id) ? { parents } : null)
let caller: WorkspaceCaller = root
const app = fastify()
renderProblems(app, render, () => new Problem('path_not_found', 'no'))
mountApi(
  app,
  [
    permissionRoutes({
      permissions,
      locate: { clusters: known(['c1'], []), notebooks: known(['7'], folders), directories: known(['2'], []), files: known([], []) },
    }),
  ],
  { authenticate: async () => caller },
)
afterAll(async () => {
  await app.close()
  await room.close()
})
await permissions.created(room.db, ada, { type: 'clusters', id: 'c1' })
await permissions.created(room.db, ada, { type: 'directories', id: 2 })

async function call(who: WorkspaceCaller, method: 'GET' | 'PUT' | 'PATCH', path: string, list?: unknown) {
  caller = who
  const reply = await app.inject({ method, url: `/api/2.0/${path}`, ...(list === undefined ? {} : { payload: { access_control_list: list } }) })
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
}
const direct = (permission_level: string) => [{ permission_level, inherited: false }]
const admins = (from: string) => ({
  group_name: 'admins',
  display_name: 'admins',
  all_permissions: [{ permission_level: 'CAN_MANAGE', inherited: true, inherited_from_object: [from] }],
})

test('a list is given back as it was set, in its order, and administrators inherit', async () => {
  const list = [
    { group_name: 'users', permission_level: 'CAN_ATTACH_TO' },
    { user_name: 'bob@flights.test', permission_level: 'CAN_RESTART' },
  ]
  const set = await call(ada, 'PUT', 'permissions/clusters/c1', list)
  expect(set).toEqual({
    status: 200,
    body: {
      object_id: '/clusters/c1',
      object_type: 'cluster',
      access_control_list: [
        { group_name: 'users', display_name: 'users', all_permissions: direct('CAN_ATTACH_TO') },
        { user_name: 'bob@flights.test', display_name: 'bob@flights.test', all_permissions: direct('CAN_RESTART') },
        admins('/clusters/'),
      ],
    },
  })
  expect(await call(bob, 'GET', 'permissions/clusters/c1')).toEqual(set)
})

test('who may not manage changes nothing, also not who gave it away', async () => {
  for (const who of [ada, bob]) {
    const refused = await call(who, 'PATCH', 'permissions/clusters/c1', [{ user_name: who.userName, permission_level: 'CAN_MANAGE' }])
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED', message: expect.stringContaining('CAN_MANAGE is needed') } })
  }
  expect(await call(ada, 'GET', 'brickyard/permissions/clusters/c1/me')).toEqual({ status: 200, body: { level: 'CAN_ATTACH_TO' } })
})

test('PATCH adds and changes, an empty PUT takes everything', async () => {
  const patched = await call(root, 'PATCH', 'permissions/clusters/c1', [
    { user_name: 'BOB@flights.test', permission_level: 'CAN_MANAGE' },
    { user_name: 'ada@flights.test', permission_level: 'CAN_RESTART' },
  ])
  expect(JSON.stringify(patched.body)).toMatch(/CAN_ATTACH_TO.*bob@.*CAN_MANAGE.*ada@.*CAN_RESTART/)
  expect((await call(root, 'PUT', 'permissions/clusters/c1')).body.access_control_list).toEqual([admins('/clusters/')])
  expect(await call(bob, 'GET', 'permissions/clusters/c1')).toMatchObject({
    status: 404,
    body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Cluster c1 does not exist' },
  })
})

test('what a folder gives is shown as inherited from it', async () => {
  await call(ada, 'PUT', 'permissions/notebooks/7', [{ user_name: 'bob@flights.test', permission_level: 'CAN_READ' }])
  const { body } = await call(bob, 'GET', 'permissions/notebooks/7')
  expect(body.access_control_list).toEqual([
    { user_name: 'bob@flights.test', display_name: 'bob@flights.test', all_permissions: direct('CAN_READ') },
    {
      user_name: 'ada@flights.test',
      display_name: 'ada@flights.test',
      all_permissions: [{ permission_level: 'CAN_MANAGE', inherited: true, inherited_from_object: ['/directories/2'] }],
    },
    admins('/directories/'),
  ])
  expect((await call(bob, 'GET', 'permissions/notebooks/7/permissionLevels')).body.permission_levels).toHaveLength(4)
})

test.each([
  [[{ user_name: 'nobody@flights.test', permission_level: 'CAN_RESTART' }], 404, 'Principal: UserName(nobody@flights.test) does not exist'],
  [[{ group_name: 'none', permission_level: 'CAN_RESTART' }], 404, 'Principal: GroupName(none) does not exist'],
  [[{ service_principal_name: 'bob@flights.test', permission_level: 'CAN_RESTART' }], 404, 'Principal: ServicePrincipalName(bob@flights.test)'],
  [[{ user_name: 'bob@flights.test', permission_level: 'CAN_READ' }], 400, 'access_control_list.0.permission_level: CAN_READ is not a permission level of clusters'],
  [[{ user_name: 'bob@flights.test' }], 400, 'access_control_list.0.permission_level'],
  [[{ permission_level: 'CAN_RESTART' }], 400, 'access_control_list.0: expected exactly one of'],
  [[{ user_name: 'bob@flights.test', group_name: 'users', permission_level: 'CAN_RESTART' }], 400, 'access_control_list.0: expected exactly one of'],
  [
    [
      { user_name: 'bob@flights.test', permission_level: 'CAN_RESTART' },
      { user_name: 'Bob@flights.test', permission_level: 'CAN_MANAGE' },
    ],
    400,
    'access_control_list.1: the same user',
  ],
])('a wrong list %j is refused, and nothing of it is kept', async (list, status, message) => {
  const before = await call(root, 'GET', 'permissions/clusters/c1')
  const refused = await call(root, 'PUT', 'permissions/clusters/c1', list)
  expect(refused).toMatchObject({ status, body: { message: expect.stringContaining(message) } })
  expect(await call(root, 'GET', 'permissions/clusters/c1')).toEqual(before)
})

test.each([
  ['clusters/none', 404, 'Cluster none does not exist'],
  ['files/1', 404, 'File 1 does not exist'],
  ['jobs/1', 501, 'permissions/jobs'],
  ['authorization/passwords', 501, 'permissions/authorization'],
  ['spoons/1', 400, 'spoons is not a type of object that has permissions'],
])('permissions/%s is answered %i', async (path, status, message) => {
  expect(await call(root, 'GET', `permissions/${path}`)).toMatchObject({ status, body: { message: expect.stringContaining(message) } })
})

test('tokens are for everybody until administrators say otherwise', async () => {
  expect((await call(root, 'GET', 'permissions/authorization/tokens')).body).toEqual({
    object_id: '/authorization/tokens',
    object_type: 'tokens',
    access_control_list: [{ group_name: 'users', display_name: 'users', all_permissions: direct('CAN_USE') }, admins('/authorization/')],
  })
  expect((await call(bob, 'PUT', 'permissions/authorization/tokens', [])).status).toBe(403)
  expect((await call(bob, 'GET', 'permissions/authorization/tokens')).status).toBe(403)
})

test('who may no longer make tokens has none, and administrators keep theirs', async () => {
  const tokens = tokenService({ store: tokenStore(room.db, record.workspaceId), clock: room.clock, workspaceId: record.workspaceId })
  for (const who of [ada, bob, root]) await tokens.create(who.id, { comment: who.userName })
  await call(root, 'PUT', 'permissions/authorization/tokens', [{ user_name: 'bob@flights.test', permission_level: 'CAN_USE' }])
  expect((await tokens.all()).map((token) => token.comment).toSorted()).toEqual(['bob@flights.test', 'root@flights.test'])
  await call(root, 'PUT', 'permissions/authorization/tokens', [{ group_name: 'users', permission_level: 'CAN_USE' }])
  expect(await tokens.all()).toHaveLength(2)
})
