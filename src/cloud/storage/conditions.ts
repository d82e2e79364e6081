import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'
import type { Entry } from './disk/entry.ts'

/** The conditional headers of a request (RFC 9110 §13), or of its source where the names begin with `x-ms-source-`. */
export type Conditions = { ifMatch?: string; ifNoneMatch?: string; ifModifiedSince?: number; ifUnmodifiedSince?: number }

/** Reads the conditions of a request. */
export function readConditions(call: Call, prefix: '' | 'x-ms-source-' = ''): Conditions {
  const text = (name: string) => header(call, `${prefix}${name}`)
  const date = (name: string) => {
    const value = text(name)
    const at = value === undefined ? Number.NaN : Date.parse(value)
    return Number.isNaN(at) ? undefined : at
  }
  const [ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince] = [text('if-match'), text('if-none-match'), date('if-modified-since'), date('if-unmodified-since')]
  return {
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

/** For reads: refuses what If-Match and If-Unmodified-Since forbid (If-None-Match makes a 304 instead, see `isUnchanged`). */
export function mustMatch(conditions: Conditions, entry: Entry): void {
  if (conditions.ifMatch !== undefined && !matches(conditions.ifMatch, entry)) throw refuse('ConditionNotMet')
  if (conditions.ifUnmodifiedSince !== undefined && seconds(entry) > Math.floor(conditions.ifUnmodifiedSince / 1000)) throw refuse('ConditionNotMet')
}

/** For writes: refuses unless every condition holds. `If-None-Match: *` on something that is there says so by name. */
export function mustHold(conditions: Conditions, entry: Entry | undefined): void {
  if (!entry) {
    if (conditions.ifMatch !== undefined) throw refuse('ConditionNotMet')
    return
  }
  if (conditions.ifNoneMatch?.trim() === '*') throw refuse('PathAlreadyExists')
  mustMatch(conditions, entry)
  if (isUnchanged(conditions, entry)) throw refuse('ConditionNotMet')
}

function matches(list: string, entry: Entry): boolean {
  return list.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(entry.etag))
}

const bare = (tag: string): string => tag.trim().replace(/^W\//, '').replaceAll('"', '')
const seconds = (entry: Entry): number => Math.floor(entry.lastModified.getTime() / 1000)
