import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { databricks, Problem } from '../problem.ts'
import { defineApi, get, implement, post } from './api.ts'
import { mountApi, renderProblems } from './mount.ts'

const api = defineApi({
  greet: post(['/api/2.1/greet', '/api/2.0/greet'], { body: z.object({ name: z.string().max(5), times: z.int().default(1) }), reply: z.object({ text: z.string() }) }),
  open: get('/open', { auth: false, reply: z.object({}) }),
  broken: get('/broken', {}),
})
let app: FastifyInstance
afterEach(() => app.close())

function open() {
  app = fastify()
  const room = implement(api, {
    greet: ({ body, caller }) => ({ text: `${caller.userName} greets ${body.name} ${body.times}x`, secret: 'never leaves' }),
    open: () => ({}),
    broken: () => { throw new Error('select * from secrets failed') },
  })
  mountApi(app, [room], {
    async authenticate(request) {
      if (request.headers.authorization !== 'Bearer good') throw new Problem('unauthenticated', 'Sign in.')
      return { userId: '1', userName: 'ada' }
    },
  })
  renderProblems(app, (problem) => ({ status: databricks[problem.code][0], body: { error_code: databricks[problem.code][1], message: problem.message } }),
    (request) => new Problem('path_not_found', `No API found for '${request.method} ${request.url}'`))
  return app
}
const headers = { authorization: 'Bearer good' }

test('an operation answers on its path and its aliases, stripped by its reply schema', async () => {
  for (const url of api.greet.paths) {
    const reply = await open().inject({ method: 'POST', url, headers, payload: { name: 'bob' } })
    expect(reply.json()).toEqual({ text: 'ada greets bob 1x' })
  }
})

test.each([
  [{}, 'Missing required field: name'],
  [{ name: 'far too long' }, 'Invalid value for field name'],
  [{ name: 'bob', times: 'x' }, 'Invalid value for field times'],
])('the body %j is refused and the field is named', async (payload, message) => {
  const reply = await open().inject({ method: 'POST', url: '/api/2.1/greet', headers, payload })
  expect(reply.statusCode).toBe(400)
  expect(reply.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) })
})

test('a body that is no JSON is a malformed request', async () => {
  const reply = await open().inject({ method: 'POST', url: '/api/2.1/greet', headers: { ...headers, 'content-type': 'application/json' }, payload: '{' })
  expect(reply.json()).toMatchObject({ error_code: 'MALFORMED_REQUEST' })
})

test('without a caller only open operations answer', async () => {
  expect((await open().inject({ url: '/open' })).statusCode).toBe(200)
  expect((await open().inject({ method: 'POST', url: '/api/2.1/greet', payload: { name: 'bob' } })).statusCode).toBe(401)
})

test('an internal error does not explain itself to the caller', async () => {
  const reply = await open().inject({ url: '/broken', headers })
  expect(reply.statusCode).toBe(500)
  expect(reply.body).not.toContain('secrets')
})

test('an unknown path is named', async () => {
  const reply = await open().inject({ url: '/api/2.0/nothing', headers })
  expect(reply.statusCode).toBe(404)
  expect(reply.json()).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' })
})
