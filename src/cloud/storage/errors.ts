import { Problem, type ProblemCode } from '#base/problem.ts'

type Row = readonly [status: number, kind: ProblemCode, message: string]

/**
 * The errors we answer, in the words of the dfs endpoint.
 * Source: learn.microsoft.com/rest/api/storageservices: "Common REST API error codes", "Blob service error codes", "Data Lake Storage Gen2 – error codes".
 */
export const storageErrors = {
  AccountNotFound: [404, 'not_found', 'There is no storage account of this name here.'],
  AuthenticationFailed: [403, 'unauthenticated', 'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.'],
  AuthorizationFailure: [403, 'forbidden', 'This request is not authorized to perform this operation.'],
  AuthorizationPermissionMismatch: [403, 'forbidden', 'This request is not authorized to perform this operation using this permission.'],
  AuthorizationProtocolMismatch: [403, 'forbidden', 'This request is not authorized to perform this operation using this protocol.'],
  AuthorizationResourceTypeMismatch: [403, 'forbidden', 'This request is not authorized to perform this operation using this resource type.'],
  AuthorizationServiceMismatch: [403, 'forbidden', 'This request is not authorized to perform this operation using this service.'],
  AuthorizationSourceIPMismatch: [403, 'forbidden', 'This request is not authorized to perform this operation using this source IP.'],
  ConditionNotMet: [412, 'conflict', 'The condition specified using HTTP conditional header(s) is not met.'],
  DirectoryNotEmpty: [409, 'conflict', 'The recursive query parameter value must be true to delete a non-empty directory.'],
  FilesystemAlreadyExists: [409, 'already_exists', 'The specified filesystem already exists.'],
  FilesystemNotFound: [404, 'not_found', 'The specified filesystem does not exist.'],
  InternalError: [500, 'internal', 'The server encountered an internal error. Please retry the request.'],
  InvalidAppendPosition: [400, 'invalid', 'The position is inside the data that is already written.'],
  InvalidAuthenticationInfo: [401, 'unauthenticated', 'The access token is not valid for this request.'],
  InvalidBlockId: [400, 'invalid', 'The specified block ID is invalid. It must be Base64-encoded.'],
  InvalidBlockList: [400, 'invalid', 'The specified block list is invalid.'],
  InvalidFlushPosition: [400, 'invalid', 'The uploaded data is not contiguous or the position query parameter value is not equal to the length of the file after appending the uploaded data.'],
  InvalidHeaderValue: [400, 'invalid', 'The value for one of the HTTP headers is not in the correct format.'],
  InvalidInput: [400, 'invalid', 'One of the request inputs is not valid.'],
  InvalidMetadata: [400, 'invalid', 'The metadata specified is invalid. It has characters that are not permitted.'],
  InvalidQueryParameterValue: [400, 'invalid', 'Value for one of the query parameters specified in the request URI is invalid.'],
  InvalidRange: [416, 'invalid', 'The range specified is invalid for the current size of the resource.'],
  InvalidRenameSourcePath: [409, 'conflict', 'The source directory cannot be the same as the destination directory, nor can the destination be a subdirectory of the source directory.'],
  InvalidResourceName: [400, 'invalid', 'The specified resource name contains invalid characters.'],
  InvalidSourceOrDestinationResourceType: [409, 'conflict', 'The source and destination resource type must be identical.'],
  InvalidSourceUri: [400, 'invalid', 'The source URI is invalid.'],
  InvalidUri: [400, 'invalid', 'The request URI is invalid.'],
  LeaseAlreadyPresent: [409, 'conflict', 'There is already a lease present.'],
  LeaseIdMismatch: [412, 'conflict', 'The lease ID specified did not match the lease ID for the resource.'],
  LeaseIdMismatchWithLeaseOperation: [409, 'conflict', 'The lease ID specified did not match the lease ID for the resource with the specified lease operation.'],
  LeaseIdMissing: [412, 'conflict', 'There is currently a lease on the resource and no lease ID was specified in the request.'],
  LeaseIsBreakingAndCannotBeAcquired: [409, 'conflict', 'The lease is currently in breaking state and cannot be acquired until it is broken.'],
  LeaseIsBreakingAndCannotBeChanged: [409, 'conflict', 'The lease is currently in breaking state and cannot be changed.'],
  LeaseIsBrokenAndCannotBeRenewed: [409, 'conflict', 'The lease has been broken explicitly and cannot be renewed.'],
  LeaseLost: [412, 'conflict', 'A lease ID was specified, but the lease for the resource has expired.'],
  LeaseNotPresent: [412, 'conflict', 'There is currently no lease on the resource.'],
  LeaseNotPresentWithLeaseOperation: [409, 'conflict', 'There is currently no lease on the resource.'],
  Md5Mismatch: [400, 'invalid', 'The MD5 value specified in the request did not match with the MD5 value calculated by the server.'],
  MissingRequiredHeader: [400, 'invalid', 'An HTTP header that is mandatory for this request is not specified.'],
  MissingRequiredQueryParameter: [400, 'invalid', 'A query parameter that is mandatory for this request is not specified.'],
  NoAuthenticationInformation: [401, 'unauthenticated', 'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.'],
  NotImplemented: [501, 'not_implemented', 'This operation is not built yet.'],
  PathAlreadyExists: [409, 'already_exists', 'The specified path already exists.'],
  PathConflict: [409, 'conflict', 'The specified path, or an element of the path, exists and its resource type is invalid for this operation.'],
  PathNotFound: [404, 'not_found', 'The specified path does not exist.'],
  RenameDestinationParentPathNotFound: [404, 'not_found', 'The parent directory of the destination path does not exist.'],
  RequestBodyTooLarge: [413, 'too_large', 'The request body is too large and exceeds the maximum permissible limit.'],
  ResourceTypeMismatch: [409, 'conflict', 'The resource type specified is not valid for this operation.'],
  SourcePathNotFound: [404, 'not_found', 'The source path for a rename operation does not exist.'],
  UnsupportedHttpVerb: [405, 'invalid_request', "The resource doesn't support the specified HTTP verb."],
} as const satisfies Record<string, Row>

