import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'
import type { Entry } from './disk/entry.ts'

/** The conditional headers of a request (RFC 9110 §13), or of its source where the names begin with `x-ms-source-`. */
export type Conditions = { leaseId?: string; ifMatch?: string; ifNoneMatch?: string; ifModifiedSince?: number; ifUnmodifiedSince?: number }

/** Reads the conditions of a request. */
export function readConditions(call: Call, prefix: '' | 'x-ms-source-' = ''): Conditions {
  const text = (name: string) => header(call, `${prefix}${name}`)
  const date = (name: string) => {
    const value = text(name)
    const at = value === undefined ? Number.NaN : Date.parse(value)
    return Number.isNaN(at) ? undefined : at
  }
  const [ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince] = [text('if-match'), text('if-none-match'), date('if-modified-since'), date('if-unmodified-since')]
  const leaseId = header(call, prefix === '' ? 'x-ms-lease-id' : 'x-ms-source-lease-id')?.toLowerCase()
  return {
    ...(leaseId === undefined ? {} : { leaseId }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
    ...(ifUnmodifiedSince === undefined ? {} : { ifUnmodifiedSince }),
  }
}

/** Whether a read should be answered with 304 because the caller has it already. */
export const isUnchanged = (conditions: Conditions, entry: Entry): boolean =>
  conditions.ifNoneMatch === undefined
    ? conditions.ifModifiedSince !== undefined && seconds(entry) <= Math.floor(conditions.ifModifiedSince / 1000)
    : matches(conditions.ifNoneMatch, entry)

/** What is leased is changed only by who knows the lease; naming one that is not there is an error too. Source: "Lease Blob", outcomes of use. */
export function mustKnowLease({ leaseId }: Conditions, entry: Entry | undefined): void {
  const lease = entry?.lease
  if (lease?.held === true && leaseId === undefined) throw refuse('LeaseIdMissing')
  mustNameLease(leaseId, lease)
}

/** A read needs no lease; one that it names must be the one. */
function mustNameLease(leaseId: string | undefined, lease: Entry['lease']): void {
  if (leaseId === undefined) return
  if (lease?.held !== true) throw refuse(lease ? 'LeaseLost' : 'LeaseNotPresent')
  if (lease.id !== leaseId) throw refuse('LeaseIdMismatch')
}

/** For reads: refuses what If-Match and If-Unmodified-Since forbid (If-None-Match makes a 304 instead, see `isUnchanged`). */
export function mustMatch(conditions: Conditions, entry: Entry): void {
  mustNameLease(conditions.leaseId, entry.lease)
  mustFit(conditions, entry)
}

function mustFit(conditions: Conditions, entry: Entry): void {
  if (conditions.ifMatch !== undefined && !matches(conditions.ifMatch, entry)) throw refuse('ConditionNotMet')
  if (conditions.ifUnmodifiedSince !== undefined && seconds(entry) > Math.floor(conditions.ifUnmodifiedSince / 1000)) throw refuse('ConditionNotMet')
}

/** For writes: refuses unless every condition holds. `If-None-Match: *` on something that is there says so by name. */
export function mustHold(conditions: Conditions, entry: Entry | undefined): void {
  mustKnowLease(conditions, entry)
  mustMeet(conditions, entry)
}

/** The same without a look at leases. */
export function mustMeet(conditions: Conditions, entry: Entry | undefined): void {
  if (!entry) {
    if (conditions.ifMatch !== undefined) throw refuse('ConditionNotMet')
    return
  }
  if (conditions.ifNoneMatch?.trim() === '*') throw refuse('PathAlreadyExists')
  mustFit(conditions, entry)
  if (isUnchanged(conditions, entry)) throw refuse('ConditionNotMet')
}

function matches(list: string, entry: Entry): boolean {
  return list.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(entry.etag))
}

const bare = (tag: string): string => tag.trim().replace(/^W\//, '').replaceAll('"', '')
const seconds = (entry: Entry): number => Math.floor(entry.lastModified.getTime() / 1000)
