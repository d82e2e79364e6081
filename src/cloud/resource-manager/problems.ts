import { arm, type Problem, Problem as Thrown } from '#base/problem.ts'

/** Statuses that belong to a wire code rather than to the fact behind it. */
const statusOf: Readonly<Record<string, number>> = { PreconditionFailed: 412, MethodNotAllowed: 405, AuthenticationFailed: 401, StorageAccountNotFound: 404 }

/** Azure's error body: `{ error: { code, message, target? } }`. */
export function renderArm(problem: Problem): { status: number; headers: Record<string, string>; body: unknown } {
  const [status, code] = arm[problem.code]
  const wire = problem.extra.wireCode ?? code
  const target = problem.extra.field
  const headers: Record<string, string> = {}
  if (problem.extra.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.extra.retryAfterSeconds)
  return { status: statusOf[wire] ?? status, headers, body: { error: { code: wire, message: problem.message, ...(target ? { target } : {}) } } }
}

/** A wrong request, in Azure's words. */
export const bad = (wireCode: string, message: string, field?: string): Problem => new Thrown('invalid', message, { extra: { wireCode, ...(field ? { field } : {}) } })
/** A right request at the wrong time. */
export const conflict = (wireCode: string, message: string): Problem => new Thrown('conflict', message, { extra: { wireCode } })
/** Named, known, not built. */
export const notBuilt = (what: string): Problem => new Thrown('not_implemented', `${what} is not implemented by this resource manager.`)

export const resourceNotFound = (type: string, name: string, group: string): Problem =>
  new Thrown('not_found', `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`)
export const groupNotFound = (group: string): Problem => new Thrown('group_not_found', `Resource group '${group}' could not be found.`)
export const subscriptionNotFound = (subscription: string): Problem => new Thrown('subscription_not_found', `The subscription '${subscription}' could not be found.`)
/** The code that a problem has on the wire. */
export const wireCodeOf = (problem: Problem): string => problem.extra.wireCode ?? arm[problem.code][1]
