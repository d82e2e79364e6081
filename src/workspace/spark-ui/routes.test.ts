import { createServer } from 'node:http'
import { connect } from 'node:net'
import fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keysFrom } from '#base/keys.ts'
import { renderProblems } from '#base/http/mount.ts'
import { Problem } from '#base/problem.ts'
import type { Relay } from '#engine/relay.ts'
import { clusterService } from '../clusters/service.ts'
import { clusterStore } from '../clusters/store.ts'
import { nodeType } from '../clusters/node-types.ts'
import { render } from '../dialect.ts'
import { workspaceCookie } from '../login/cookies.ts'
import { sessionStore } from '../login/sessions.ts'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { sparkUi } from './routes.ts'
import { sparkPages } from './upstream.ts'

/** Stands for Spark's web server: says how it was asked. */
const spark = createServer((request, response) => {
  if (request.url === '/') return response.writeHead(302, { location: 'http://driver/jobs/' }).end()
  if (request.url?.startsWith('/static/')) return response.writeHead(200, { 'content-type': 'text/css' }).end('css')
  return response.writeHead(200, { 'content-type': 'text/html;charset=utf-8', 'x-frame-options': 'ALLOW' }).end(`<html><head></head>${request.url} below ${String(request.headers['x-forwarded-context'])}</html>`)
})
const room = await testRoom()
const keys = keysFrom(Buffer.alloc(32, 7))
const permissions = permissionService({ store: permissionStore(room.db, record.workspaceId) })
const store = clusterStore(room.db, record.workspaceId, async () => undefined, permissions)
const nodeTypes = async () => [nodeType({ name: 'Standard_D2s_v5', cores: 2, memoryMb: 8192, diskMb: 0 })].flatMap((type) => type ?? [])
const clusters = clusterService({ store, users: room.users, permissions, nodeTypes, clock: room.clock, location: 'local', vendor: 'Databricks' })
const sessions = sessionStore(room.db, record.workspaceId, room.clock)
const ada = await room.member('ada@flights.test', true)
const bob = await room.member('bob@flights.test')
const app = fastify({ routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 4096 } })
let id = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => spark.listen(0, '127.0.0.1', resolve))
  const address = spark.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const relay: Relay = { connect: async () => connect(port, '127.0.0.1'), online: () => true, onUpgrade: () => undefined, close: () => undefined }
  const authenticate = async ({ authorization }: { authorization?: string | undefined }) => {
    if (authorization === 'Bearer ada') return ada
    if (authorization === 'Bearer bob') return bob
    throw new Problem('unauthenticated', 'Invalid access token.')
  }
  renderProblems(app, render, () => new Problem('path_not_found', 'nothing here'))
  sparkUi({ workspaceId: record.workspaceId, keys, sessions, authenticate, admitted: (caller) => caller, clusters, spark: sparkPages(relay) })(app)
  const made = await clusters.create(ada, { spark_version: '4.2.x-scala2.13', node_type_id: 'Standard_D2s_v5', num_workers: 0 })
  id = made.cluster_id
  await store.change(id, room.clock(), () => ({ row: { state: 'RUNNING', state_message: '' } }))
})
afterAll(async () => {
  await app.close()
  spark.close()
  spark.closeAllConnections()
  await room.close()
})
const asked = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
const cookieOf = async (userId: number) => (workspaceCookie(keys, 'session', record.workspaceId, '/', 60).set(await sessions.begin(userId)).split(';')[0] ?? '')

test('a token sees the pages, in a sandbox, with links below the way it came', async () => {
  const page = await asked(`/sparkui/${id}/jobs/?a=1`, { authorization: 'Bearer ada' })
  expect(page.body).toContain(`/jobs/?a=1 below /sparkui/${id}</html>`)
  expect(page.headers['content-security-policy']).toMatch(/^sandbox allow-scripts allow-forms allow-downloads;/)
  expect(page.headers['x-frame-options']).toBe('SAMEORIGIN')
  expect(page.headers['access-control-allow-origin']).toBeUndefined()
  expect((await asked(`/sparkui/${id}/`, { authorization: 'Bearer ada' })).headers.location).toBe(`/sparkui/${id}/jobs/`)
  expect((await asked(`/sparkui/${id}/api/v1//x%20y/`, { authorization: 'Bearer ada' })).body).toContain('/api/v1//x%20y/ below')
})

test('a browser is led to an address that carries its right, for this cluster and as long as it is signed in', async () => {
  const secret = await sessions.begin(ada.id)
  const cookie = workspaceCookie(keys, 'session', record.workspaceId, '/', 60).set(secret).split(';')[0] ?? ''
  const { headers } = await asked(`/sparkui/${id}/stages/?id=3`, { cookie })
  expect(headers.location).toMatch(new RegExp(`^/sparkui/${id}/t/[\\w-]+/stages/\\?id=3$`))
  const page = await asked(String(headers.location))
  expect(page.body).toContain(`/stages/?id=3 below /sparkui/${id}/t/`)
  expect([page.headers['access-control-allow-origin'], page.headers['referrer-policy']]).toEqual(['*', 'no-referrer'])
  const elsewhere = String(headers.location).replace(id, '1234-other')
  expect((await asked(elsewhere)).headers.location).toBe('/sparkui/1234-other/stages/?id=3')
  await sessions.end(secret)
  expect((await asked(String(headers.location))).headers.location).toBe(`/sparkui/${id}/stages/?id=3`)
})

test('nobody is asked to sign in, and others do not learn that it exists', async () => {
  expect((await asked(`/sparkui/${id}/jobs/`)).headers.location).toBe(`/login?next=${encodeURIComponent(`/sparkui/${id}/jobs/`)}`)
  const refused = await asked(`/sparkui/${id}/jobs/`, { authorization: 'Bearer bob' })
  expect([refused.statusCode, refused.json().message]).toEqual([400, `Cluster ${id} does not exist`])
  const { headers } = await asked(`/sparkui/${id}/jobs/`, { cookie: await cookieOf(bob.id) })
  expect((await asked(String(headers.location))).statusCode).toBe(400)
})

test('nothing can be ended or changed', async () => {
  for (const path of ['jobs/job/kill/?id=1', 'stages/stage/kill/?id=1']) expect((await asked(`/sparkui/${id}/${path}`, { authorization: 'Bearer ada' })).statusCode).toBe(403)
  expect((await app.inject({ method: 'POST', url: `/sparkui/${id}/jobs/job/kill/`, headers: { authorization: 'Bearer ada' } })).statusCode).toBe(403)
})

test('while it does not run, a page says why; a program gets 503', async () => {
  await store.change(id, room.clock(), () => ({ row: { state: 'TERMINATED', state_message: 'Terminated by ada' } }))
  const program = await asked(`/sparkui/${id}/`, { authorization: 'Bearer ada' })
  expect([program.statusCode, program.json().message]).toEqual([503, expect.stringContaining('is terminated. Terminated by ada')])
  const { headers } = await asked(`/sparkui/${id}/`, { cookie: await cookieOf(ada.id) })
  const page = await asked(String(headers.location))
  expect([page.statusCode, page.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8'])
  expect(page.body).toContain('There is no Spark UI now')
})
