import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { NotebookDocument } from '../document.ts'
import type { Tables } from '../tables.ts'
import { closeCodes, type RevisionInfo, type ServerMessage } from '../wire.ts'
import { languageOf, readDocument, replaceDocument } from './cells.ts'
import { openDocument, type OpenDocument, type Peer } from './open.ts'
import type { DocumentStore } from './store.ts'

export type Hub = ReturnType<typeof documentHub>
export type HubDeps = {
  db: Kysely<Tables>
  store: DocumentStore
  clock: Clock
  log: Log
  /** How long editing goes on before it is a revision. */
  reviseMs?: number
  /** How long a document stays when nobody looks at it. */
  lingerMs?: number
}

/** The documents of one workspace that somebody looks at or edits now. */
export const documentHub = ({ db, store, clock, log, reviseMs = 180_000, lingerMs = 20_000 }: HubDeps) => {
  type Kept = { document: OpenDocument; users: number; unload?: NodeJS.Timeout; revise?: NodeJS.Timeout; gone?: boolean }
  const open = new Map<number, Promise<Kept>>()
  const lookers = new Map<number, ReadonlySet<Peer>>()
  const listeners = new Set<(objectId: number, document: NotebookDocument) => Promise<void>>()
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what)

  function hold(objectId: number): Promise<Kept> {
    const found = open.get(objectId)
    if (found) return found.then((kept) => (kept.document.broken ? reload(objectId, kept) : kept))
    const loading = (async () => {
      const stored = await store.load(objectId)
      if (!stored) throw missing(objectId)
      const kept: Kept = { document: openDocument(store, objectId, stored), users: 0 }
      if (kept.document.unrevised) reviseLater(kept)
      return kept
    })()
    open.set(objectId, loading)
    loading.catch(() => open.delete(objectId))
    return loading
  }

  function reload(objectId: number, kept: Kept): Promise<Kept> {
    drop(objectId, kept)
    return hold(objectId)
  }

  /** Uses the open document; afterwards it lingers, then makes room. */
  async function use<T>(objectId: number, act: (document: OpenDocument) => T | Promise<T>): Promise<T> {
    const kept = await hold(objectId)
    clearTimeout(kept.unload)
    kept.users += 1
    try {
      return await act(kept.document)
    } finally {
      release(objectId, kept)
    }
  }
  function release(objectId: number, kept: Kept): void {
    kept.users -= 1
    if (kept.users > 0 || kept.gone) return
    kept.unload = setTimeout(() => void unload(objectId, kept).catch(warn('a notebook could not be put away')), lingerMs)
    kept.unload.unref()
  }
  async function unload(objectId: number, kept: Kept): Promise<void> {
    if (kept.document.unrevised && !kept.document.broken) await revise(kept, null)
    await kept.document.compact()
    if (kept.users > 0) return
    drop(objectId, kept)
  }
  function drop(objectId: number, kept: Kept): void {
    if (kept.gone) return
    kept.gone = true
    clearTimeout(kept.unload)
    clearTimeout(kept.revise)
    open.delete(objectId)
    lookers.delete(objectId)
    kept.document.destroy()
  }

  function reviseLater(kept: Kept): void {
    if (kept.revise) return
    kept.revise = setTimeout(() => void revise(kept, null).catch(warn('a revision could not be kept')), reviseMs)
    kept.revise.unref()
  }
  async function revise(kept: Kept, name: string | null, by?: string): Promise<RevisionInfo> {
    clearTimeout(kept.revise)
    delete kept.revise
    const { document } = kept
    const info = await document.still(async ({ lastUpdate, editors }) => {
      const userNames = editors.length > 0 || by === undefined ? editors : [by]
      const made = await db.transaction().execute((tx) => store.revise(tx, document.objectId, { document: readDocument(document.doc), upTo: lastUpdate, userNames, name, at: clock() }))
      document.revised()
      return made
    })
    document.tell({ type: 'revision', revision: info })
    for (const listener of listeners) await listener(document.objectId, readDocument(document.doc)).catch(warn('a changed notebook was not noted'))
    return info
  }

  async function apply(objectId: number, change: (document: OpenDocument) => Promise<void>): Promise<void> {
    await use(objectId, change)
    const kept = await open.get(objectId)
    if (kept) reviseLater(kept)
  }

  return {
    store,
    /** A person opens the notebook. The document stays until `leave`. */
    async enter(objectId: number, peer: Peer): Promise<OpenDocument> {
      await store.ensure(objectId)
      const kept = await hold(objectId)
      clearTimeout(kept.unload)
      kept.users += 1
      kept.document.peers.add(peer)
      lookers.set(objectId, kept.document.peers)
      return kept.document
    },
    async leave(objectId: number, peer: Peer): Promise<void> {
      const kept = await open.get(objectId)
      if (!kept?.document.peers.delete(peer)) return
      if (kept.document.peers.size === 0) lookers.delete(objectId)
      release(objectId, kept)
    },
    /** An update that a person made. Resolves when it is durable. */
    update: (objectId: number, update: Uint8Array, userName: string, from: Peer) => apply(objectId, (document) => document.apply(update, userName, from)),

    async read(objectId: number): Promise<NotebookDocument> {
      const kept = await open.get(objectId)?.catch(() => undefined)
      if (kept) return readDocument(kept.document.doc)
      const stored = await store.load(objectId)
      return readDocument(stored?.doc ?? new Y.Doc())
    },
    async language(objectId: number): Promise<NotebookDocument['language']> {
      const kept = await open.get(objectId)?.catch(() => undefined)
      return kept ? languageOf(kept.document.doc) : (await this.read(objectId)).language
    },
    /** Replaces the cells; open browsers see it at once. */
    async replace(objectId: number, userName: string, document: NotebookDocument): Promise<void> {
      await store.ensure(objectId)
      await apply(objectId, (kept) => kept.edit(userName, (doc) => replaceDocument(doc, document)))
    },
    /** Keeps the document as a revision now. */
    async revise(objectId: number, name: string | null, by: string): Promise<RevisionInfo> {
      await store.ensure(objectId)
      return use(objectId, async (document) => revise(await hold(document.objectId), name, by))
    },

    /** What is in no revision yet becomes one. */
    keep: (objectId: number): Promise<void> =>
      use(objectId, async (document) => {
        if (document.unrevised) await revise(await hold(document.objectId), null)
      }),

    /** As part of a change of the tree of objects. Open browsers hear of it when the change is committed. */
    async write(tx: Kysely<Tables>, objectId: number, document: NotebookDocument): Promise<void> {
      await store.ensure(objectId, tx)
      const stored = await store.lock(tx, objectId)
      if (!stored) throw missing(objectId)
      if (stored.unrevised) await store.revise(tx, objectId, { document: readDocument(stored.doc), upTo: stored.lastUpdate, userNames: stored.editors, name: null, at: clock() })
      const before = Y.encodeStateVector(stored.doc)
      replaceDocument(stored.doc, document)
      await store.append(objectId, [{ update: Y.encodeStateAsUpdate(stored.doc, before), userName: '' }], tx)
      await store.news(tx, objectId)
    },
    async remove(tx: Kysely<Tables>, objectId: number): Promise<void> {
      await store.remove(tx, objectId)
      await store.news(tx, objectId)
    },
    /** Somebody else wrote to this notebook's rows, or removed them. */
    async news(objectId: number): Promise<void> {
      const kept = await open.get(objectId)?.catch(() => undefined)
      if (!kept) return
      if (await store.load(objectId)) {
        await kept.document.catchUp()
        return reviseLater(kept)
      }
      drop(objectId, kept)
      for (const peer of kept.document.peers) peer.end(closeCodes.gone, 'The notebook was deleted.')
    },
    /** After the line to the database was lost, anything may have happened. */
    async newsOfAll(): Promise<void> {
      for (const objectId of open.keys()) await this.news(objectId)
    },

    /** Hears of every document that was edited, when it is kept. */
    whenKept: (listener: (objectId: number, document: NotebookDocument) => Promise<void>) => void listeners.add(listener),
    /** Notebooks that somebody looks at now. */
    opened: (): number[] => [...lookers.keys()],
    /** To everybody who looks at the notebook now. */
    tell(objectId: number, message: ServerMessage): void {
      void open.get(objectId)?.then(({ document }) => document.tell(message), () => {})
    },
    /** Keeps what is not kept yet and lets everybody go. */
    async close(): Promise<void> {
      for (const [objectId, loading] of open) {
        const kept = await loading.catch(() => undefined)
        if (!kept) continue
        for (const peer of kept.document.peers) peer.end(1012, 'The workspace is stopping.')
        await kept.document.compact().catch(warn('a notebook could not be put away'))
        drop(objectId, kept)
      }
    },
  }
}

const missing = (objectId: number) => new Problem('not_found', `Notebook ${objectId} does not exist.`)
