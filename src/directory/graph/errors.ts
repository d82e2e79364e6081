import type { Dialect, Problem } from '#base/problem.ts'

/** Microsoft Graph's errors. Source: "Microsoft Graph error responses and resource types". */
const graph = {
  not_found: [404, 'Request_ResourceNotFound'],
  group_not_found: [404, 'Request_ResourceNotFound'],
  subscription_not_found: [404, 'Request_ResourceNotFound'],
  path_not_found: [404, 'BadRequest'],
  already_exists: [409, 'Request_MultipleObjectsWithSameKeyValue'],
  conflict: [409, 'Request_Conflict'],
  wrong_state: [400, 'Request_BadRequest'],
  invalid: [400, 'Request_BadRequest'],
  invalid_request: [400, 'BadRequest'],
  unauthenticated: [401, 'InvalidAuthenticationToken'],
  forbidden: [403, 'Authorization_RequestDenied'],
  denied_by_assignment: [403, 'Authorization_RequestDenied'],
  quota: [400, 'Directory_QuotaExceeded'],
  too_many: [429, 'TooManyRequests'],
  too_large: [413, 'RequestEntityTooLarge'],
  not_implemented: [501, 'NotImplemented'],
  unavailable: [503, 'ServiceUnavailable'],
  timeout: [504, 'GatewayTimeout'],
  internal: [500, 'InternalServerError'],
} as const satisfies Dialect

/** Renders a Problem as Graph does. */
export function renderGraph(problem: Problem, requestId: string): { status: number; headers: Record<string, string>; body: unknown } {
  const [status, code] = graph[problem.code]
  const headers: Record<string, string> = { 'request-id': requestId }
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="", error="invalid_token"'
  if (problem.extra.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.extra.retryAfterSeconds)
  const innerError = { date: new Date().toISOString().slice(0, 19), 'request-id': requestId, 'client-request-id': requestId }
  return { status, headers, body: { error: { code, message: problem.message, innerError } } }
}
