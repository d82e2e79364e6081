import type { Readable } from 'node:stream'
import type { z } from 'zod'

type Schema = z.ZodType
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'

/** Who calls, as the dialect's `authenticate` found out. Rooms extend it with their own facts. */
export type Caller = { userId: string; userName: string }

/** One operation of the wire: routes, validation, OpenAPI, the typed client and the coverage list come from it. */
export type Op = {
  method: Method
  /** The documented path first, aliases (older versions) after it. `:name` marks a parameter, `*` the rest. */
  paths: readonly string[]
  params?: Schema
  query?: Schema
  body?: Schema
  /** Strips what a row must not leak. Absent: the operation answers `{}`. */
  reply?: Schema
  /** The permission that the room checks, for documentation and the web client. */
  needs?: string
  /**
   * The body is bytes of any type, read by the handler after the caller is known: all at once (`input.bytes`) or as they come
   * (`input.stream`). More than this many are refused.
   */
  bytes?: { atMost: number }
  /** May also answer with a `Download`. */
  download?: true
  /** Of the answer, where a protocol wants another than 200. 204 answers nothing. */
  status?: 201 | 204
  /** `false` for the few operations that answer without a signed-in caller. */
  auth?: false
}
type Parts = Omit<Op, 'method' | 'paths'>
type Made<S extends Parts> = { method: Method; paths: readonly string[] } & S

const operation = (method: Method) => <S extends Parts>(path: string | readonly string[], parts: S): Made<S> => ({
  method,
  paths: typeof path === 'string' ? [path] : path,
  ...parts,
})
export const get = operation('GET')
export const post = operation('POST')
export const put = operation('PUT')
export const patch = operation('PATCH')
export const del = operation('DELETE')
/** Before the GET of the same path in a table: Fastify makes one of its own from that. */
export const head = operation('HEAD')

/**
 * An answer of bytes: always something to save, never a page of this origin. `null` answers headers alone (HEAD).
 * With `status` and `headers` for protocols that have their own (ranges, dates).
 */
export type Download = { download: Uint8Array | Readable | null; fileName: string; status?: number; headers?: Record<string, string> }

/** A room's table of operations. */
export const defineApi = <const A extends Record<string, Op>>(api: A): A => api

/** What every handler gets besides the parsed parts. `signal` aborts when the client goes away. */
export type Request<C extends Caller = Caller> = { caller: C; requestId: string; signal: AbortSignal; headers: Readonly<Record<string, string | string[] | undefined>> }
type In<O extends Op, C extends Caller> = Request<C> &
  (O['params'] extends Schema ? { params: z.infer<O['params']> } : unknown) &
  (O['query'] extends Schema ? { query: z.infer<O['query']> } : unknown) &
  (O['body'] extends Schema ? { body: z.infer<O['body']> } : unknown) &
  (O['bytes'] extends { atMost: number } ? { bytes: () => Promise<Buffer>; stream: () => AsyncIterable<Buffer> } : unknown)
type Out<O extends Op> = (O['reply'] extends Schema ? z.input<O['reply']> : void) | (O['download'] extends true ? Download : never)
export type Handlers<A extends Record<string, Op>, C extends Caller> = { [K in keyof A]: (input: In<A[K], C>) => Promise<Out<A[K]>> | Out<A[K]> }

/** A room ready to be mounted: its table and a handler for each line of it. Forget one and it does not compile. */
export type Room = { api: Record<string, Op>; handlers: Record<string, (input: never) => unknown> }
export const implement = <C extends Caller, A extends Record<string, Op>>(api: A, handlers: Handlers<A, C>): Room => ({ api, handlers })
