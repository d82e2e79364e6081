import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { createServer as createTcp, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Certificate } from '../tls.ts'

/** Over HTTP/2 the pair is Node's compatibility API, which answers to the same calls. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void
export type ServeOptions = {
  port: number
  /** Loopback unless told otherwise. */
  host?: string
  onRequest: RequestHandler
  tls?: Certificate
  /** Also answer plain HTTP/1.1 and h2c on the same port (the first byte tells). Only for loopback. */
  plain?: boolean
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** HTTP/2 streams with content type `application/grpc*`. */
  onGrpc?: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void
}
export type Served = { port: number; url: string; close(): Promise<void> }

/**
 * One port for everything: TLS with HTTP/1.1 and HTTP/2 by ALPN, and, where `plain`, HTTP/1.1 and h2c.
 * A connection's first byte decides (0x16 opens a TLS handshake; "PRI " is HTTP/2's preface, RFC 9113 §3.4).
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { onUpgrade, onGrpc } = options
  const isGrpc = (headers: IncomingHttpHeaders) => headers['content-type']?.startsWith('application/grpc') === true
  const onRequest = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
    if (onGrpc && 'stream' in request && isGrpc(request.headers)) return // taken by the stream listener
    options.onRequest(request as IncomingMessage, response as ServerResponse)
  }
  const onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => {}) // a reset by the peer is not an event of ours
    if (onGrpc && isGrpc(headers)) onGrpc(stream, headers)
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {})
    if (onUpgrade) onUpgrade(request, socket, head)
    else socket.end('HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n\r\n')
  }
  const http1 = createHttp1(onRequest).on('upgrade', upgrade)
  const http2 = createHttp2(onRequest).on('stream', onStream)
  const secure = options.tls && createSecureServer({ ...options.tls, allowHTTP1: true }, onRequest).on('stream', onStream).on('upgrade', upgrade)
  http1.keepAliveTimeout = 65_000 // Spark and the SDKs pause longer than Node's 5 s between requests, and a reset there is an error
  http1.requestTimeout = 0 // uploads and long polls are bounded by their handlers
  const open = new Set<Socket>()
  const front = createTcp({ pauseOnConnect: false, noDelay: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    socket.once('readable', () => {
      const first: unknown = socket.read()
      if (!Buffer.isBuffer(first)) return void socket.destroy()
      socket.unshift(first)
      const server = first[0] === 0x16 ? secure : options.plain || !secure ? (first.subarray(0, 4).toString('latin1') === 'PRI ' ? http2 : http1) : undefined
      if (server) server.emit('connection', socket)
      else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nThis port speaks HTTPS only.\n')
    })
  })
  await new Promise<void>((resolve, reject) => front.once('error', reject).listen(options.port, options.host ?? '127.0.0.1', resolve))
  const address = front.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  return {
    port,
    url: `${secure ? 'https' : 'http'}://localhost:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
