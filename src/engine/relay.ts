import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'

export const relayPath = '/api/2.0/brickyard/relay'

/** Ports of a driver machine that the relay reaches. The agent answers no other. */
export const driverPorts = { agent: 7, connect: 15002, sparkUi: 4040, masterUi: 8080 } as const

export type RelayIdentity = { clusterId: string; incarnation: number }
export type RelayDeps = {
  /** Who holds this bearer token? null: nobody, answered 401. */
  authenticate: (token: string) => Promise<RelayIdentity | null>
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

/** The workspace's end of the relay: drivers dial in, streams go out. */
export function openRelay(_deps: RelayDeps): Relay {
  return {
    onUpgrade: (_request, socket) => void socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'),
    connect: (clusterId) => Promise.reject(new Problem('unavailable', `The driver of cluster ${clusterId} is not reachable.`)),
    online: () => false,
    close: () => {},
  }
}
