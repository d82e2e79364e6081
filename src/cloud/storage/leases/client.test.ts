import { afterEach, beforeEach, expect, test } from 'vitest'
import { runningStorage, type RunningStorage } from '../testing/running-storage.ts'

let storage: RunningStorage
let late = 0
const files = () => storage.client().getFileSystemClient('data')
const file = (path = 'a/b') => files().getFileClient(path)
const refused = (code: string, statusCode = 412) => expect.objectContaining({ code, statusCode })

beforeEach(async () => {
  late = 0
  storage = await runningStorage({ clock: () => new Date(Date.now() + late) })
  await files().create()
  await file().upload(Buffer.from('one'))
})
afterEach(() => storage.close())

test('a leased file is changed only by who has the lease, and read by everybody', async () => {
  const lease = file().getDataLakeLeaseClient()
  const { leaseId } = await lease.acquireLease(15)
  const conditions = { leaseId: leaseId ?? '' }
  expect(await file().getProperties()).toMatchObject({ leaseState: 'leased', leaseStatus: 'locked', leaseDuration: 'fixed' })
  expect((await file().readToBuffer()).toString()).toBe('one')
  await expect(file().upload(Buffer.from('two'))).rejects.toEqual(refused('LeaseIdMissing'))
  await expect(file().delete()).rejects.toEqual(refused('LeaseIdMissing'))
  await expect(file().setMetadata({ a: 'b' })).rejects.toEqual(refused('LeaseIdMissing'))
  await expect(file().append('x', 3, 1)).rejects.toEqual(refused('LeaseIdMissing'))
  await expect(files().getDirectoryClient('a').delete(true)).rejects.toEqual(refused('LeaseIdMissing'))
  await expect(files().getDirectoryClient('a').move('z')).rejects.toEqual(refused('LeaseIdMissing'))
  await expect(file().setMetadata({ a: 'b' }, { conditions: { leaseId: '99999999-9999-4999-8999-999999999999' } })).rejects.toMatchObject({ statusCode: 412 })
  await file().setMetadata({ a: 'b' }, { conditions })
  await file().upload(Buffer.from('two'), { conditions })
  expect(await file().getProperties()).toMatchObject({ leaseState: 'leased' })
  await file().delete(false, { conditions })
  await file().upload(Buffer.from('three'))
  expect(await file().getProperties()).toMatchObject({ leaseState: 'available' })
})

test('a lease ends by itself, by its holder, and by anybody who breaks it', async () => {
  const lease = file().getDataLakeLeaseClient()
  await lease.acquireLease(15)
  late = 16_000
  await file().setMetadata({ a: 'b' })
  expect(await file().getProperties()).toMatchObject({ leaseState: 'expired', leaseStatus: 'unlocked' })
  await lease.renewLease()
  await expect(file().setMetadata({ a: 'c' })).rejects.toEqual(refused('LeaseIdMissing'))
  await lease.releaseLease()
  await file().setMetadata({ a: 'c' })
  const mine = file().getDataLakeLeaseClient()
  await mine.acquireLease(-1)
  expect(await file().getDataLakeLeaseClient().breakLease(20)).toMatchObject({ leaseTime: 20 })
  await expect(file().setMetadata({ a: 'd' })).rejects.toEqual(refused('LeaseIdMissing'))
  late += 21_000
  expect(await file().getProperties()).toMatchObject({ leaseState: 'broken' })
  await expect(file().setMetadata({ a: 'd' }, { conditions: { leaseId: mine.leaseId } })).rejects.toEqual(refused('LeaseLost'))
  await file().setMetadata({ a: 'd' })
})

test('of racing clients one gets the lease', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => file().getDataLakeLeaseClient().acquireLease(60)))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ statusCode: 409, code: 'LeaseAlreadyPresent' })
})

test('a leased container is not deleted without its lease; what is in it is free', async () => {
  const lease = files().getDataLakeLeaseClient()
  await lease.acquireLease(-1)
  await file('c').upload(Buffer.from('x'))
  await expect(files().delete()).rejects.toEqual(refused('LeaseIdMissing'))
  await files().delete({ conditions: { leaseId: lease.leaseId } })
})

test('a lease outlives the server', async () => {
  const { root } = storage
  const lease = file().getDataLakeLeaseClient()
  await lease.acquireLease(-1)
  const again = await runningStorage({ root })
  try {
    await expect(again.client().getFileSystemClient('data').getFileClient('a/b').delete()).rejects.toEqual(refused('LeaseIdMissing'))
    await again.client().getFileSystemClient('data').getFileClient('a/b').delete(false, { conditions: { leaseId: lease.leaseId } })
  } finally {
    await again.close()
  }
})
