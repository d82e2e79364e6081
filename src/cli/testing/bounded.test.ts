import { expect, test } from 'vitest'
import { isRunning } from '#base/postgres/postmaster.ts'
import { bounded } from './bounded.ts'

const how = { cwd: '/', env: process.env, signal: new AbortController().signal }

test('a program that takes too long is ended together with what it started', async () => {
  let said = ''
  const code = await bounded('sh', ['-c', 'sleep 60 & echo $!; wait'], { ...how, minutes: 0.005, onText: (text) => { said += text } })
  expect(code).not.toBe(0)
  expect(said).toMatch(/took longer than/)
  await expect.poll(() => isRunning(Number(said.split('\n')[0]))).toBe(false)
})

test('what a program that ended well left running is ended too', async () => {
  let said = ''
  expect(await bounded('sh', ['-c', 'sleep 60 & echo $!'], { ...how, minutes: 1, onText: (text) => { said += text } })).toBe(0)
  await expect.poll(() => isRunning(Number(said.split('\n')[0]))).toBe(false)
})
