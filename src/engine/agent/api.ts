import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CommandParameters, CompleteQuery, DriverStatus, KernelReply, Language } from '../wire.ts'
import type { Contexts } from './contexts.ts'
import { record } from './results.ts'

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
  'POST /contexts/*/commands': ({ contexts }, [id = ''], body) => contexts.execute(id, { id: word(body.id), language: word(body.language), code: word(body.command), parameters: parametersOf(body.parameters) }),
  'GET /contexts/*/commands/*': ({ contexts }, [id = '', command = '']) => contexts.command(id, command),
  'POST /contexts/*/commands/*/cancel': ({ contexts }, [id = '', command = '']) => contexts.cancel(id, command),
  'POST /contexts/*/commands/*/requests/*': ({ contexts }, [id = '', command = '', request = ''], body) => contexts.reply(id, command, request, replyOf(body)),
  'POST /contexts/*/complete': ({ contexts }, [id = ''], body) => contexts.complete(id, queryOf(body)),
  'POST /contexts/*/inspect': ({ contexts }, [id = ''], body) => contexts.inspect(id, { ...queryOf(body), detail: body.detail === 1 ? 1 : 0 }),
}

const texts = (value: unknown): Record<string, string> => Object.fromEntries(Object.entries(record(value)).map(([name, text]) => [name, String(text)]))
const parametersOf = (value: unknown): CommandParameters => {
  const { notebookPath, widgets, rows } = record(value)
  return {
    ...(typeof notebookPath === 'string' ? { notebookPath } : {}),
    ...(widgets === undefined ? {} : { widgets: texts(widgets) }),
    ...(typeof rows === 'number' ? { rows } : {}),
  }
}
const queryOf = (body: Record<string, unknown>): CompleteQuery => {
  const code = word(body.code)
  const cursor = typeof body.cursor === 'number' && body.cursor >= 0 && body.cursor <= code.length ? body.cursor : code.length
  const language = languages.find((one) => one === body.language)
  return { code, cursor, ...(language === undefined ? {} : { language }) }
}
const languages: readonly Language[] = ['python', 'sql', 'scala', 'r']
const replyOf = (body: Record<string, unknown>): KernelReply => (body.ok === true ? { ok: true, value: word(body.value) } : { ok: false, message: word(body.message) || 'The workspace refused' })

/** The events of a command, one a line, until its last. Nothing is kept for a reader who has left. */
function stream(contexts: Contexts, [id = '', command = '']: readonly string[], from: number, response: ServerResponse): void {
  const follow = contexts.follow(id, command)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
  const leave = follow(from, (event) => void response.write(`${JSON.stringify(event)}\n`), () => void response.end())
  response.once('close', leave)
}

/** An error with the status the API answers it with: 400 or 404. */
export const refusal = (status: number, message: string) => Object.assign(new Error(message), { status })

export async function answer(deps: ApiDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, value: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? {}))
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://agent')
    const parts = pathname.split('/').slice(1).map(decodeURIComponent)
    const pattern = `${request.method} /${parts.map((part, at) => (at % 2 === 1 ? '*' : part)).join('/')}`
    const ids = parts.filter((_part, at) => at % 2 === 1)
    if (pattern === 'GET /contexts/*/commands/*/events') return stream(deps.contexts, ids, Number(searchParams.get('from')) || 0, response)
    const handler = routes[pattern]
    if (!handler) return void reply(404, { message: `${request.method} ${request.url} is not a call of this agent` })
    const sent: unknown = request.method === 'POST' ? JSON.parse((await text(request)) || '{}') : {}
    const body = typeof sent === 'object' && sent !== null ? { ...sent } : {}
    const value = await handler(deps, ids, body)
    if (pattern === 'POST /contexts/*/commands' && searchParams.has('follow')) return stream(deps.contexts, [...ids, word(record(value).id)], 0, response)
    reply(200, value)
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
