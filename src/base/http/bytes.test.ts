import fastify from 'fastify'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { databricks, Problem } from '../problem.ts'
import { defineApi, get, implement, post } from './api.ts'
import { mountApi, renderProblems } from './mount.ts'
import { readForms } from './multipart.ts'

const api = defineApi({
  keep: post('/keep/*', {
    params: z.object({ '*': z.string() }),
    bytes: { atMost: 1000 },
    reply: z.object({ path: z.string(), text: z.string() }),
  }),
  form: post('/form', {
    body: z.object({ name: z.string(), content: z.instanceof(Buffer) }),
    reply: z.object({ name: z.string(), size: z.int() }),
  }),
  fetch: get('/fetch', { query: z.object({ raw: z.string().optional() }), reply: z.object({ text: z.string() }), download: true }),
})
let asked = 0
const app = fastify()
readForms(app, 2000)
mountApi(
  app,
  [
    implement(api, {
      keep: async ({ params, bytes }) => ({ path: params['*'], text: (await bytes()).toString() }),
      form: ({ body }) => ({ name: body.name, size: body.content.length }),
      fetch: ({ query }) => (query.raw ? { download: Buffer.from('<script>'), fileName: 'Öl "a".html' } : { text: 'json' }),
    }),
  ],
  {
    async authenticate(request) {
      asked += 1
      if (request.headers.authorization !== 'Bearer good') throw new Problem('unauthenticated', 'Sign in.')
      return { userId: '1', userName: 'ada' }
    },
  },
)
renderProblems(
  app,
  (problem) => ({ status: databricks[problem.code][0], body: { error_code: databricks[problem.code][1], message: problem.message } }),
  () => new Problem('path_not_found', 'No API found'),
)
afterAll(() => app.close())
const headers = { authorization: 'Bearer good' }

test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'image/png', undefined])(
  'bytes sent as %s arrive as they are',
  async (type) => {
    const reply = await app.inject({
      method: 'POST',
      url: '/keep/Users%2Fa/b',
      headers: { ...headers, ...(type ? { 'content-type': type } : {}) },
      payload: '{not json',
    })
    expect(reply.json()).toEqual({ path: 'Users/a/b', text: '{not json' })
  },
)

test('no bytes are no bytes, too many are refused, and strangers are refused before any is read', async () => {
  expect((await app.inject({ method: 'POST', url: '/keep/x', headers })).json()).toEqual({ path: 'x', text: '' })
  const large = await app.inject({ method: 'POST', url: '/keep/x', headers, payload: Buffer.alloc(1001) })
  expect(large.json()).toMatchObject({ error_code: 'MAX_REQUEST_SIZE_EXCEEDED', message: expect.stringContaining('at most 1000 bytes') })
  const before = asked
  expect((await app.inject({ method: 'POST', url: '/keep/x', payload: Buffer.alloc(1001) })).statusCode).toBe(401)
  expect(asked).toBe(before + 1)
})

const boundary = 'xyz'
const formHeaders = { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` }
const field = (name: string, value: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const file = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\n${value}\r\n`
const end = `--${boundary}--\r\n`

test('a form is parsed by the same schema as JSON', async () => {
  const reply = await app.inject({
    method: 'POST',
    url: '/form',
    headers: formHeaders,
    payload: field('name', 'bob') + file('content', 'hello') + end,
  })
  expect(reply.json()).toEqual({ name: 'bob', size: 5 })
})

test.each([
  ['a doubled field', field('name', 'a') + field('name', 'b') + file('content', 'x') + end, 'field name'],
  ['a missing file', field('name', 'a') + end, 'content'],
  ['a file too large', field('name', 'a') + file('content', 'x'.repeat(2001)) + end, 'too large'],
  ['a field too long', field('name', 'a'.repeat(70_000)) + file('content', 'x') + end, 'field name'],
  ['too many fields', field('n', 'a').repeat(100) + end, 'too many'],
  ['no end', field('name', 'a') + file('content', 'x'), 'could not be read'],
  ['no end of a field', field('name', 'a').slice(0, -3), 'could not be read'],
  ['half a header', `--${boundary}\r\nContent-Dispo`, 'could not be read'],
  ['a part without a name', `--${boundary}\r\nContent-Disposition: form-data; filename="f"\r\n\r\nx\r\n${end}`, 'name'],
  ['a header that never ends', `--${boundary}\r\nX: ${'y'.repeat(200_000)}`, 'could not be read'],
  ['nothing', '', 'could not be read'],
])('a form with %s is refused', async (_, payload, words) => {
  const reply = await app.inject({ method: 'POST', url: '/form', headers: formHeaders, payload })
  expect(reply.statusCode, reply.body).toBeGreaterThanOrEqual(400)
  expect(reply.statusCode).toBeLessThan(500)
  expect(reply.json()).toMatchObject({ message: expect.stringContaining(words) })
})

test('forms cut anywhere are refused, and nothing else breaks', async () => {
  const whole = field('name', 'bob') + file('content', 'hello') + end
  for (let length = 0; length < whole.length - 4; length += 1) {
    const reply = await app.inject({ method: 'POST', url: '/form', headers: formHeaders, payload: whole.slice(0, length) })
    expect(reply.statusCode, `${length}: ${reply.body}`).toBe(400)
  }
})

test('whoever hangs up in the middle of sending breaks nothing', async () => {
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const body = field('name', 'bob') + file('content', 'hello'.repeat(100))
  for (const path of ['/form', '/keep/x']) {
    for (let sent = 0; sent < 300; sent += 37) {
      const socket = connect(Number(url.port), url.hostname)
      const type = `multipart/form-data; boundary=${boundary}`
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: ${type}\r\nContent-Length: 900\r\n\r\n`)
      await new Promise((resolve) => socket.write(body.slice(0, sent), resolve))
      socket.destroy()
      await once(socket, 'close')
    }
  }
  expect((await fetch(new URL('/fetch', url), { headers })).status).toBe(200)
})

test('a form without a boundary is refused', async () => {
  const reply = await app.inject({
    method: 'POST',
    url: '/form',
    headers: { ...headers, 'content-type': 'multipart/form-data' },
    payload: 'x',
  })
  expect(reply.json()).toMatchObject({ error_code: 'MALFORMED_REQUEST' })
})

test('a download is saved and never shown', async () => {
  const reply = await app.inject({ url: '/fetch?raw=1', headers })
  expect(reply.body).toBe('<script>')
  expect(reply.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="_l _a_.html"; filename*=UTF-8''%C3%96l%20%22a%22.html`,
    'content-security-policy': 'sandbox',
  })
  expect((await app.inject({ url: '/fetch', headers })).json()).toEqual({ text: 'json' })
})
