import { createServer as createTcp, type Server } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { serve } from '#base/http/serve.ts'
import { silentLog } from '#base/log.ts'
import { openAuthority } from '#base/tls.ts'
import { keepDialing } from './agent/dial.ts'
import { driverPorts, openRelay, type RelayIdentity } from './relay.ts'

const ends: Array<() => Promise<void> | void> = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

const known: Record<string, RelayIdentity> = { 'token-a': { clusterId: 'a', incarnation: 1 }, 'token-a2': { clusterId: 'a', incarnation: 2 }, 'token-b': { clusterId: 'b', incarnation: 1 } }

async function workspace(options: { port?: number; dir?: string } = {}) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'relay-')))
  if (options.dir === undefined) ends.push(() => rm(dir, { recursive: true, force: true }))
  const authority = await openAuthority(dir)
  const relay = openRelay({ authenticate: async (token) => known[token] ?? null, log: silentLog() })
  const served = await serve({
    port: options.port ?? 0, tls: await authority.issue(['localhost', '127.0.0.1']),
    onRequest: (_request, response) => void response.end(), onUpgrade: (request, socket, head) => relay.onUpgrade(request, socket, head),
  })
  const stop = async () => {
    relay.close()
    await served.close()
  }
  ends.push(stop)
  return { relay, dir, stop, port: served.port, url: `https://localhost:${served.port}`, ca: authority.caPem }
}

function machine(at: { url: string; ca: string }, token: string, address = '127.0.0.1') {
  const lines: string[] = []
  const dialing = keepDialing({
    workspaceUrl: at.url, ca: at.ca, token, hostOf: () => address, log: (line) => lines.push(line),
    onAgentStream: (stream) => stream.on('data', (chunk: Buffer) => stream.write(`agent heard ${chunk.toString()}`)),
  })
  ends.push(() => dialing.stop())
  return { ...dialing, lines }
}

/** Something that listens on a port of the machine. */
async function listener(port: number, address: string, onSocket: (socket: Duplex) => void): Promise<Server> {
  const server = createTcp(onSocket)
  await new Promise<void>((resolve) => server.listen(port, address, resolve))
  ends.push(() => void server.close())
  return server
}

const firstWords = (stream: Duplex) => new Promise<string>((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())))

describe('the relay', () => {
  it('carries bytes to the agent of a driver that dialed in', async () => {
    const at = await workspace()
    machine(at, 'token-a')
    await expect.poll(() => at.relay.online('a')).toBe(true)
    const stream = await at.relay.connect('a', driverPorts.agent)
    stream.write('hello')
    expect(await firstWords(stream)).toBe('agent heard hello')
  })

  it('carries bytes to an offered port of the machine, and ends with it', async () => {
    const at = await workspace()
    await listener(driverPorts.connect, '127.77.0.1', (socket) => void socket.end('spark'))
    machine(at, 'token-a', '127.77.0.1')
    await expect.poll(() => at.relay.online('a')).toBe(true)
    const stream = await at.relay.connect('a', driverPorts.connect)
    const closed = new Promise((resolve) => stream.once('close', resolve))
    expect(await firstWords(stream)).toBe('spark')
    await closed
  })

  it('refuses a port that is not offered and one where nobody listens', async () => {
    const at = await workspace()
    machine(at, 'token-a', '127.77.0.2')
    await expect.poll(() => at.relay.online('a')).toBe(true)
    await expect(at.relay.connect('a', 22)).rejects.toMatchObject({ code: 'unavailable', detail: 'port 22 is not offered' })
    await expect(at.relay.connect('a', driverPorts.sparkUi)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('says by name that a cluster without a driver is not reachable', async () => {
    const at = await workspace()
    expect(at.relay.online('nobody')).toBe(false)
    await expect(at.relay.connect('nobody', driverPorts.agent)).rejects.toMatchObject({ code: 'unavailable', message: 'The driver of cluster nobody is not reachable.' })
  })

  it('does not let in who has no token of a cluster', async () => {
    const at = await workspace()
    machine(at, 'a guess')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(at.relay.online('a')).toBe(false)
  })

  it('keeps the newest start of a cluster and refuses an older one', async () => {
    const at = await workspace()
    machine(at, 'token-a2')
    await expect.poll(() => at.relay.online('a')).toBe(true)
    machine(at, 'token-a', '127.77.0.3')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const stream = await at.relay.connect('a', driverPorts.agent)
    stream.write('still the second')
    expect(await firstWords(stream)).toBe('agent heard still the second')
  })

  it('is found again by its drivers after the workspace was killed and came back on its port', async () => {
    const first = await workspace()
    machine(first, 'token-a')
    await expect.poll(() => first.relay.online('a')).toBe(true)
    await first.stop()
    const second = await workspace({ port: first.port, dir: first.dir })
    await expect.poll(() => second.relay.online('a'), { timeout: 10_000 }).toBe(true)
    const stream = await second.relay.connect('a', driverPorts.agent)
    stream.write('again')
    expect(await firstWords(stream)).toBe('agent heard again')
  })

  it('carries megabytes in both directions unharmed', async () => {
    const at = await workspace()
    const bytes = Buffer.alloc(5_000_000, 'brickyard ')
    await listener(driverPorts.connect, '127.77.0.4', (socket) => socket.pipe(socket))
    machine(at, 'token-b', '127.77.0.4')
    await expect.poll(() => at.relay.online('b')).toBe(true)
    const stream = await at.relay.connect('b', driverPorts.connect)
    stream.write(bytes)
    const back: Buffer[] = []
    let length = 0
    for await (const chunk of stream) {
      const part = Buffer.from(chunk)
      back.push(part)
      length += part.length
      if (length >= bytes.length) break
    }
    expect(Buffer.concat(back).equals(bytes)).toBe(true)
  })
})
