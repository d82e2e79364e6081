import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined
let now = Date.now()
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  ticking ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}
/** The time now, anew each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const units = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]] as const

/** "5 minutes ago", "in 3 days". */
export function ago(at: number, from: number): string {
  const seconds = Math.round((at - from) / 1000)
  for (const [unit, size] of units) if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  return Math.abs(seconds) < 10 ? 'just now' : words.format(seconds, 'second')
}

/** "1 h 05 min", "12.3 s". */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A moment as people say it; the exact time is its tooltip. */
export function RelativeTime({ at }: { at: number | string | Date }) {
  const date = new Date(at)
  return <time dateTime={date.toISOString()} title={date.toLocaleString()}>{ago(date.getTime(), useNow())}</time>
}
