import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { driverPorts, readLines, relayPath, relayProtocol, silence, type ToServer } from '../relay-wire.ts'

export type DialDeps = {
  workspaceUrl: string
  token: string
  /** PEM of the authority that the workspace's certificate must come from; undefined: the public ones. */
  ca: string | undefined
  /** Where one of the machine's own ports listens. */
  hostOf: (port: number) => string
  /** Gets the streams to the agent itself. */
  onAgentStream: (stream: Duplex) => void
  log: (line: string) => void
}

const allowed: ReadonlySet<number> = new Set(Object.values(driverPorts))

/** Keeps a control connection to the workspace for ever: the workspace may restart, and this machine may be frozen for days. */
export function keepDialing(deps: DialDeps): { stop(): void } {
  let stopped = false
  let current: Duplex | undefined
  let failures = 0
  const dialLater = () => {
    if (stopped) return
    const pause = Math.min(100 * 2 ** failures++, 3_000)
    setTimeout(dial, pause * (0.5 + Math.random()))
  }
  const dial = () => {
    if (stopped) return
    upgrade(deps, relayPath).then((socket) => {
      if (stopped) return void socket.destroy()
      if (failures > 0) deps.log('connected to the workspace')
      failures = 0
      current = socket
      control(deps, socket)
      socket.once('close', dialLater)
    }, (error: Error) => {
      if (failures === 3) deps.log(`the workspace is not reachable, trying on: ${error.message}`)
      dialLater()
    })
  }
  dial()
  return {
    stop() {
      stopped = true
      current?.destroy()
    },
  }
}

function control(deps: DialDeps, socket: Duplex): void {
  let heard = Date.now()
  const send = (message: ToServer) => void socket.write(`${JSON.stringify(message)}\n`)
  // Also what wakes us after a freeze: the first tick finds that nothing was heard for long.
  const watch = setInterval(() => {
    if (Date.now() - heard > silence) socket.destroy()
  }, 1_000)
  socket.once('close', () => clearInterval(watch))
  socket.on('data', readLines((message) => {
    heard = Date.now()
    if (typeof message.ping === 'number') send({ pong: message.ping })
    if (typeof message.open === 'string' && typeof message.port === 'number') {
      const id = message.open
      openStream(deps, id, message.port).catch((error: Error) => send({ refused: id, why: error.message }))
    }
  }, () => socket.destroy()))
}

async function openStream(deps: DialDeps, id: string, port: number): Promise<void> {
  if (!allowed.has(port)) throw new Error(`port ${port} is not offered`)
  const local = port === driverPorts.agent ? undefined : await dialLocal(deps.hostOf(port), port)
  try {
    const stream = await upgrade(deps, `${relayPath}?stream=${encodeURIComponent(id)}`)
    if (local) splice(local, stream)
    else deps.onAgentStream(stream)
  } catch (error) {
    local?.destroy()
    throw error
  }
}

function dialLocal(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

function splice(one: Duplex, other: Duplex): void {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}

/** HTTP/1.1 Upgrade (RFC 9110 §7.8); what comes after the 101 is the stream. */
function upgrade(deps: DialDeps, path: string): Promise<Duplex> {
  const url = new URL(path, deps.workspaceUrl)
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(url, {
      agent: false,
      timeout: 10_000,
      headers: { Connection: 'Upgrade', Upgrade: relayProtocol, Authorization: `Bearer ${deps.token}` },
      ...(secure ? { ALPNProtocols: ['http/1.1'], ...(deps.ca === undefined ? {} : { ca: deps.ca }) } : {}),
    })
    request.on('upgrade', (_response, socket, head) => {
      socket.setTimeout(0)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.on('response', (response) => {
      response.resume()
      reject(new Error(`the workspace answered ${response.statusCode}`))
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 10 s')))
    request.on('error', reject)
    request.end()
  })
}
