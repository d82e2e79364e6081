import { timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { renderProblems } from '#base/http/mount.ts'
import { arm as armDialect, Problem } from '#base/problem.ts'
import type { Person } from './contract.ts'
import { envelope, operationStatus } from './envelope.ts'
import { groupId } from './ids.ts'
import { readPath, type Target } from './paths.ts'
import type { Row } from './store.ts'
import type { Workspaces } from './workspaces.ts'

export type Deps = { workspaces: Workspaces; secretOfResourceManager: string; armUrl: string }

/** The header by which the resource manager proves itself. It and nobody else calls this port. */
export const secretHeader = 'x-ms-resource-manager-secret'

/** The port that the resource manager forwards `Microsoft.Databricks/*` to. */
export const serviceRoutes = (deps: Deps): FastifyPluginAsync => async (app) => {
  renderProblems(app, renderArm, (request) => new Problem('path_not_found', `There is nothing at '${request.url.split('?', 1)[0]}'.`))
  // An action without a body comes with a content type all the same.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try { done(null, text === '' ? undefined : JSON.parse(String(text))) } catch (error) { done(Object.assign(new Error(String(error)), { statusCode: 400 })) }
  })
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE', 'POST'],
    url: '/*',
    handler: async (request, reply) => {
      mustBeTheResourceManager(request, deps.secretOfResourceManager)
      return answer(deps, request, reply, readPath(request.url.split('?', 1)[0] ?? ''))
    },
  })
}

async function answer(deps: Deps, request: FastifyRequest, reply: FastifyReply, target: Target): Promise<unknown> {
  const { workspaces } = deps
  const gone = new AbortController()
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) gone.abort() })
  const asked = `${request.method} ${target.kind}` as const
  if (target.kind === 'operations' && request.method === 'GET') return { value: operations }
  if (target.kind === 'operation' && request.method === 'GET') return progress(deps, request, reply, target)
  if (target.kind === 'workspaces' && request.method === 'GET') return { value: (await workspaces.list(target.subscriptionId, target.resourceGroup)).map(envelope) }
  if (target.kind !== 'workspace') throw new Problem('path_not_found', `'${asked}' is not something that Microsoft.Databricks does.`, { extra: { wireCode: 'HttpMethodNotAllowed' } })
  switch (request.method) {
    case 'GET': return envelope(await workspaces.get(target.place))
    case 'PATCH': return envelope(await workspaces.patch(target.place, request.body, callerOf(request)))
    case 'PUT': {
      const { row, created } = await workspaces.put(target.place, request.body, callerOf(request), gone.signal)
      return reply.status(created ? 201 : 200).headers(pollAt(deps, request, row)).send(envelope(row))
    }
    case 'DELETE': {
      const row = await workspaces.remove(target.place, callerOf(request))
      return row ? reply.status(202).headers(pollAt(deps, request, row, 'location')).send() : reply.status(204).send()
    }
    default: throw new Problem('path_not_found', `'${asked}' is not something that Microsoft.Databricks does.`, { extra: { wireCode: 'HttpMethodNotAllowed' } })
  }
}

type OperationTarget = Extract<Target, { kind: 'operation' }>

/** `operationStatuses` is what `Azure-AsyncOperation` names; `operationResults` what `Location` names (ARM RPC, async operations). */
async function progress({ workspaces }: Deps, request: FastifyRequest, reply: FastifyReply, target: OperationTarget): Promise<unknown> {
  const { operation, doing } = await workspaces.operation(target.id)
  if (!target.results) return reply.headers(operation.endedAt ? {} : { 'retry-after': '0' }).send(operationStatus(request.url.split('?', 1)[0] ?? '', operation, doing))
  if (!operation.endedAt) return reply.status(202).headers({ location: request.headers.referer ?? request.url, 'retry-after': '0' }).send()
  if (operation.error) throw new Problem('conflict', operation.error.message, { extra: { wireCode: operation.error.code } })
  return reply.status(operation.kind === 'delete' ? 204 : 200).send()
}

/** Where the client follows the operation: through the resource manager, never at this port. */
function pollAt({ armUrl }: Deps, request: FastifyRequest, row: Row, also?: 'location'): Record<string, string> {
  const version = new URL(request.url, armUrl).searchParams.get('api-version') ?? '2026-01-01'
  const base = `${armUrl}${groupId(row.subscriptionId, row.resourceGroup)}/providers/Microsoft.Databricks/locations/${row.wish.location}`
  const at = (kind: string) => `${base}/${kind}/${row.operationId}?api-version=${version}`
  return { 'azure-asyncoperation': at('operationStatuses'), 'retry-after': '0', ...(also && { location: at('operationResults') }) }
}

function mustBeTheResourceManager(request: FastifyRequest, secret: string): void {
  const shown = Buffer.from(headerOf(request, secretHeader) ?? '')
  const expected = Buffer.from(secret)
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) throw new Problem('unauthenticated', 'Only the resource manager may call a resource provider.')
}

/** Who asked the resource manager. Headers of the ARM RPC ("common request headers"). */
function callerOf(request: FastifyRequest): Person {
  const oid = headerOf(request, 'x-ms-client-object-id') ?? headerOf(request, 'x-ms-client-principal-id')
  if (!oid) throw new Problem('unauthenticated', 'The request does not say who asks (x-ms-client-principal-id).')
  return { oid, name: nameOf(headerOf(request, 'x-ms-client-principal-name')), applicationId: headerOf(request, 'x-ms-client-app-id') ?? null }
}

/** Names come percent-encoded: headers carry ASCII only. */
function nameOf(header: string | undefined): string | null {
  if (header === undefined || header === '') return null
  try { return decodeURIComponent(header) } catch { return header }
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function renderArm(problem: Problem) {
  const [status, code] = armDialect[problem.code]
  const { field, retryAfterSeconds, wireCode } = problem.extra
  return {
    status,
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
    body: { error: { code: wireCode ?? code, message: problem.message, ...(field && { target: field }) } },
  }
}

const operation = (verb: string, what: string) => ({ name: `Microsoft.Databricks/workspaces/${verb}`, display: { provider: 'Microsoft Databricks', resource: 'Azure Databricks Workspace', operation: what, description: what } })
const operations = [operation('read', 'Get workspace'), operation('write', 'Create or update workspace'), operation('delete', 'Delete workspace')]
