import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { asProblem, Problem } from '../problem.ts'
import type { Caller, Download, Op, Room } from './api.ts'

/** How a family of clients is spoken to: who calls, and what an error looks like on the wire. */
export type Door = {
  authenticate(request: FastifyRequest): Promise<Caller>
  render(problem: Problem, requestId: string, url: string): { status: number; headers?: Record<string, string>; body: unknown }
}

/**
 * Mounts rooms on a server: parses params, query and body by their schemas (a wrong one is `invalid` and names the
 * field), calls the handler, strips the answer by the reply schema.
 */
export function mountApi(app: FastifyInstance, rooms: readonly Room[], door: Pick<Door, 'authenticate'>): void {
  for (const room of rooms) {
    for (const [name, op] of Object.entries(room.api)) {
      const handler = room.handlers[name]
      if (!handler) throw new Error(`No handler for operation ${name}`)
      const add = (to: FastifyInstance) => {
        for (const url of op.paths) to.route({ method: op.method, url, handler: (request, reply) => answer(request, reply, op, handler, door) })
      }
      if (op.bytes) void app.register(async (unread) => { leaveBodies(unread); add(unread) })
      else add(app)
    }
  }
}

/** Bodies of these routes stay in the socket until a handler that knows the caller reads them. */
function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}

type Reply = {
  code(status: number): unknown
  raw: { once(event: 'close', listener: () => void): unknown; writableFinished: boolean }
  headers(values: Record<string, string>): unknown
  send(body: unknown): unknown
}
async function answer(request: FastifyRequest, reply: Reply, op: Op, handler: (input: never) => unknown, door: Pick<Door, 'authenticate'>): Promise<unknown> {
  const gone = new AbortController()
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) gone.abort() })
  const caller = op.auth === false ? undefined : await door.authenticate(request)
  const input = {
    caller,
    requestId: request.id,
    signal: gone.signal,
    headers: request.headers,
    params: op.params ? parsed(op.params, request.params, 'path') : undefined,
    query: op.query ? parsed(op.query, request.query, 'query') : undefined,
    body: op.body ? parsed(op.body, request.body ?? {}, 'body') : undefined,
    bytes: op.bytes ? () => bytesOf(request, op.bytes?.atMost ?? 0) : undefined,
    stream: op.bytes ? () => streamOf(request, op.bytes?.atMost ?? 0) : undefined,
  }
  // The table ties schema and handler together at compile time; at run time they meet here, untyped.
  const result = await handler(input as never)
  if (op.status) reply.code(op.status)
  if (op.status === 204) return undefined
  if (op.download && isDownload(result)) {
    reply.headers({ ...saved(result.fileName), ...result.headers })
    if (result.status !== undefined) reply.code(result.status)
    return result.download
  }
  return op.reply ? op.reply.parse(result) : {}
}

async function bytesOf(request: FastifyRequest, atMost: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(streamOf(request, atMost)))
}

async function* streamOf(request: FastifyRequest, atMost: number): AsyncGenerator<Buffer> {
  const tooLarge = () => new Problem('too_large', `The content is too large: at most ${atMost} bytes are taken.`)
  if (Number(request.headers['content-length'] ?? 0) > atMost) throw tooLarge()
  let size = 0
  for await (const part of request.raw) {
    const bytes = Buffer.from(part)
    size += bytes.length
    if (size > atMost) throw tooLarge()
    yield bytes
  }
}

const isDownload = (result: unknown): result is Download => typeof result === 'object' && result !== null && 'download' in result

/** Whatever the bytes are, a browser saves them and runs nothing of them on our origin. Names as RFC 6266 and RFC 8187 say. */
function saved(fileName: string): Record<string, string> {
  const plain = fileName.replaceAll(/[^\w.() -]/g, '_')
  const exact = encodeURIComponent(fileName.toWellFormed()).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${exact}`,
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  }
}

/** Parses by a schema; the first thing wrong becomes a Problem that names its field. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown, part: string): z.infer<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  const missing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined')
  const what = missing ? `Missing required field: ${field}` : field ? `Invalid value for field ${field}: ${issue?.message ?? ''}` : `Invalid ${part}: ${issue?.message ?? ''}`
  throw new Problem('invalid', what, { extra: { field } })
}

/** Renders every thrown Problem, unknown path and unreadable body the way the door's clients expect. */
export function renderProblems(app: FastifyInstance, render: Door['render'], unknownPath: (request: FastifyRequest) => Problem): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = fromFastify(error)
    const line = { code: problem.code, detail: problem.detail, cause: inShort(problem.cause), requestId: request.id, method: request.method, url: pathOf(request.url) }
    if (problem.code === 'internal') request.log.error({ ...line, err: problem.cause }, problem.message)
    else request.log.info(line, problem.message)
    const { status, headers, body } = render(problem, request.id, request.url)
    return reply.status(status).headers(headers ?? {}).send(body)
  })
  app.setNotFoundHandler((request) => {
    throw unknownPath(request)
  })
}

/** Errors of libraries carry whole tokens' claims and requests: what a refusal needs of them is one line. */
const inShort = (cause: unknown): string | undefined => (cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined)

/** Queries carry SAS signatures and codes: logs get the path alone. */
const pathOf = (url: string) => url.split('?', 1)[0]

function fromFastify(error: unknown): Problem {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (error instanceof Problem || !(error instanceof Error) || typeof status !== 'number' || status >= 500) return asProblem(error)
  if (status === 413) return new Problem('too_large', 'The request body is too large.', { cause: error })
  return new Problem('invalid_request', `The request could not be read: ${error.message}`, { cause: error })
}
