import { expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '#base/testing/database.ts'
import { directoryTables } from '../tables.ts'
import { checkNothing, checkPassword, generatePassword, hashPassword, mustBeGoodPassword } from './passwords.ts'
import { signInThrottle } from './throttle.ts'

test('a password is right, a similar one is not, and its cost is in the hash', async () => {
  const stored = await hashPassword('correct horse')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(await checkPassword('correct horse', stored)).toEqual({ right: true, stale: false })
  expect(await checkPassword('correct horsf', stored)).toEqual({ right: false, stale: false })
})

test('a hash of another cost still opens and is called stale', async () => {
  const { argon2Sync, randomBytes } = await import('node:crypto')
  const nonce = randomBytes(16)
  const tag = argon2Sync('argon2id', { message: 'old', nonce, parallelism: 1, tagLength: 32, memory: 8192, passes: 1 })
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  expect(await checkPassword('old', `$argon2id$v=19$m=8192,t=1,p=1$${text(nonce)}$${text(tag)}`)).toEqual({ right: true, stale: true })
})

test('checking a name that does not exist takes as long as one that does', async () => {
  const stored = await hashPassword('correct horse')
  await checkNothing('x')
  const time = async (work: () => Promise<unknown>) => {
    const times: number[] = []
    for (let count = 0; count < 5; count++) {
      const start = performance.now()
      await work()
      times.push(performance.now() - start)
    }
    return Math.min(...times)
  }
  const [real, nothing] = [await time(() => checkPassword('wrong', stored)), await time(() => checkNothing('wrong'))]
  expect(nothing / real).toBeGreaterThan(0.25)
  expect(nothing / real).toBeLessThan(4)
})

test('a generated password is good; short, repeated and obvious ones are not', () => {
  mustBeGoodPassword(generatePassword(), 'admin@brickyard.local')
  for (const bad of ['short', 'aaaaaaaaaaaa', 'Password12345', 'jonathan12']) expect(() => mustBeGoodPassword(bad, 'jonathan@brickyard.local')).toThrow()
})

test('of many guesses at once only the free ones are looked at', async () => {
  const { database, close } = await testDatabase()
  onTestFinished(close)
  const throttle = signInThrottle({ db: await directoryTables(database), clock: () => new Date() })
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => throttle.attempt('ann@brickyard.local', '10.0.0.1')))
  expect(outcomes.filter((blocked) => blocked === null)).toHaveLength(5)
})

test('the delay doubles up to a quarter of an hour, and is forgotten after an hour without an attempt', async () => {
  const { database, close } = await testDatabase()
  onTestFinished(close)
  let now = Date.now()
  const throttle = signInThrottle({ db: await directoryTables(database), clock: () => new Date(now) })
  const delays: number[] = []
  for (let count = 0; count < 16; count++) {
    expect(await throttle.attempt('ann@brickyard.local', `10.0.0.${count}`)).toBeNull()
    const until = await throttle.waitUntil('ann@brickyard.local')
    delays.push(until ? until.getTime() - now : 0)
    if (until) now = until.getTime()
  }
  expect(delays.slice(0, 8)).toEqual([0, 0, 0, 0, 2000, 4000, 8000, 16_000])
  expect(Math.max(...delays)).toBe(15 * 60_000)
  now += 2 * 3_600_000
  await throttle.attempt('ann@brickyard.local', '10.0.0.1')
  expect(await throttle.waitUntil('ann@brickyard.local')).toBeNull()
})
