import { randomUUID } from 'node:crypto'
import { callDriver, streamDriver, type DriverCall } from './driver-http.ts'
import type { Relay } from './relay.ts'
import type { Command, CommandEvent, CommandParameters, CompleteQuery, Completions, Context, DriverStatus, InspectQuery, Inspection, KernelReply, Language } from './wire.ts'

export type DriverClient = {
  status(): Promise<DriverStatus>
  /** The workers at these addresses go soon: they get no more tasks. */
  retire(hosts: readonly string[]): Promise<{ executors: number }>
  /** Starts a kernel; it is `Pending` until it answers. */
  createContext(options: { language: Language }): Promise<Context>
  context(contextId: string): Promise<Context>
  contexts(): Promise<Context[]>
  destroyContext(contextId: string): Promise<void>
  /** With `id` (yours, unique in the context) a repeated call starts nothing twice. */
  execute(options: { contextId: string; language: Language; command: string; parameters?: CommandParameters; id?: string }): Promise<{ id: string }>
  /** Results are kept by the driver until the context is destroyed (the last 1000 commands of a context). */
  command(contextId: string, commandId: string): Promise<Command>
  cancel(contextId: string, commandId: string): Promise<void>
  /**
   * The command's events from number `from` on, as they come, until its last. Throws `unavailable` when the line is lost: follow again
   * from the number after the last one seen. Leaving the loop, or the signal, ends the stream.
   */
  follow(contextId: string, commandId: string, from: number, signal: AbortSignal): AsyncIterable<CommandEvent>
  /** `execute`, answered with the command's events from the first on: one way to the driver instead of two. `id` is needed. */
  executeAndFollow(options: { contextId: string; language: Language; command: string; parameters?: CommandParameters; id: string }, signal: AbortSignal): AsyncIterable<CommandEvent>
  /** From the live kernel, also while it runs a command; for SQL keywords, table and column names. */
  complete(contextId: string, query: CompleteQuery): Promise<Completions>
  inspect(contextId: string, query: InspectQuery): Promise<Inspection>
  /** Answers a `request` event. `not_found` when nobody waits for it any more. */
  reply(contextId: string, commandId: string, requestId: string, reply: KernelReply): Promise<void>
}

/** The driver agent of a cluster, by relay. Every call throws a Problem: `unavailable` (not connected), `timeout`, `not_found`, `invalid`. */
export function driverClient(relay: Relay, clusterId: string): DriverClient {
  const call = <T>(method: DriverCall['method'], path: string, body?: unknown) => callDriver<T>(relay, clusterId, { method, path, body })
  const at = (contextId: string, commandId?: string) => `/contexts/${encodeURIComponent(contextId)}${commandId === undefined ? '' : `/commands/${encodeURIComponent(commandId)}`}`
  return {
    status: () => call('GET', '/status'),
    retire: (hosts) => call('POST', '/retired', { hosts }),
    createContext: (options) => call('POST', '/contexts', options),
    context: (contextId) => call('GET', at(contextId)),
    contexts: () => call('GET', '/contexts'),
    destroyContext: async (contextId) => void (await call('DELETE', at(contextId))),
    execute: ({ contextId, ...rest }) => call('POST', `${at(contextId)}/commands`, { id: randomUUID().replaceAll('-', ''), ...rest }),
    command: (contextId, commandId) => call('GET', at(contextId, commandId)),
    cancel: async (contextId, commandId) => void (await call('POST', `${at(contextId, commandId)}/cancel`)),
    follow: (contextId, commandId, from, signal) => streamDriver(relay, clusterId, { method: 'GET', path: `${at(contextId, commandId)}/events?from=${from}`, signal }),
    executeAndFollow: ({ contextId, ...body }, signal) => streamDriver(relay, clusterId, { method: 'POST', path: `${at(contextId)}/commands?follow=1`, body, signal }),
    complete: (contextId, query) => call('POST', `${at(contextId)}/complete`, query),
    inspect: (contextId, query) => call('POST', `${at(contextId)}/inspect`, query),
    reply: async (contextId, commandId, requestId, reply) => void (await call('POST', `${at(contextId, commandId)}/requests/${encodeURIComponent(requestId)}`, reply)),
  }
}
