import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { Problem, type ProblemCode } from '#base/problem.ts'
import { driverPorts, type Relay } from './relay.ts'

const codes: Record<number, ProblemCode> = { 400: 'invalid', 404: 'not_found', 409: 'wrong_state', 501: 'not_implemented', 503: 'unavailable' }
const patience = 15_000

/** Connections to each driver that wait for the next call: a stream through the relay costs a TLS handshake and two round trips. */
const lines = new WeakMap<Relay, Map<string, Agent>>()

function lineTo(relay: Relay, clusterId: string): Agent {
  const known = lines.get(relay) ?? new Map<string, Agent>()
  lines.set(relay, known)
  const before = known.get(clusterId)
  if (before) return before
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' })
  agent.createConnection = (_options, connected) => {
    relay.connect(clusterId, driverPorts.agent).then((stream) => connected?.(null, stream), (error: Error) => connected?.(error, new PassThrough().destroy()))
    return undefined
  }
  known.set(clusterId, agent)
  return agent
}

export type DriverCall = { method: 'GET' | 'POST' | 'DELETE'; path: string; body?: unknown; signal?: AbortSignal; patience?: number }

/** One call of a driver's agent, answered with JSON. Throws a Problem: `unavailable` (not connected), `timeout`, `not_found`, `invalid`. */
export async function callDriver<T>(relay: Relay, clusterId: string, call: DriverCall): Promise<T> {
  const response = await openDriver(relay, clusterId, call)
  const timer = setTimeout(() => response.destroy(new Error('too slow')), patience)
  try {
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(Buffer.from(chunk))
    // The agent is ours and of the same version family; its types are in wire.ts.
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    throw lost(clusterId, error)
  } finally {
    clearTimeout(timer)
  }
}

/** The objects that the agent streams, one a line, as they come. */
export async function* streamDriver<T>(relay: Relay, clusterId: string, call: DriverCall): AsyncGenerator<T> {
  const response = await openDriver(relay, clusterId, call)
  const decoder = new TextDecoder()
  // A long line comes in many chunks: joined once.
  let parts: string[] = []
  try {
    for await (const chunk of response) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
      parts.push(first)
      for (const next of others) {
        const line = parts.join('')
        parts = [next]
        if (line !== '') yield JSON.parse(line)
      }
    }
  } catch (error) {
    if (call.signal?.aborted) return
    throw lost(clusterId, error)
  } finally {
    response.destroy()
  }
}

/** Sends a call; gives the answer when its head is there and good. */
async function openDriver(relay: Relay, clusterId: string, call: DriverCall, again = true): Promise<IncomingMessage> {
  if (!relay.online(clusterId)) throw lost(clusterId, new Error('not connected'))
  const agent = lineTo(relay, clusterId)
  const text = call.body === undefined ? undefined : JSON.stringify(call.body)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = httpRequest({ agent, method: call.method, path: call.path, host: 'driver', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text ?? '') } }, resolve)
  const slow = new Problem('timeout', `The driver of cluster ${clusterId} did not answer in time.`)
  const timer = setTimeout(() => request.destroy(slow), call.patience ?? patience)
  const leave = () => request.destroy(new Error('no longer wanted'))
  call.signal?.addEventListener('abort', leave, { once: true })
  request.on('error', reject).end(text)
  try {
    const response = await promise
    if ((response.statusCode ?? 500) < 300) {
      response.once('close', () => call.signal?.removeEventListener('abort', leave))
      return response
    }
    throw await refusalOf(response)
  } catch (error) {
    call.signal?.removeEventListener('abort', leave)
    if (error instanceof Problem) throw error
    // A connection that waited may have been closed by the other end as we took it. Every call may be repeated: `execute` names its command.
    if (again && request.reusedSocket && !call.signal?.aborted) return openDriver(relay, clusterId, call, false)
    throw lost(clusterId, error)
  } finally {
    clearTimeout(timer)
  }
}

async function refusalOf(response: IncomingMessage): Promise<Problem> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString('utf8')
  const value: { message?: string } = JSON.parse(text)
  return new Problem(codes[response.statusCode ?? 500] ?? 'internal', value.message ?? 'The driver failed.', { detail: text.slice(0, 2000) })
}

const lost = (clusterId: string, cause: unknown): Problem =>
  cause instanceof Problem
    ? cause
    : new Problem('unavailable', `The driver of cluster ${clusterId} is not reachable.`, { cause, detail: cause instanceof Error ? cause.message : String(cause), extra: { retryAfterSeconds: 1 } })
