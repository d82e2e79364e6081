import type { Entry } from '../disk/entry.ts'
import { element } from './xml.ts'

/** What a listing says of a lease. */
export const leaseElements = ({ lease }: Entry): string[] => [
  element('LeaseStatus', lease?.held === true ? 'locked' : 'unlocked'),
  element('LeaseState', lease?.state ?? 'available'),
  element('LeaseDuration', lease?.held === true ? (lease.endless ? 'infinite' : 'fixed') : undefined),
]
