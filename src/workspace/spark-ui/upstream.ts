import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { Problem } from '#base/problem.ts'
import { driverPorts, type Relay } from '#engine/relay.ts'

export type SparkPages = ReturnType<typeof sparkPages>
const patienceMs = 20_000

/** Spark's own web pages, on the driver's machine behind the relay. */
export function sparkPages(relay: Relay) {
  /** Connections that wait for the next file of a page: each costs a handshake and two round trips. */
  const lines = new Map<string, Agent>()
  const lineTo = (clusterId: string): Agent => {
    const known = lines.get(clusterId)
    if (known) return known
    const agent = new Agent({ keepAlive: true, maxSockets: 8, maxFreeSockets: 8, timeout: 30_000, scheduling: 'lifo' })
    agent.createConnection = (_options, connected) => {
      relay.connect(clusterId, driverPorts.sparkUi).then((stream) => connected?.(null, stream), (error: Error) => connected?.(error, new PassThrough().destroy()))
      return undefined
    }
    lines.set(clusterId, agent)
    return agent
  }

  /** `prefix` is what Spark puts before every link. Source: UIUtils.uiRoot of Spark (header X-Forwarded-Context). */
  async function get(clusterId: string, path: string, prefix: string, signal: AbortSignal, again = true): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers = { host: 'driver', accept: '*/*', 'accept-encoding': 'identity', 'x-forwarded-context': prefix }
    const request = httpRequest({ agent: lineTo(clusterId), method: 'GET', path, headers, signal }, resolve)
    const timer = setTimeout(() => request.destroy(new Problem('timeout', `Spark on cluster ${clusterId} did not answer in time.`)), patienceMs)
    request.on('error', reject).end()
    try {
      return await promise
    } catch (error) {
      if (error instanceof Problem) throw error
      // A connection that waited may have been closed by the other end as we took it.
      if (again && request.reusedSocket && !signal.aborted) return get(clusterId, path, prefix, signal, false)
      throw new Problem('unavailable', `The Spark UI of cluster ${clusterId} is not reachable.`, { cause: error, detail: error instanceof Error ? error.message : String(error) })
    } finally {
      clearTimeout(timer)
    }
  }
  return { get: (clusterId: string, path: string, prefix: string, signal: AbortSignal) => get(clusterId, path, prefix, signal) }
}
