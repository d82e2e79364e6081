import { randomUUID } from 'node:crypto'
import { header, type Answer } from '../call.ts'
import { lookIn } from '../disk/entry.ts'
import { mustMeet, readConditions } from '../conditions.ts'
import { refuse } from '../errors.ts'
import { stampHeaders } from '../headers.ts'
import type { Scene } from '../operation.ts'
import { acquire, breakLease, change, release, renew, type Lease } from './lease.ts'

/** Lease Blob, Lease Container, Path – Lease: one operation with five actions. */
export async function leaseOperation({ call, disk, place }: Scene): Promise<Answer> {
  const entry = lookIn(disk, place)
  if (!entry) throw refuse('PathNotFound')
  mustMeet(readConditions(call), entry)
  const now = disk.now().getTime()
  const lease = disk.leases.of(place.full)
  const action: string = header(call, 'x-ms-lease-action')?.toLowerCase() ?? ''
  const keep = async (status: number, next: Lease, more: Record<string, string> = {}): Promise<Answer> => {
    await disk.leases.set(place.full, next)
    return { status, headers: { ...stampHeaders(entry), 'x-ms-lease-id': next.id, ...more } }
  }
  switch (action) {
    case 'acquire': return keep(201, acquire(lease, { now, id: uuid(call.headers['x-ms-proposed-lease-id']) ?? randomUUID(), seconds: number(header(call, 'x-ms-lease-duration')) ?? Number.NaN }))
    case 'renew': return keep(200, renew(lease, { now, id: mustHaveId(header(call, 'x-ms-lease-id')) }))
    case 'change': return keep(200, change(lease, { now, id: mustHaveId(header(call, 'x-ms-lease-id')), proposed: mustHaveId(header(call, 'x-ms-proposed-lease-id')) }))
    case 'release':
      release(lease, { now, id: mustHaveId(header(call, 'x-ms-lease-id')) })
      disk.leases.forget(place.full, 'only this')
      return { status: 200, headers: stampHeaders(entry) }
    case 'break': {
      const { lease: broken, left } = breakLease(lease, { now, period: number(header(call, 'x-ms-lease-break-period')) })
      const { headers } = await keep(202, broken)
      return { status: 202, headers: { ...headers, 'x-ms-lease-id': undefined, 'x-ms-lease-time': String(left) } }
    }
    default: throw refuse('InvalidHeaderValue', 'x-ms-lease-action must be acquire, renew, change, release or break.')
  }
}

const number = (text: string | undefined): number | undefined => (text === undefined || text === '' ? undefined : Number(text))

function uuid(value: string | string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  const text = String(value).replace(/[{}()]/g, '').toLowerCase()
  if (!/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/.test(text)) throw refuse('InvalidHeaderValue', 'A lease id must be a GUID.')
  return text
}

function mustHaveId(value: string | undefined): string {
  const id = uuid(value)
  if (id === undefined) throw refuse('MissingRequiredHeader', 'The lease id is missing.')
  return id
}
