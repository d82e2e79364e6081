import type { FastifyReply } from 'fastify'
import { databricks, type Problem } from '#base/problem.ts'

/** A Problem as Databricks' clients read it. Source: databricks-sdk-py errors/deserializer.py. */
export function render(problem: Problem, requestId: string): { status: number; headers: Record<string, string>; body: unknown } {
  const [status, wireCode] = databricks[problem.code]
  const headers: Record<string, string> = {}
  if (problem.extra.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.extra.retryAfterSeconds)
  else if (status === 503 || status === 429) headers['retry-after'] = '1'
  const info = { '@type': 'type.googleapis.com/google.rpc.RequestInfo', request_id: requestId, serving_data: '' }
  return { status, headers, body: { error_code: problem.extra.wireCode ?? wireCode, message: problem.message, details: [info] } }
}

/** For the routes that are spoken in HTML or OAuth and answer for themselves. */
export const noStore = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
