import { useCallback, useSyncExternalStore } from 'react'

/** Who listens to what: a change of one cell's output draws that cell anew and nothing else. */
export type Topics = { subscribe(topic: string, listener: () => void): () => void; emit(topic: string): void }

export function newTopics(): Topics {
  const listeners = new Map<string, Set<() => void>>()
  return {
    subscribe(topic, listener) {
      const all = listeners.get(topic) ?? new Set()
      listeners.set(topic, all.add(listener))
      return () => {
        all.delete(listener)
        if (all.size === 0 && listeners.get(topic) === all) listeners.delete(topic)
      }
    },
    emit(topic) {
      for (const listener of [...(listeners.get(topic) ?? [])]) listener()
    },
  }
}

/** A value that changes only with its topic. `get` must give the same object as long as nothing has changed. */
export function useTopic<T>(topics: Pick<Topics, 'subscribe'>, topic: string, get: () => T): T {
  const subscribe = useCallback((listener: () => void) => topics.subscribe(topic, listener), [topics, topic])
  return useSyncExternalStore(subscribe, get)
}
