import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alone, unlessHeld } from './lock.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'lock-'))

test('of two set-ups the second waits for the first, and says so', async () => {
  const cache = folder()
  const order: string[] = []
  const release = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const screen = { write: (text: string) => { order.push(text.trim()); release.resolve(); return true }, isTTY: false }
  const first = alone(cache, screen, async () => { begun.resolve(); await release.promise; order.push('first') })
  await begun.promise
  await alone(cache, screen, async () => { order.push('second') })
  await first
  expect(order).toEqual(['Another set-up is running; waiting for it …', 'first', 'second'])
})

test('background work is done once, however many ask for it, and holds up nobody', async () => {
  const cache = folder()
  let runs = 0
  const release = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const first = unlessHeld(cache, async () => { runs += 1; begun.resolve(); await release.promise })
  await begun.promise
  await unlessHeld(cache, async () => { runs += 1 })
  await alone(cache, { write: () => true, isTTY: false }, async () => {})
  release.resolve()
  await first
  expect(runs).toBe(1)
})
