import { afterAll, expect, test } from 'vitest'
import { record, testRoom } from '../testing/room.ts'
import { permissionService } from './service.ts'
import { permissionStore } from './store.ts'

const room = await testRoom()
afterAll(() => room.close())
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const [ada, bob, root] = [await room.member('ada@flights.test'), await room.member('bob@flights.test'), await room.member('root@flights.test', true)]
const cluster = { type: 'clusters', id: 'c1' } as const
const [folder, inner, notebook] = [
  { type: 'directories', id: 1 },
  { type: 'directories', id: 2 },
  { type: 'notebooks', id: 3 },
] as const
const parents = [inner, folder]

test('who makes an object manages it, administrators manage everything, and the rest see nothing', async () => {
  await permissions.created(room.db, ada, cluster)
  expect(await permissions.levelOf(ada, cluster)).toBe('CAN_MANAGE')
  expect(await permissions.levelOf(root, cluster)).toBe('CAN_MANAGE')
  expect(await permissions.levelOf(bob, cluster)).toBeNull()
})

test('who has too little is told what is missing and who can give it', async () => {
  await permissions.store.give(room.db, cluster, [{ user_id: bob.id, group_id: null, level: 'CAN_ATTACH_TO' }])
  await expect(permissions.must(bob, cluster, 'CAN_RESTART', 'restart')).rejects.toThrow(
    'bob@flights.test may not restart cluster c1: CAN_RESTART is needed, and bob@flights.test has CAN_ATTACH_TO. ' +
      'It can be given by ada@flights.test or an administrator of the workspace.',
  )
  expect(await permissions.must(bob, cluster, 'CAN_ATTACH_TO', 'use')).toBe('CAN_ATTACH_TO')
})

test('a grant on a folder counts for what is in it, and the strongest wins', async () => {
  await permissions.created(room.db, ada, folder)
  await permissions.store.give(room.db, folder, [{ user_id: bob.id, group_id: null, level: 'CAN_RUN' }])
  await permissions.store.give(room.db, notebook, [{ user_id: bob.id, group_id: null, level: 'CAN_READ' }])
  expect(await permissions.levelOf(bob, notebook, parents)).toBe('CAN_RUN')
  expect(await permissions.levelOf(bob, notebook)).toBe('CAN_READ')
  expect(await permissions.grantsOf(bob, 'notebooks')).toEqual(new Map([['3', 'CAN_READ']]))
  await permissions.removed(room.db, notebook)
  expect(await permissions.levelOf(bob, notebook)).toBeNull()
})

test('what everybody may do comes from the group users, at once for those who come later', async () => {
  await permissions.giveGroup(room.db, 'users', folder, 'CAN_READ')
  const carl = await room.member('carl@flights.test')
  expect(await permissions.levelOf(carl, notebook, parents)).toBe('CAN_READ')
  await room.users.update(carl.id, { active: false })
  expect(await permissions.levelOf(carl, notebook, parents)).toBeNull()
})

test('the grants of a removed user are gone', async () => {
  await room.users.remove(bob.id)
  expect((await permissions.store.list(cluster)).map((grant) => grant.name)).toEqual(['ada@flights.test'])
})
