import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DriverStatus } from '../wire.ts'
import type { Contexts } from './contexts.ts'

export type ApiDeps = { status: () => Promise<DriverStatus>; retire: (hosts: readonly string[]) => Promise<{ executors: number }>; contexts: Contexts; began: number }

type Handler = (deps: ApiDeps, part: readonly string[], body: Record<string, unknown>) => unknown
const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Every call of the agent: `METHOD /path/*` with `*` for an id. Only the workspace reaches them, through the relay. */
const routes: Record<string, Handler> = {
  'GET /status': ({ status }) => status(),
  'POST /retired': ({ retire }, _part, body) => retire(Array.isArray(body.hosts) ? body.hosts.map(word) : []),
  'GET /contexts': ({ contexts }) => contexts.list(),
  'POST /contexts': ({ contexts }, _part, body) => contexts.create(word(body.language)),
  'GET /contexts/*': ({ contexts }, [id = '']) => contexts.get(id),
  'DELETE /contexts/*': ({ contexts }, [id = '']) => contexts.destroy(id),
  'POST /contexts/*/commands': ({ contexts }, [id = ''], body) => contexts.execute(id, word(body.language), word(body.command)),
  'GET /contexts/*/commands/*': ({ contexts }, [id = '', command = '']) => contexts.command(id, command),
  'POST /contexts/*/commands/*/cancel': ({ contexts }, [id = '', command = '']) => contexts.cancel(id, command),
}

/** An error with the status the API answers it with: 400 or 404. */
export const refusal = (status: number, message: string) => Object.assign(new Error(message), { status })

export async function answer(deps: ApiDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, value: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? {}))
  try {
    const parts = new URL(request.url ?? '/', 'http://agent').pathname.split('/').slice(1).map(decodeURIComponent)
    const pattern = `${request.method} /${parts.map((part, at) => (at % 2 === 1 ? '*' : part)).join('/')}`
    const handler = routes[pattern]
    if (!handler) return void reply(404, { message: `${request.method} ${request.url} is not a call of this agent` })
    const body: unknown = request.method === 'POST' ? JSON.parse((await text(request)) || '{}') : {}
    reply(200, await handler(deps, parts.filter((_part, at) => at % 2 === 1), typeof body === 'object' && body !== null ? { ...body } : {}))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    reply(error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : error instanceof SyntaxError ? 400 : 500, { message })
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
