import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { Next } from '#base/work.ts'
import type { DriverClient } from '#engine/driver.ts'
import type { AuthenticateUpgrade } from '../authentication/upgrade.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { attachmentOf } from './attachment.ts'
import { attachmentWatch } from './attachment-watch.ts'
import { notebookContents } from './contents.ts'
import type { NotebookDocument } from './document.ts'
import { documentHub, type HubDeps } from './documents/hub.ts'
import { documentStore } from './documents/store.ts'
import { liveDoor } from './live.ts'
import { revisionService } from './revisions.ts'
import { notebookRoutes, resultDownload } from './routes.ts'
import { notebookService } from './service.ts'
import { notebookCalls } from './sessions/calls.ts'
import { sessionContexts } from './sessions/contexts.ts'
import type { NotebookClusters, NotebookObjects, SessionDeps } from './sessions/deps.ts'
import { sessionPump, type Pump } from './sessions/pump.ts'
import { runner as makeRunner } from './sessions/runner.ts'
import { sessionOf, sessionStore } from './sessions/store.ts'
import type { Tables } from './tables.ts'

/** Asks the durable loop `notebooks` for a step. */
export type RequestStep = (within: Kysely<Tables> | Transaction<Tables>, id: string, delayMs: number) => Promise<void>
export type DocumentsDeps = { db: Kysely<Tables>; workspaceId: string; clock: Clock; log: Log; request: RequestStep; timing?: Pick<HubDeps, 'reviseMs' | 'lingerMs'> }
export type Documents = ReturnType<typeof notebookDocuments>
export type NotebooksDeps = {
  documents: Documents
  objects: NotebookObjects
  clusters: NotebookClusters
  driver: (clusterId: string) => DriverClient
  member: SessionDeps['member']
  /** The tree shows when a notebook was edited, and its language. */
  edited: (objectId: number, language: NotebookDocument['language']) => Promise<void>
  /** Who downloads: a client with a token, or a browser that follows a link of our page. */
  reader: (request: FastifyRequest) => Promise<WorkspaceCaller>
  authenticateUpgrade: AuthenticateUpgrade
}
export type Notebooks = ReturnType<typeof openNotebooks>
const lookEveryMs = 5_000

/** Documents alone: the tree of workspace files stands on them, and the rest of notebooks stands on the tree. */
export function notebookDocuments({ db, workspaceId, clock, log, request, timing }: DocumentsDeps) {
  const hub = documentHub({ db, store: documentStore(db, workspaceId, log), clock, log, ...timing })
  const sessions = sessionStore(db, workspaceId)
  const endContext: SessionDeps['endContext'] = (within, clusterId, contextId) => request(within, `${workspaceId}/end/${clusterId}/${contextId}`, 0)
  return { hub, sessions, endContext, clock, log, request, workspaceId, contents: notebookContents({ hub, sessions, endContext }) }
}

/** The notebooks of one workspace: documents, what runs of them, and who looks on. */
export function openNotebooks({ documents, objects, clusters, driver, member, edited, reader, authenticateUpgrade }: NotebooksDeps) {
  const { hub, sessions: store, endContext, clock, log, workspaceId } = documents
  hub.whenKept(async (objectId, { language, cells }) => {
    await edited(objectId, language)
    // Results of cells that are gone go when nobody is there to undo it.
    if (!hub.opened().includes(objectId)) await store.clearResults(sessionOf(objectId), undefined, cells.map(({ id }) => id))
  })
  const request = (within: Kysely<Tables> | Transaction<Tables>, sessionId: string) => documents.request(within, `${workspaceId}/session/${sessionId}`, lookEveryMs)

  const tell: SessionDeps['tell'] = (session, message) => {
    if (session.called) return
    hub.tell(session.object_id, message)
    if (message.type === 'run' && message.run.state !== 'queued') watch.lookSoon(session.object_id)
  }
  const watch = attachmentWatch({
    log,
    opened: () => hub.opened(),
    async attachment(objectId) {
      const session = await store.find(sessionOf(objectId))
      if (!session) return null
      const view = session.cluster_id === null ? null : await clusters.look(session.cluster_id)
      const running = (await store.activeRuns(session.session_id)).some(({ state }) => state !== 'queued')
      return attachmentOf(session, view, running)
    },
    tell: (objectId, attachment) => hub.tell(objectId, { type: 'attachment', attachment }),
    usable: (objectId) => void store.find(sessionOf(objectId)).then((session) => session && notebooks.warm(session)).catch(() => {}),
  })
  const shared: SessionDeps = { store, hub, objects, clusters, driver, member, clock, log, tell, endContext, tellAttachment: async (session) => void (session.called ?? watch.look(session.object_id)) }
  const contexts = sessionContexts(shared)
  const calls = notebookCalls({
    ...shared,
    wake: (sessionId) => void request(store.db, sessionId).then(() => pump.wake(sessionId)).catch((error: unknown) => log.warn({ err: error }, 'a called notebook was not begun')),
  })
  const runner = makeRunner({ ...shared, contexts, calls })
  const pump: Pump = sessionPump({ ...shared, runner, calls })
  const notebooks = notebookService({ ...shared, runner, pump, contexts, request })
  const revisions = revisionService({ hub, notebooks })
  const live = liveDoor({ hub, store, notebooks, revisions, settle: (objectId) => runner.settle(sessionOf(objectId)), authenticate: authenticateUpgrade, log })

  /** One look of the durable loop at a session, or at a context that nobody needs. */
  async function step(what: string, signal: AbortSignal): Promise<Next> {
    const [kind, id = '', contextId = ''] = what.split('/')
    if (kind === 'end') return end(id, contextId)
    const woken = pump.wake(id)
    await Promise.race([woken, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })), new Promise((resolve) => setTimeout(resolve, 200).unref())])
    return pump.busy(id) ? { again: lookEveryMs } : 'done'
  }
  async function end(clusterId: string, contextId: string): Promise<Next> {
    const view = await clusters.look(clusterId)
    if (!view || view.is === 'gone') return 'done'
    if (view.is === 'coming') return { again: lookEveryMs }
    try {
      await driver(clusterId).destroyContext(contextId)
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_found') return 'done'
      throw error
    }
    return 'done'
  }

  return {
    notebooks,
    revisions,
    room: notebookRoutes(notebooks, revisions),
    register: (app: FastifyInstance) => resultDownload(app, notebooks, reader),
    onUpgrade: live.onUpgrade,
    step,
    /** After a start: what a process before us left is taken up at once. */
    async resume(): Promise<void> {
      for (const sessionId of await store.busySessions()) void pump.wake(sessionId)
    },
    /** Somebody wrote to a notebook's rows as part of another change. */
    news: (objectId: number) => hub.news(objectId),
    newsOfAll: () => hub.newsOfAll(),
    async close(): Promise<void> {
      watch.close()
      live.close()
      await pump.stop()
      await hub.close()
    },
  }
}
