import { Agent, request as httpRequest } from 'node:http'
import { Problem, type ProblemCode } from '#base/problem.ts'
import { driverPorts, type Relay } from './relay.ts'
import type { Command, Context, DriverStatus, Language } from './wire.ts'

export type DriverClient = {
  status(): Promise<DriverStatus>
  /** Starts a kernel; it is `Pending` until it answers. */
  createContext(options: { language: Language }): Promise<Context>
  context(contextId: string): Promise<Context>
  contexts(): Promise<Context[]>
  destroyContext(contextId: string): Promise<void>
  execute(options: { contextId: string; language: Language; command: string }): Promise<{ id: string }>
  /** Results are kept by the driver until the context is destroyed (the last 1000 commands of a context). */
  command(contextId: string, commandId: string): Promise<Command>
  cancel(contextId: string, commandId: string): Promise<void>
}

const codes: Record<number, ProblemCode> = { 400: 'invalid', 404: 'not_found', 409: 'wrong_state', 501: 'not_implemented', 503: 'unavailable' }
const patience = 15_000

/** The driver agent of a cluster, by relay. Every call throws a Problem: `unavailable` (not connected), `timeout`, `not_found`, `invalid`. */
export function driverClient(relay: Relay, clusterId: string): DriverClient {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const stream = await relay.connect(clusterId, driverPorts.agent)
    const agent = new Agent()
    agent.createConnection = () => stream
    return new Promise<T>((resolve, reject) => {
      const lost = (error: Error) => reject(new Problem('unavailable', `The driver of cluster ${clusterId} is not reachable.`, { cause: error, detail: error.message }))
      const request = httpRequest({ agent, method, path, host: 'driver', headers: { 'content-type': 'application/json', connection: 'close' } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', lost)
        response.on('end', () => {
          clearTimeout(timer)
          stream.destroy()
          const text = Buffer.concat(chunks).toString('utf8')
          const status = response.statusCode ?? 500
          try {
            // The agent is ours and of the same version family; its types are in wire.ts.
            const value = JSON.parse(text)
            if (status < 300) resolve(value)
            else reject(new Problem(codes[status] ?? 'internal', String(value.message ?? 'The driver failed.'), { detail: text.slice(0, 2000) }))
          } catch (error) {
            lost(error instanceof Error ? error : new Error(String(error)))
          }
        })
      })
      const timer = setTimeout(() => {
        reject(new Problem('timeout', `The driver of cluster ${clusterId} did not answer in time.`))
        request.destroy()
        stream.destroy()
      }, patience)
      request.on('error', (error) => { clearTimeout(timer); lost(error) })
      request.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
  const at = (contextId: string, commandId?: string) => `/contexts/${encodeURIComponent(contextId)}${commandId === undefined ? '' : `/commands/${encodeURIComponent(commandId)}`}`
  return {
    status: () => call('GET', '/status'),
    createContext: (options) => call('POST', '/contexts', options),
    context: (contextId) => call('GET', at(contextId)),
    contexts: () => call('GET', '/contexts'),
    destroyContext: async (contextId) => void (await call('DELETE', at(contextId))),
    execute: ({ contextId, ...rest }) => call('POST', `${at(contextId)}/commands`, rest),
    command: (contextId, commandId) => call('GET', at(contextId, commandId)),
    cancel: async (contextId, commandId) => void (await call('POST', `${at(contextId, commandId)}/cancel`)),
  }
}
