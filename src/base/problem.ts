/**
 * Everything a caller can do wrong or the product can fail at, as one closed list.
 * Rooms throw a `Problem`; each dialect (Databricks, ARM, …) is a table from code to status and wire code.
 * A code without a row in every table does not compile.
 */
export type ProblemCode =
  | 'not_found'
  | 'group_not_found'
  | 'subscription_not_found'
  | 'path_not_found'
  | 'already_exists'
  | 'conflict'
  | 'wrong_state'
  | 'invalid'
  | 'invalid_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'denied_by_assignment'
  | 'quota'
  | 'too_many'
  | 'too_large'
  | 'not_implemented'
  | 'unavailable'
  | 'timeout'
  | 'internal'

export type ProblemOptions = {
  /** For the log, never for the wire. */
  detail?: string
  cause?: unknown
  /** What a dialect may show besides the message: a field's name, a retry delay in seconds, a dialect's own code. */
  extra?: { field?: string; retryAfterSeconds?: number; wireCode?: string }
}

/** The one error class of the product. `message` is for the caller, `detail` for the log. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly detail: string | undefined
  readonly extra: NonNullable<ProblemOptions['extra']>
  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.extra = options.extra ?? {}
  }
}

/** Any thrown value as a Problem: what is not one is an internal error whose text stays in the log. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new Problem('internal', 'Something went wrong on our side. Try again; if it stays, look at the log with the request id.', { detail, cause: error })
}

export type DialectRow = readonly [status: number, wireCode: string]
export type Dialect = Readonly<Record<ProblemCode, DialectRow>>

/** Databricks REST errors. Source: error codes mapped in databricks-sdk-py `errors/mapping`. */
export const databricks = {
  not_found: [404, 'RESOURCE_DOES_NOT_EXIST'],
  group_not_found: [404, 'RESOURCE_DOES_NOT_EXIST'],
  subscription_not_found: [404, 'RESOURCE_DOES_NOT_EXIST'],
  path_not_found: [404, 'ENDPOINT_NOT_FOUND'],
  already_exists: [400, 'RESOURCE_ALREADY_EXISTS'],
  conflict: [409, 'RESOURCE_CONFLICT'],
  wrong_state: [400, 'INVALID_STATE'],
  invalid: [400, 'INVALID_PARAMETER_VALUE'],
  invalid_request: [400, 'MALFORMED_REQUEST'],
  unauthenticated: [401, 'UNAUTHENTICATED'],
  forbidden: [403, 'PERMISSION_DENIED'],
  denied_by_assignment: [403, 'PERMISSION_DENIED'],
  quota: [400, 'QUOTA_EXCEEDED'],
  too_many: [429, 'REQUEST_LIMIT_EXCEEDED'],
  too_large: [413, 'MAX_REQUEST_SIZE_EXCEEDED'],
  not_implemented: [501, 'NOT_IMPLEMENTED'],
  unavailable: [503, 'TEMPORARILY_UNAVAILABLE'],
  timeout: [504, 'DEADLINE_EXCEEDED'],
  internal: [500, 'INTERNAL_ERROR'],
} as const satisfies Dialect

/** Azure Resource Manager errors. Source: the ARM RPC and "common deployment errors" pages. */
export const arm = {
  not_found: [404, 'ResourceNotFound'],
  group_not_found: [404, 'ResourceGroupNotFound'],
  subscription_not_found: [404, 'SubscriptionNotFound'],
  path_not_found: [404, 'InvalidResourceType'],
  already_exists: [409, 'ResourceAlreadyExists'],
  conflict: [409, 'Conflict'],
  wrong_state: [409, 'OperationNotAllowed'],
  invalid: [400, 'InvalidParameter'],
  invalid_request: [400, 'InvalidRequestContent'],
  unauthenticated: [401, 'InvalidAuthenticationToken'],
  forbidden: [403, 'AuthorizationFailed'],
  denied_by_assignment: [403, 'DenyAssignmentAuthorizationFailed'],
  quota: [409, 'OperationNotAllowed'],
  too_many: [429, 'TooManyRequests'],
  too_large: [413, 'RequestContentTooLarge'],
  not_implemented: [501, 'NotImplemented'],
  unavailable: [503, 'ServerTimeout'],
  timeout: [504, 'GatewayTimeout'],
  internal: [500, 'InternalServerError'],
} as const satisfies Dialect
