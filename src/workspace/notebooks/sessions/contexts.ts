import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '#base/problem.ts'
import type { SessionRow } from '../tables.ts'
import type { ClusterView, SessionDeps } from './deps.ts'

/** A session with a context that was alive when last heard of. */
export type InContext = SessionRow & { cluster_id: string; context_id: string }
export const hasContext = (session: SessionRow, view: ClusterView): session is InContext =>
  session.context_id !== null && session.cluster_id === view.cluster_id && session.incarnation === view.incarnation && (session.context_state === 'ready' || session.context_state === 'starting')

/** Contexts of sessions: made when first needed, one a session. */
export function sessionContexts(deps: Pick<SessionDeps, 'store' | 'driver' | 'clock' | 'endContext' | 'tellAttachment'>) {
  const { store, driver, clock } = deps
  const starting = new Map<string, Promise<InContext>>()

  async function start(session: SessionRow, view: ClusterView): Promise<InContext> {
    const begun = await store.change(session.session_id, { context_state: 'starting', context_message: null, incarnation: view.incarnation, context_id: null, context_since: null })
    if (begun) await deps.tellAttachment(begun)
    try {
      // Every notebook gets a Python context; its SQL and Scala cells run in the same session of Spark.
      const context = await driver(view.cluster_id).createContext({ language: 'python' })
      const made = await store.db.transaction().execute(async (tx) => {
        const now = await store.find(session.session_id, tx)
        if (now?.cluster_id === view.cluster_id)
          return store.change(session.session_id, { context_state: 'ready', context_id: context.id, incarnation: view.incarnation, context_since: clock(), executions: 0 }, tx)
        await deps.endContext(tx, view.cluster_id, context.id) // detached meanwhile
        return undefined
      })
      if (!made || made.context_id === null || made.cluster_id === null) throw new Problem('conflict', 'The notebook was detached while its context started.')
      await deps.tellAttachment(made)
      return { ...made, context_id: made.context_id, cluster_id: made.cluster_id }
    } catch (error) {
      const message = error instanceof Problem ? error.message : 'The context could not be started.'
      const failed = await store.change(session.session_id, { context_state: 'failed', context_message: message })
      if (failed) await deps.tellAttachment(failed)
      throw error
    }
  }

  return {
    /** The session's context, made when there is none. It may still be starting its interpreter: commands wait there. */
    async ensure(sessionId: string, view: ClusterView, seen?: SessionRow): Promise<InContext> {
      const underway = starting.get(sessionId)
      if (underway) return underway
      if (seen && hasContext(seen, view)) return seen
      const making = (async () => {
        const session = await store.find(sessionId)
        if (!session) throw new Problem('not_found', 'The notebook was deleted.')
        return hasContext(session, view) ? session : start(session, view)
      })().finally(() => starting.delete(sessionId))
      starting.set(sessionId, making)
      return making
    },
    /** The context is no more: variables are gone, for this reason. */
    async lost(session: SessionRow, message: string, destroy: boolean): Promise<void> {
      const gone = await store.db.transaction().execute(async (tx) => {
        if (destroy && session.cluster_id !== null && session.context_id !== null) await deps.endContext(tx, session.cluster_id, session.context_id)
        const now = await store.find(session.session_id, tx)
        if (now?.context_id !== session.context_id) return undefined
        return store.change(session.session_id, { context_state: 'lost', context_message: message, context_id: null }, tx)
      })
      if (gone) await deps.tellAttachment(gone)
    },
  }
}

/** Waits a little, or until the signal says not to. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
