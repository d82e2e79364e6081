import { expect, it } from 'vitest'
import { pack, unpack } from './jupyter.ts'

const message = { id: 'm1', type: 'execute_request', session: 's1', content: { code: 'print("ü")' } }

it('reads what it packed', () => {
  expect(unpack('key', pack('key', message))).toMatchObject({ header: { msg_id: 'm1', msg_type: 'execute_request' }, content: { code: 'print("ü")' }, parent: '' })
})

it('takes routing frames before the delimiter and buffers after the content', () => {
  expect(unpack('key', [Buffer.from('topic'), ...pack('key', message), Buffer.from('blob')])?.header.msg_id).toBe('m1')
})

it('drops a message signed with another key or changed on the way', () => {
  expect(unpack('other', pack('key', message))).toBeNull()
  const frames = pack('key', message)
  frames[5] = Buffer.from('{"code":"rm -rf"}')
  expect(unpack('key', frames)).toBeNull()
  expect(unpack('key', [Buffer.from('noise')])).toBeNull()
})
