import { Problem } from '#base/problem.ts'
import type { Relay } from './relay.ts'
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

/** The driver agent of a cluster, by relay. Every call throws a Problem: `unavailable` (not connected), `timeout`, `not_found`, `invalid`. */
export function driverClient(_relay: Relay, clusterId: string): DriverClient {
  const absent = () => Promise.reject(new Problem('unavailable', `The driver of cluster ${clusterId} is not reachable.`))
  return { status: absent, createContext: absent, context: absent, contexts: absent, destroyContext: absent, execute: absent, command: absent, cancel: absent }
}
