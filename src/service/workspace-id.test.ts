import { expect, test } from 'vitest'
import { newWorkspaceId } from './store.ts'

test('a workspace id has sixteen digits and is exact as a number', () => {
  for (let round = 0; round < 500; round++) {
    const id = newWorkspaceId()
    expect(id).toMatch(/^\d{16}$/)
    expect(Number.isSafeInteger(Number(id)), id).toBe(true)
    expect(String(Number(id))).toBe(id)
  }
})
