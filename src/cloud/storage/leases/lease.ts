import { refuse } from '../errors.ts'

/** A lock on a blob or a container: `seconds` -1 never runs out. Times are epoch milliseconds. Source: "Lease Blob", "Lease Container". */
export type Lease = { id: string; seconds: number; since: number; brokenAt?: number | undefined }
export type LeaseState = 'available' | 'leased' | 'breaking' | 'broken' | 'expired'

export function stateOf(lease: Lease | undefined, now: number): LeaseState {
  if (!lease) return 'available'
  if (lease.brokenAt !== undefined) return now < lease.brokenAt ? 'breaking' : 'broken'
  return lease.seconds === -1 || now < lease.since + lease.seconds * 1000 ? 'leased' : 'expired'
}

/** Whether only who knows the id may change what is leased. */
export const isHeld = (lease: Lease | undefined, now: number): boolean => ['leased', 'breaking'].includes(stateOf(lease, now))

type Ask = { now: number; id: string }

export function acquire(lease: Lease | undefined, { now, id, seconds }: Ask & { seconds: number }): Lease {
  if (seconds !== -1 && !(Number.isInteger(seconds) && seconds >= 15 && seconds <= 60)) throw refuse('InvalidHeaderValue', 'x-ms-lease-duration must be -1, or from 15 to 60.')
  const state = stateOf(lease, now)
  if ((state === 'leased' || state === 'breaking') && lease?.id !== id) throw refuse('LeaseAlreadyPresent')
  if (state === 'breaking') throw refuse('LeaseIsBreakingAndCannotBeAcquired')
  return { id, seconds, since: now }
}

export function renew(lease: Lease | undefined, { now, id }: Ask): Lease {
  const found = mustBe(lease, id)
  if (found.brokenAt !== undefined) throw refuse('LeaseIsBrokenAndCannotBeRenewed')
  return { ...found, since: now }
}

export function change(lease: Lease | undefined, { now, id, proposed }: Ask & { proposed: string }): Lease {
  const state = stateOf(lease, now)
  if (!lease || state === 'broken' || state === 'expired') throw refuse('LeaseNotPresentWithLeaseOperation')
  if (lease.id !== id && lease.id !== proposed) throw refuse('LeaseIdMismatchWithLeaseOperation')
  if (state === 'breaking') throw refuse('LeaseIsBreakingAndCannotBeChanged')
  return { ...lease, id: proposed }
}

/** Frees what is leased at once; the caller forgets the lease. */
export function release(lease: Lease | undefined, { id }: Ask): void {
  mustBe(lease, id)
}

/** Anybody who may write may break a lease, with or without its id. `left` is how many whole seconds it holds on. */
export function breakLease(lease: Lease | undefined, { now, period }: { now: number; period: number | undefined }): { lease: Lease; left: number } {
  if (period !== undefined && !(Number.isInteger(period) && period >= 0 && period <= 60)) throw refuse('InvalidHeaderValue', 'x-ms-lease-break-period must be from 0 to 60.')
  if (!lease) throw refuse('LeaseNotPresentWithLeaseOperation')
  const state = stateOf(lease, now)
  const end = state === 'breaking' ? (lease.brokenAt ?? now) : state === 'leased' && lease.seconds !== -1 ? lease.since + lease.seconds * 1000 : state === 'leased' ? undefined : now
  const wished = period === undefined ? (end ?? now) : now + period * 1000
  const brokenAt = Math.max(now, end === undefined ? wished : Math.min(end, wished))
  return { lease: { ...lease, brokenAt: lease.brokenAt !== undefined ? Math.min(lease.brokenAt, brokenAt) : brokenAt }, left: Math.ceil((brokenAt - now) / 1000) }
}

function mustBe(lease: Lease | undefined, id: string): Lease {
  if (!lease) throw refuse('LeaseNotPresentWithLeaseOperation')
  if (lease.id !== id) throw refuse('LeaseIdMismatchWithLeaseOperation')
  return lease
}
