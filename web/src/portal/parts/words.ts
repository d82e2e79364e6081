const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60]]

/** `3 minutes ago`. */
export function ago(time: string | number | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000)
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  return 'just now'
}
export const when = (time: string | number | Date): string => new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' })

export function lasting(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
/** Mebibytes as people read them. */
export const memory = (mebibytes: number): string => (mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(mebibytes % 1024 === 0 ? 0 : 1)} GiB` : `${Math.round(mebibytes)} MiB`)
export const listed = (one: string | null | undefined, many: readonly string[] | null | undefined): string => (one ? one : (many ?? []).join(', '))

/** Provisioning states in words and in how they look. */
export type Tone = 'good' | 'busy' | 'bad' | 'idle'
export function toneOf(state: string): Tone {
  const it = state.toLowerCase()
  if (['succeeded', 'running', 'ready', 'active', 'online'].includes(it)) return 'good'
  if (it === 'failed') return 'bad'
  if (['deallocated', 'stopped', 'hibernated', 'canceled'].includes(it)) return 'idle'
  return 'busy'
}
