import { afterAll, expect, test } from 'vitest'
import { record, testRoom } from '../testing/room.ts'
import { tokenService } from './service.ts'
import { tokenStore } from './store.ts'

const room = await testRoom()
afterAll(() => room.close())
const tokens = tokenService({ store: tokenStore(room.db, record.workspaceId), clock: room.clock, workspaceId: record.workspaceId })
const ada = await room.member('ada@flights.test')

test('a token says who calls until it expires, and the database does not hold it', async () => {
  const made = await tokens.create(ada.id, { comment: 'laptop', lifetime_seconds: 60 })
  expect(made.token_value).toMatch(/^dapi[0-9a-f]{32}$/)
  expect(await tokens.authenticate(made.token_value)).toMatchObject({ userName: 'ada@flights.test', by: 'token' })
  expect(JSON.stringify(await room.db.selectFrom('tokens').selectAll().execute())).not.toContain(made.token_value)
  room.pass(61_000)
  expect(await tokens.authenticate(made.token_value)).toBeNull()
})

test("a revoked token is refused at once, and nobody revokes another's", async () => {
  const bob = await room.member('bob@flights.test')
  const { token_value: token, token_info } = await tokens.create(ada.id, { comment: '' })
  await expect(tokens.revoke(token_info.token_id, bob.id)).rejects.toThrow('does not exist')
  expect(await tokens.authenticate(token)).not.toBeNull()
  await tokens.revoke(token_info.token_id, ada.id)
  expect(await tokens.authenticate(token)).toBeNull()
})

test('a token of another workspace, of a deactivated or of a removed member is none', async () => {
  const carl = await room.member('carl@flights.test')
  const { token_value: token } = await tokens.create(carl.id, { comment: '' })
  const elsewhere = tokenService({ store: tokenStore(room.db, '9'), clock: room.clock, workspaceId: '9' })
  expect(await elsewhere.authenticate(token)).toBeNull()
  await room.users.update(carl.id, { active: false })
  expect(await tokens.authenticate(token)).toBeNull()
  await room.users.update(carl.id, { active: true })
  expect(await tokens.authenticate(token)).not.toBeNull()
  await room.users.remove(carl.id)
  expect(await tokens.authenticate(token)).toBeNull()
})
