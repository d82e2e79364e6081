import { databricks, type Problem } from '#base/problem.ts'
import type { ScimType } from './resource.ts'

const types: readonly string[] = ['invalidFilter', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget', 'invalidValue'] satisfies ScimType[]
/** Paths that are spoken in SCIM. */
export const isScim = (url: string): boolean => /^\/+api\/2\.\d\/(preview\/)?scim\/v2\//.test(url)
export const scimMediaType = 'application/scim+json; charset=utf-8'

/**
 * A Problem as clients of SCIM read it, and beside it as those of every other operation do: who is refused at the door often
 * does not know yet that it is one of SCIM. Source: RFC 7644 §3.12, and databricks-sdk-py errors/deserializer.py (SCIM).
 */
export function renderScim(problem: Problem): { status: number; headers: Record<string, string>; body: unknown } {
  const [status, errorCode] = databricks[problem.code]
  const { wireCode, retryAfterSeconds } = problem.extra
  const fallback = problem.code === 'invalid' ? 'invalidValue' : problem.code === 'invalid_request' ? 'invalidSyntax' : undefined
  const scimType = wireCode !== undefined && types.includes(wireCode) ? wireCode : problem.code === 'conflict' ? 'uniqueness' : fallback
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: problem.message,
      error_code: errorCode,
      message: problem.message,
    },
  }
}
