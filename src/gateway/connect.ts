import {
  connect,
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { asProblem, Problem } from '#base/problem.ts'
import { driverPorts } from '#engine/relay.ts'
import type { GrpcDoor, GrpcGateway } from '#workspace/workspaces.ts'
import { grpcError } from './grpc-status.ts'

/** Stays with us: the driver trusts whoever reaches it, and needs no credential of a person. */
const ours = ['authorization', 'x-databricks-cluster-id', 'x-databricks-session-id', 'x-databricks-workspace-id', 'host', 'connection']
const servicePath = /^\/spark\.connect\.SparkConnectService\/\w+$/
/** Results are Arrow batches: HTTP/2's own window of 64 KiB would make them wait for every round trip. */
const windowBytes = 8 * 1024 * 1024

/**
 * Spark Connect through the workspace's port: says who calls and whether they may use the cluster, then hands the HTTP/2
 * stream to the driver's own server untouched. Source: spark/connect/base.proto; gRPC over HTTP/2 (PROTOCOL-HTTP2).
 */
export const connectGateway: GrpcGateway = (door) => {
  const sessions = new Map<string, Promise<ClientHttp2Session>>()

  function session(clusterId: string): Promise<ClientHttp2Session> {
    const held = sessions.get(clusterId)
    if (held) return held
    const opening = open(door, clusterId)
    const forget = () => {
      if (sessions.get(clusterId) === opening) sessions.delete(clusterId)
    }
    opening.then((made) => made.once('close', forget).once('goaway', forget), forget)
    sessions.set(clusterId, opening)
    return opening
  }

  return {
    async onGrpc(stream, headers) {
      try {
        const path = headers[':path'] ?? ''
        if (!servicePath.test(path)) throw new Problem('not_implemented', `${path} is not served here.`)
        const clusterId = headers['x-databricks-cluster-id']
        if (typeof clusterId !== 'string') throw new Problem('invalid', 'The header x-databricks-cluster-id is missing.')
        const caller = await door.authenticate(headers)
        await door.usable(caller, clusterId)
        forward(stream, headers, await session(clusterId))
      } catch (error) {
        const problem = asProblem(error)
        door.log.info({ code: problem.code, detail: problem.detail }, `spark connect: ${problem.message}`)
        refuse(stream, grpcError(problem))
      }
    },
    close() {
      for (const opening of sessions.values())
        opening.then(
          (made) => made.destroy(),
          () => {},
        )
      sessions.clear()
    },
  }
}

async function open(door: GrpcDoor, clusterId: string): Promise<ClientHttp2Session> {
  const socket = await door.connect(clusterId, driverPorts.connect)
  const made = connect('http://driver', { createConnection: () => socket, settings: { initialWindowSize: windowBytes, enablePush: false } })
  made.on('error', () => socket.destroy())
  return new Promise((resolve, reject) => {
    made.once('connect', () => {
      made.setLocalWindowSize(windowBytes * 4)
      resolve(made)
    })
    made.once('close', () => reject(new Problem('unavailable', `The driver of cluster ${clusterId} is not reachable.`)))
  })
}

function forward(down: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session): void {
  if (down.destroyed) return
  const asked: OutgoingHttpHeaders = { ':method': 'POST', ':path': headers[':path'], ':scheme': 'http' }
  for (const [name, value] of Object.entries(headers)) if (!name.startsWith(':') && !ours.includes(name)) asked[name] = value
  const up = upstream.request(asked, { endStream: false })
  /** What the client is told when the driver goes away in the middle. */
  let trailers: OutgoingHttpHeaders = grpcError(new Problem('unavailable', "The connection to the cluster's driver was lost."))

  up.on('response', (answer, flags) => {
    if (down.destroyed) return
    const sent: OutgoingHttpHeaders = { ':status': 200 }
    for (const [name, value] of Object.entries(answer)) if (!name.startsWith(':')) sent[name] = value
    // A trailers-only answer must stay one: HEADERS with END_STREAM.
    if (flags & constants.NGHTTP2_FLAG_END_STREAM) {
      down.respond(sent, { endStream: true })
      return
    }
    down.respond(sent, { waitForTrailers: true })
    down.removeAllListeners('wantTrailers') // Node's compatibility response on the same stream would send its own, empty ones
    down.once('wantTrailers', () => down.sendTrailers(trailers))
    up.pipe(down)
  })
  up.on('trailers', (last) => {
    trailers = Object.fromEntries(Object.entries(last).filter(([name]) => !name.startsWith(':')))
  })
  up.on('error', () => {}) // `close` follows
  up.on('close', () => {
    if (down.destroyed) return
    if (!down.headersSent) refuse(down, trailers)
    else if (!down.writableEnded) down.end()
  })
  down.on('aborted', () => up.close(constants.NGHTTP2_CANCEL))
  down.on('close', () => {
    if (!up.closed) up.close(constants.NGHTTP2_CANCEL)
  })
  down.pipe(up)
}

function refuse(stream: ServerHttp2Stream, status: OutgoingHttpHeaders): void {
  if (stream.destroyed || stream.headersSent) return
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true })
  stream.resume()
}
