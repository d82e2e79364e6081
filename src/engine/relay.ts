import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { pingEvery, readLines, relayPath, relayProtocol, silence, type ToMachine } from './relay-wire.ts'

export { driverPorts, relayPath } from './relay-wire.ts'

export type RelayIdentity = { clusterId: string; incarnation: number }
export type RelayDeps<Identity extends RelayIdentity> = {
  /** Who holds this bearer token? null: nobody, answered 401. */
  authenticate: (token: string) => Promise<Identity | null>
  /** A driver has come on the line; not called for its streams. */
  connected?: (driver: Identity) => void
  log: Log
}
export type Relay = {
  /** Takes an HTTP/1.1 Upgrade request to `relayPath`. */
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** A byte stream to a port of the cluster's driver. Throws a Problem `unavailable` when the driver is not connected. */
  connect(clusterId: string, port: number): Promise<Duplex>
  /** Is the driver connected and answering? */
  online(clusterId: string): boolean
  close(): void
}

type Driver = { incarnation: number; socket: Duplex; heard: number; send(message: ToMachine): void }
type Waiting = { clusterId: string; settle(stream: Duplex | Problem): void }

/**
 * The workspace's end of the relay: drivers dial in and offer their ports, nobody dials into a machine.
 * A driver keeps one control connection; each stream is a connection of its own that the driver opens when asked.
 */
export function openRelay<Identity extends RelayIdentity>({ authenticate, connected, log }: RelayDeps<Identity>): Relay {
  const drivers = new Map<string, Driver>()
  const waiting = new Map<string, Waiting>()
  const streams = new Set<Duplex>()

  const pings = setInterval(() => {
    for (const driver of drivers.values()) {
      if (Date.now() - driver.heard > silence) driver.socket.destroy()
      else driver.send({ ping: Date.now() })
    }
  }, pingEvery)
  pings.unref()

  function control(identity: Identity, socket: Duplex, head: Buffer): void {
    const { clusterId, incarnation } = identity
    const before = drivers.get(clusterId)
    if (before && before.incarnation > incarnation) return refuse(socket, 409, 'Conflict')
    before?.socket.destroy()
    accept(socket)
    const driver: Driver = { incarnation, socket, heard: Date.now(), send: (message) => void socket.write(`${JSON.stringify(message)}\n`) }
    drivers.set(clusterId, driver)
    log.info({ clusterId, incarnation }, 'driver connected')
    const read = readLines((message) => {
      driver.heard = Date.now()
      if (typeof message.refused === 'string') {
        const asked = waiting.get(message.refused)
        if (asked?.clusterId === clusterId) asked.settle(unreachable(clusterId, String(message.why)))
      }
    }, () => socket.destroy())
    if (head.length > 0) read(head)
    connected?.(identity)
    socket.on('data', read)
    socket.on('close', () => {
      if (drivers.get(clusterId) !== driver) return
      drivers.delete(clusterId)
      log.info({ clusterId, incarnation }, 'driver disconnected')
      for (const asked of waiting.values()) if (asked.clusterId === clusterId) asked.settle(unreachable(clusterId, 'connection lost'))
    })
  }

  function stream(id: string, { clusterId }: RelayIdentity, socket: Duplex, head: Buffer): void {
    const asked = waiting.get(id)
    if (asked?.clusterId !== clusterId) return refuse(socket, 404, 'Not Found')
    if (head.length > 0) socket.unshift(head)
    streams.add(socket)
    socket.once('close', () => streams.delete(socket))
    // Handed on when the answer has left: Node's HTTP/2 takes over the native socket and aborts the process when a write
    // that is not its own completes there (`is_write_in_progress()`).
    accept(socket, (error) => asked.settle(error ? unreachable(clusterId, error.message) : socket))
  }

  return {
    onUpgrade(request, socket, head) {
      socket.on('error', () => {})
      const url = new URL(request.url ?? '/', 'http://relay')
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
      if (url.pathname !== relayPath) return refuse(socket, 404, 'Not Found')
      if (request.headers.upgrade?.toLowerCase() !== relayProtocol) return refuse(socket, 426, 'Upgrade Required')
      if (token === undefined) return refuse(socket, 401, 'Unauthorized')
      const id = url.searchParams.get('stream')
      authenticate(token).then(
        (identity) => {
          if (socket.destroyed) return
          if (identity === null) return refuse(socket, 401, 'Unauthorized')
          if (id === null) control(identity, socket, head)
          else stream(id, identity, socket, head)
        },
        (error: unknown) => {
          log.warn({ err: error }, 'a driver could not be authenticated')
          refuse(socket, 503, 'Service Unavailable')
        },
      )
    },
    connect(clusterId, port) {
      const driver = drivers.get(clusterId)
      if (!driver || Date.now() - driver.heard > silence) return Promise.reject(unreachable(clusterId, 'not connected'))
      const id = randomUUID()
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(new Problem('timeout', `The driver of cluster ${clusterId} did not answer in time.`)), 10_000)
        const settle = (result: Duplex | Problem) => {
          clearTimeout(timer)
          waiting.delete(id)
          if (result instanceof Problem) reject(result)
          else resolve(result)
        }
        waiting.set(id, { clusterId, settle })
        driver.send({ open: id, port })
      })
    },
    online(clusterId) {
      const driver = drivers.get(clusterId)
      return driver !== undefined && Date.now() - driver.heard <= silence
    },
    close() {
      clearInterval(pings)
      for (const asked of waiting.values()) asked.settle(new Problem('unavailable', 'The workspace is stopping.'))
      for (const driver of drivers.values()) driver.socket.destroy()
      for (const socket of streams) socket.destroy()
    },
  }
}

const unreachable = (clusterId: string, detail: string) =>
  new Problem('unavailable', `The driver of cluster ${clusterId} is not reachable.`, { detail, extra: { retryAfterSeconds: 1 } })

const accept = (socket: Duplex, sent?: (error?: Error | null) => void) =>
  void socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${relayProtocol}\r\nConnection: Upgrade\r\n\r\n`, sent)

const refuse = (socket: Duplex, status: number, words: string) => void socket.end(`HTTP/1.1 ${status} ${words}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
