import { useSyncExternalStore } from 'react'
import { ApiError } from '#web/api/call.ts'
import { isOver, look, pause, type Started } from '../arm/arm.ts'

/** Something that takes longer than a click: shown under the bell until it is dismissed, also after a reload. */
export type Notice = { id: string; title: string; state: 'running' | 'succeeded' | 'failed'; message: string; requestId?: string; link?: string; follow?: string; done: string; at: number }

const key = 'brickyard-portal-notices'
const listeners = new Set<() => void>()
const ended = new Set<(notice: Notice) => void>()
let notices: readonly Notice[] = read()

function read(): Notice[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each): each is Notice => typeof each === 'object' && each !== null && 'id' in each && 'state' in each) : []
  } catch {
    return []
  }
}
function write(next: readonly Notice[]): void {
  notices = next.slice(0, 30)
  sessionStorage.setItem(key, JSON.stringify(notices))
  for (const listener of listeners) listener()
}
const change = (id: string, edit: Partial<Notice>): void => {
  write(notices.map((each) => (each.id === id ? { ...each, ...edit } : each)))
  const now = notices.find((each) => each.id === id)
  if (now && now.state !== 'running') for (const listener of ended) listener(now)
}
const subscribe = (listener: () => void) => { listeners.add(listener); return () => void listeners.delete(listener) }

export const useNotices = (): readonly Notice[] => useSyncExternalStore(subscribe, () => notices)
/** Told of everything that ends: the frame shows it and asks for fresh lists. */
export const onEnd = (listener: (notice: Notice) => void) => { ended.add(listener); return () => void ended.delete(listener) }
export const dismiss = (id: string): void => write(notices.filter((each) => each.id !== id))
export const dismissEnded = (): void => write(notices.filter((each) => each.state === 'running'))

/** Begins something and follows it to its end. Resolves when it has begun; what it throws is for the page that asked. */
export async function begin<Out>(wish: { title: string; done: string; link?: string; start: () => Promise<Started<Out>> }): Promise<Started<Out>> {
  const started = await wish.start()
  const notice: Notice = { id: crypto.randomUUID(), title: wish.title, state: 'running', message: '', done: wish.done, at: Date.now(), ...(wish.link ? { link: wish.link } : {}), ...(started.follow ? { follow: started.follow } : {}) }
  write([notice, ...notices])
  if (started.follow) void follow(notice)
  else change(notice.id, { state: 'succeeded', message: wish.done })
  return started
}

async function follow({ id, follow: address, done }: Notice): Promise<void> {
  if (address === undefined) return
  for (let failures = 0; failures < 30;) {
    try {
      const seen = await look(address)
      failures = 0
      if (isOver(seen.status)) {
        const good = seen.status.toLowerCase() === 'succeeded'
        return change(id, good ? { state: 'succeeded', message: done } : { state: 'failed', message: seen.error?.message ?? `It ended as ${seen.status}.` })
      }
      const doing = seen.properties?.doing
      if (doing) write(notices.map((each) => (each.id === id ? { ...each, message: doing } : each)))
    } catch (error) {
      // What was followed may be gone with what it made: that is an end too.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) return change(id, error.status === 404 ? { state: 'succeeded', message: done } : { state: 'failed', message: error.message, ...(error.requestId ? { requestId: error.requestId } : {}) })
      failures += 1
    }
    await pause(1000)
  }
  change(id, { state: 'failed', message: 'The server could not be reached for a while; look at the activity log for how it ended.' })
}
/** After a reload: what was running is followed on. */
export const resumeNotices = (): void => { for (const notice of notices) if (notice.state === 'running' && notice.follow) void follow(notice) }
