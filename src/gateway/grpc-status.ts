import type { Problem, ProblemCode } from '#base/problem.ts'

/** gRPC status codes. Source: grpc.io "Status codes and their use in gRPC". */
export const grpcStatus = {
  not_found: 5,
  group_not_found: 5,
  subscription_not_found: 5,
  path_not_found: 12,
  already_exists: 6,
  conflict: 10,
  wrong_state: 9,
  invalid: 3,
  invalid_request: 3,
  unauthenticated: 16,
  forbidden: 7,
  denied_by_assignment: 7,
  quota: 8,
  too_many: 8,
  too_large: 8,
  not_implemented: 12,
  unavailable: 14,
  timeout: 4,
  internal: 13,
} as const satisfies Record<ProblemCode, number>

/** A Problem as gRPC trailers; the message is percent-encoded (PROTOCOL-HTTP2, Status-Message). */
export const grpcError = (problem: Problem): Record<string, string> => ({
  'grpc-status': String(missing(problem) ? grpcStatus.not_found : grpcStatus[problem.code]),
  'grpc-message': encodeURIComponent(problem.message).replaceAll('%20', ' '),
})

/** REST clients want a missing cluster to be an invalid parameter; gRPC has a word for it. */
const missing = (problem: Problem) => problem.code === 'invalid' && /^Cluster .* does not exist$/.test(problem.message)
