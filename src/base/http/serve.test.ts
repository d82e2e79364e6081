import { request as httpsRequest } from 'node:https'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { request as httpRequest } from 'node:http'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAuthority } from '../tls.ts'
import { serve, type Served } from './serve.ts'

let served: Served
let ca: string
beforeAll(async () => {
  const authority = await openAuthority(mkdtempSync(join(tmpdir(), 'serve-')))
  ca = authority.caPem
  served = await serve({
    port: 0,
    tls: await authority.issue(['localhost', '127.0.0.1']),
    plain: true,
    onRequest: (request, response) => { response.writeHead(200, { 'x-version': request.httpVersion }); response.end('hello') },
    onUpgrade: (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nraw'),
    onGrpc: (stream) => { stream.respond({ ':status': 200, 'content-type': 'application/grpc' }); stream.end('grpc') },
  })
})
afterAll(async () => { await served.close() })

const overHttp2 = (session: ClientHttp2Session, headers: Record<string, string> = {}) =>
  new Promise<string>((resolve, reject) => {
    session.on('error', reject)
    const stream = session.request({ ':path': '/', ...headers })
    let text = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('end', () => { session.close(); resolve(text) }).end()
  })

test.each(['localhost', '127.0.0.1'])('HTTPS by HTTP/1.1 answers as %s under our own authority', async (host) => {
  const version = await new Promise((resolve, reject) => {
    httpsRequest({ host, port: served.port, ca }, (response) => resolve(response.headers['x-version'])).on('error', reject).end()
  })
  expect(version).toBe('1.1')
})

test('a client that does not know our authority refuses', async () => {
  await expect(new Promise((resolve, reject) => {
    httpsRequest({ host: 'localhost', port: served.port, ca: [] }, resolve).on('error', reject).end()
  })).rejects.toThrow(/certificate/)
})

test('HTTP/2 over TLS and h2c answer on the same port', async () => {
  expect(await overHttp2(connectHttp2(`https://localhost:${served.port}`, { ca }))).toBe('hello')
  expect(await overHttp2(connectHttp2(`http://127.0.0.1:${served.port}`))).toBe('hello')
})

test('gRPC streams go to their own handler, with and without TLS', async () => {
  const grpc = { ':method': 'POST', 'content-type': 'application/grpc' }
  expect(await overHttp2(connectHttp2(`https://localhost:${served.port}`, { ca }), grpc)).toBe('grpc')
  expect(await overHttp2(connectHttp2(`http://127.0.0.1:${served.port}`), grpc)).toBe('grpc')
})

test('plain HTTP/1.1 answers on loopback', async () => {
  const response = await fetch(`http://127.0.0.1:${served.port}/`)
  expect(await response.text()).toBe('hello')
})

test.each([true, false])('an upgrade reaches its handler (TLS: %s)', async (secure) => {
  const text = await new Promise((resolve, reject) => {
    const options = { host: 'localhost', port: served.port, ca, headers: { connection: 'Upgrade', upgrade: 'x' } }
    const request = secure ? httpsRequest(options) : httpRequest(options)
    request.on('upgrade', (_response, socket, head) => {
      let text = head.toString()
      socket.on('data', (chunk: Buffer) => { text += chunk.toString() }).on('end', () => resolve(text))
    }).on('error', reject).end()
  })
  expect(text).toBe('raw')
})
