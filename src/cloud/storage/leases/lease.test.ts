import { expect, test } from 'vitest'
import { acquire, breakLease, change, release, renew, stateOf, type Lease } from './lease.ts'

const mine = '11111111-1111-4111-8111-111111111111'
const other = '22222222-2222-4222-8222-222222222222'
const at = (seconds: number) => seconds * 1000
const fixed: Lease = { id: mine, seconds: 15, since: 0 }
const endless: Lease = { ...fixed, seconds: -1 }
const breaking: Lease = { ...endless, brokenAt: at(30) }

test.each<[string, Lease | undefined, number, string]>([
  ['nothing', undefined, 0, 'available'], ['a lease in its time', fixed, 14, 'leased'], ['a lease after its time', fixed, 15, 'expired'], ['an endless lease', endless, 1e9, 'leased'],
  ['a lease that is being broken', breaking, 29, 'breaking'], ['a broken lease', breaking, 30, 'broken'],
])('%s is seen as what it is', (_what, lease, now, state) => expect(stateOf(lease, at(now))).toBe(state))

/** Source: "Lease Blob", the table of outcomes of lease operations by lease state. */
test.each<[string, () => unknown, string | undefined]>([
  ['acquire what is free', () => acquire(undefined, { now: 0, id: mine, seconds: 15 }), undefined],
  ['acquire again with the same id', () => acquire(fixed, { now: at(1), id: mine, seconds: 60 }), undefined],
  ['acquire what another has', () => acquire(fixed, { now: at(1), id: other, seconds: 15 }), 'LeaseAlreadyPresent'],
  ['acquire what has run out', () => acquire(fixed, { now: at(15), id: other, seconds: 15 }), undefined],
  ['acquire what is being broken', () => acquire(breaking, { now: at(1), id: mine, seconds: 15 }), 'LeaseIsBreakingAndCannotBeAcquired'],
  ['acquire what was broken', () => acquire(breaking, { now: at(31), id: other, seconds: -1 }), undefined],
  ['acquire for a second', () => acquire(undefined, { now: 0, id: mine, seconds: 1 }), 'InvalidHeaderValue'],
  ['renew', () => renew(fixed, { now: at(10), id: mine }), undefined],
  ['renew what has run out', () => renew(fixed, { now: at(100), id: mine }), undefined],
  ['renew with another id', () => renew(fixed, { now: at(1), id: other }), 'LeaseIdMismatchWithLeaseOperation'],
  ['renew what was broken', () => renew(breaking, { now: at(31), id: mine }), 'LeaseIsBrokenAndCannotBeRenewed'],
  ['renew nothing', () => renew(undefined, { now: 0, id: mine }), 'LeaseNotPresentWithLeaseOperation'],
  ['change the id', () => change(fixed, { now: at(1), id: mine, proposed: other }), undefined],
  ['change what is being broken', () => change(breaking, { now: at(1), id: mine, proposed: other }), 'LeaseIsBreakingAndCannotBeChanged'],
  ['change what has run out', () => change(fixed, { now: at(20), id: mine, proposed: other }), 'LeaseNotPresentWithLeaseOperation'],
  ['release', () => release(breaking, { now: 0, id: mine }), undefined],
  ['release with another id', () => release(fixed, { now: 0, id: other }), 'LeaseIdMismatchWithLeaseOperation'],
  ['break nothing', () => breakLease(undefined, { now: 0, period: 1 }), 'LeaseNotPresentWithLeaseOperation'],
  ['break after more than a minute', () => breakLease(fixed, { now: 0, period: 61 }), 'InvalidHeaderValue'],
])('%s', (_what, act, code) => {
  if (code === undefined) expect(act).not.toThrow()
  else expect(act).toThrow(expect.objectContaining({ extra: { wireCode: code } }))
})

test.each<[string, Lease, number, number | undefined, number]>([
  ['an endless lease at once', endless, 5, undefined, 0], ['an endless lease after a period', endless, 5, 10, 10], ['a lease when it would have ended anyway', fixed, 5, undefined, 10],
  ['a lease no later than it ends', fixed, 5, 60, 10], ['a lease sooner', fixed, 5, 3, 3], ['what is being broken, sooner', breaking, 10, 5, 5], ['what is being broken, never later', breaking, 10, 60, 20], ['what has run out, at once', fixed, 20, 10, 0],
])('breaks %s', (_what, lease, now, period, left) => expect(breakLease(lease, { now: at(now), period }).left).toBe(left))
