import type { Log } from '#base/log.ts'
import type { Attachment } from './wire.ts'

export type WatchDeps = {
  /** Notebooks that somebody looks at now. */
  opened: () => number[]
  attachment: (objectId: number) => Promise<Attachment | null>
  tell: (objectId: number, attachment: Attachment) => void
  /** The cluster of a notebook without a context can be used from now on. */
  usable: (objectId: number) => void
  log: Log
  everyMs?: number
}

/** Tells open pages when their cluster starts, stops or loses what ran on it. A change of our own is looked at right away. */
export function attachmentWatch({ opened, attachment, tell, usable, log, everyMs = 1_000 }: WatchDeps) {
  const told = new Map<number, { text: string; usable: boolean }>()
  const looking = new Map<number, 'once' | 'again'>()

  async function lookOnce(objectId: number): Promise<void> {
    const now = await attachment(objectId)
    if (!now) return
    const before = told.get(objectId)
    const text = JSON.stringify(now)
    const one = { text, usable: now.cluster_state === 'RUNNING' }
    told.set(objectId, one)
    if (before?.text !== text) tell(objectId, now)
    if (before && one.usable && !before.usable && (now.context === 'none' || now.context === 'lost')) usable(objectId)
  }
  /** Looks now; while a look is under way once more after it. */
  function look(objectId: number): void {
    if (looking.has(objectId)) return void looking.set(objectId, 'again')
    looking.set(objectId, 'once')
    void lookOnce(objectId)
      .catch((error: unknown) => log.warn({ err: error, objectId }, 'the attachment of a notebook could not be looked at'))
      .finally(() => {
        const again = looking.get(objectId) === 'again'
        looking.delete(objectId)
        if (again) look(objectId)
      })
  }
  const soon = new Map<number, NodeJS.Timeout>()
  /** A run that begins or ends makes a context busy or ready. Nobody waits for that word, and clicks wait for the database. */
  function lookSoon(objectId: number): void {
    if (soon.has(objectId)) return
    const later = setTimeout(() => {
      soon.delete(objectId)
      look(objectId)
    }, 150)
    soon.set(objectId, later.unref())
  }
  const timer = setInterval(() => {
    const now = opened()
    for (const objectId of told.keys()) if (!now.includes(objectId)) told.delete(objectId)
    for (const objectId of now) look(objectId)
  }, everyMs)
  timer.unref()
  return {
    look,
    lookSoon,
    close() {
      clearInterval(timer)
      for (const later of soon.values()) clearTimeout(later)
    },
  }
}