export type StorageCode = keyof typeof storageErrors

/** The same facts under the names that the blob endpoint has for them. */
const blobNames: Partial<Record<StorageCode, string>> = {
  DirectoryNotEmpty: 'DirectoryIsNotEmpty',
  FilesystemAlreadyExists: 'ContainerAlreadyExists',
  FilesystemNotFound: 'ContainerNotFound',
  PathAlreadyExists: 'BlobAlreadyExists',
  LeaseIdMismatch: 'LeaseIdMismatchWithBlobOperation',
  LeaseNotPresent: 'LeaseNotPresentWithBlobOperation',
  PathNotFound: 'BlobNotFound',
  SourcePathNotFound: 'CannotVerifyCopySource',
}

/** For Problems thrown by other rooms (the resource manager, the directory). */
const kinds = {
  not_found: 'PathNotFound',
  group_not_found: 'PathNotFound',
  subscription_not_found: 'PathNotFound',
  path_not_found: 'PathNotFound',
  already_exists: 'PathAlreadyExists',
  conflict: 'PathConflict',
  wrong_state: 'PathConflict',
  invalid: 'InvalidInput',
  invalid_request: 'InvalidInput',
  unauthenticated: 'InvalidAuthenticationInfo',
  forbidden: 'AuthorizationPermissionMismatch',
  denied_by_assignment: 'AuthorizationFailure',
  quota: 'AuthorizationFailure',
  too_many: 'InternalError',
  too_large: 'RequestBodyTooLarge',
  not_implemented: 'NotImplemented',
  unavailable: 'InternalError',
  timeout: 'InternalError',
  internal: 'InternalError',
} as const satisfies Record<ProblemCode, StorageCode>

/** A refusal by one of our own codes. `detail` goes to the log only. */
export function refuse(code: StorageCode, message?: string, detail?: string): Problem {
  const [, kind, text] = storageErrors[code]
  return new Problem(kind, message ?? text, { extra: { wireCode: code }, ...(detail === undefined ? {} : { detail }) })
}

const isOurs = (code: string | undefined): code is StorageCode => code !== undefined && Object.hasOwn(storageErrors, code)

/** Status and wire code of a Problem for one of the two endpoints. */
export function wireError(problem: Problem, api: 'dfs' | 'blob'): { status: number; code: string } {
  const code = isOurs(problem.extra.wireCode) ? problem.extra.wireCode : kinds[problem.code]
  return { status: storageErrors[code][0], code: api === 'blob' ? (blobNames[code] ?? code) : code }
}

/** The code a Problem of ours carries, to tell one refusal from another. */
export const codeOf = (problem: Problem): StorageCode => (isOurs(problem.extra.wireCode) ? problem.extra.wireCode : kinds[problem.code])
