import { afterAll, expect, test } from 'vitest'
import { record, testRoom } from '../testing/room.ts'
import { mayReturnTo } from './clients.ts'
import { grantStore, type Grant } from './grants.ts'

const room = await testRoom()
afterAll(() => room.close())
const grants = grantStore(room.db, record.workspaceId, room.clock)
const ada = await room.member('ada@flights.test')
const grant = (kind: Grant['kind']): Grant => ({
  kind,
  user_id: ada.id,
  client_id: 'databricks-cli',
  scope: 'all-apis offline_access',
  redirect_uri: null,
  challenge: null,
  family: 'f',
})

test('a code is good once and for a minute', async () => {
  const [used, late] = [await grants.give(grant('code')), await grants.give(grant('code'))]
  expect(await grants.take(used, 'code')).toMatchObject({ user_id: ada.id })
  expect(await grants.take(used, 'code')).toBeUndefined()
  room.pass(61_000)
  expect(await grants.take(late, 'code')).toBeUndefined()
})

test('a refresh token that comes back a second time ends what came of it', async () => {
  const first = await grants.give(grant('refresh'))
  expect(await grants.take(first, 'refresh')).toBeDefined()
  const second = await grants.give(grant('refresh'))
  expect(await grants.take(first, 'refresh')).toBeUndefined()
  expect(await grants.take(second, 'refresh')).toBeUndefined()
})

test.each([
  ['databricks-cli', 'http://localhost:8020', true],
  ['databricks-cli', 'http://127.0.0.1:1/x', true],
  ['databricks-cli', 'http://evil.example/', false],
  ['databricks-cli', 'http://localhost@evil.example/', false],
  ['databricks-cli', 'https://localhost:8020', false],
  ['unknown', 'http://localhost:8020', false],
])('%s may return to %s: %s', (client, uri, may) => expect(mayReturnTo(client, uri)).toBe(may))
