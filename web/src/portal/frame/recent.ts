import { useSyncExternalStore } from 'react'

const key = 'brickyard-portal-recent'
export type Recent = { id: string; at: number }
const listeners = new Set<() => void>()
let recent: readonly Recent[] = read()

function read(): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each): each is Recent => typeof each === 'object' && each !== null && 'id' in each && 'at' in each) : []
  } catch {
    return []
  }
}
/** Remembered on this browser only. */
export function visited(id: string): void {
  recent = [{ id, at: Date.now() }, ...recent.filter((each) => each.id.toLowerCase() !== id.toLowerCase())].slice(0, 12)
  localStorage.setItem(key, JSON.stringify(recent))
  for (const listener of listeners) listener()
}
export const useRecent = (): readonly Recent[] => useSyncExternalStore((listener) => { listeners.add(listener); return () => void listeners.delete(listener) }, () => recent)
