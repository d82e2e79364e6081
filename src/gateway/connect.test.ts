import { once } from 'node:events'
import {
  connect as dial,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { connect as dialTcp, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { serve, type Served } from '#base/http/serve.ts'
import { Problem } from '#base/problem.ts'
import { connectGateway } from './connect.ts'

const method = '/spark.connect.SparkConnectService/ExecutePlan'
let driver: Http2Server
let served: Served
let client: ClientHttp2Session
let seen: IncomingHttpHeaders

/** Answers as a gRPC server does: by the path's last word. */
function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  seen = headers
  if (headers['x-want'] === 'trailers-only')
    return stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '3', 'grpc-message': 'bad plan' },
      { endStream: true },
    )
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  if (headers['x-want'] === 'break') {
    stream.write('half')
    return void setTimeout(() => stream.session?.destroy(), 50)
  }
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-extra': 'yes' }))
  stream.pipe(stream)
}

beforeAll(async () => {
  driver = createServer().on('stream', answer).listen(0, '127.0.0.1')
  await once(driver, 'listening')
  const { port } = driver.address() as AddressInfo // an address of TCP, not a pipe's name
  const gateway = connectGateway({
    log: silentLog(),
    async authenticate(headers) {
      if (headers.authorization !== 'Bearer good') throw new Problem('unauthenticated', 'Invalid access token.')
      return {
        id: 1,
        userId: '1',
        userName: 'ada',
        displayName: 'Ada',
        oid: null,
        kind: 'user',
        admin: true,
        entitlements: [],
        by: 'token',
      }
    },
    async usable(_caller, id) {
      if (id === 'gone') throw new Problem('invalid', 'Cluster gone does not exist')
      if (id === 'asleep') throw new Problem('wrong_state', 'Cluster asleep is in unexpected state Terminated: cannot use it.')
    },
    async connect(id) {
      if (id === 'lost') throw new Problem('unavailable', 'The driver of cluster lost is not reachable.')
      return dialTcp(port, '127.0.0.1')
    },
  })
  served = await serve({
    port: 0,
    plain: true,
    onRequest: (_request, response) => void response.end(),
    onGrpc: (stream, headers) => void gateway.onGrpc(stream, headers),
  })
  client = dial(`http://127.0.0.1:${served.port}`)
})
afterAll(async () => {
  client.destroy()
  await served.close()
  driver.close()
})

async function call(headers: Record<string, string>, body = 'hello') {
  const stream = client.request({
    ':method': 'POST',
    ':path': method,
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: 'Bearer good',
    'x-databricks-cluster-id': 'c',
    ...headers,
  })
  stream.end(body)
  let trailers: IncomingHttpHeaders = {}
  let data = ''
  stream.on('trailers', (last) => {
    trailers = last
  })
  stream.setEncoding('utf8').on('data', (part: string) => {
    data += part
  })
  const [first] = await once(stream, 'response')
  if (!stream.closed) await once(stream, 'close')
  return {
    status: trailers['grpc-status'] ?? first['grpc-status'],
    message: decodeURIComponent(String(trailers['grpc-message'] ?? first['grpc-message'] ?? '')),
    data,
    trailers,
  }
}

test('a stream goes to the driver and back with its trailers, without the credential', async () => {
  const reply = await call({ 'x-custom': 'kept' }, 'x'.repeat(3_000_000))
  expect([reply.status, reply.data.length, reply.trailers['x-extra']]).toEqual(['0', 3_000_000, 'yes'])
  expect(seen).toMatchObject({ 'x-custom': 'kept', ':path': method })
  expect(seen.authorization).toBeUndefined()
})

test('an answer of trailers only stays one', async () => {
  expect(await call({ 'x-want': 'trailers-only' })).toMatchObject({ status: '3', message: 'bad plan' })
})

test.each([
  [{ authorization: 'Bearer bad' }, '16', 'Invalid access token.'],
  [{ 'x-databricks-cluster-id': 'gone' }, '5', 'Cluster gone does not exist'],
  [{ 'x-databricks-cluster-id': 'asleep' }, '9', 'unexpected state Terminated'],
  [{ 'x-databricks-cluster-id': 'lost' }, '14', 'not reachable'],
  [{ ':path': '/other.Service/Do' }, '12', 'not served here'],
])('%j is refused with gRPC status %s', async (headers, status, message) => {
  const reply = await call(headers)
  expect(reply.status).toBe(status)
  expect(reply.message).toContain(message)
})

test('a driver that is lost in the middle of an answer is said to be unavailable, and the next call connects again', async () => {
  expect(await call({ 'x-want': 'break' })).toMatchObject({ status: '14', data: 'half' })
  expect(await call({})).toMatchObject({ status: '0' })
})
