import { Awareness, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Problem } from '#base/problem.ts'
import type { ServerMessage } from '../wire.ts'
import type { DocumentStore, Stored } from './store.ts'
import { awarenessMessage, updateMessage } from './sync.ts'

/** Somebody who looks at an open notebook. */
export type Peer = {
  frame(bytes: Uint8Array): void
  tell(message: ServerMessage): void
  /** Closes with one of the close codes of wire.ts. */
  end(code: number, why: string): void
}

type Waiting = { update: Uint8Array; userName: string; from: Peer | null; done(): void; failed(error: unknown): void }
export type OpenDocument = ReturnType<typeof openDocument>

const mostBytes = 64 * 1024 * 1024
const compactAfter = 400
const mostVoices = 16

/**
 * A notebook's document while somebody looks at it. An update is in the database before it is in `doc`, and in `doc` before
 * others see it; updates that arrive while one batch is written become the next batch.
 */
export function openDocument(store: DocumentStore, objectId: number, stored: Stored) {
  const { doc } = stored
  const awareness = new Awareness(doc)
  awareness.setLocalState(null) // the server itself is nobody
  const peers = new Set<Peer>()
  const speakers = new Map<number, { peer: Peer; user: string }>()
  let { lastUpdate, bytes, updates, unrevised } = stored
  let editors = new Set(stored.editors)
  let waiting: Waiting[] = []
  let working: Promise<void> = Promise.resolve()
  let queued = false
  let broken = false

  awareness.on('update', ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>, from: unknown) => {
    const message = awarenessMessage(encodeAwarenessUpdate(awareness, [...added, ...updated, ...removed]))
    for (const peer of peers) if (peer !== from) peer.frame(message)
  })

  /** One thing after another that touches the rows. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = working.then(act)
    working = result.then(
      () => {},
      () => {},
    )
    return result
  }

  function take(update: Uint8Array, userName: string, from: Peer | null): void {
    try {
      Y.applyUpdate(doc, update, from)
    } catch (error) {
      broken = true
      for (const peer of peers) peer.end(1011, 'The document is read again.')
      throw new Problem('invalid_request', 'The update cannot be applied to this document.', { cause: error })
    }
    bytes += update.length
    updates += 1
    unrevised = true
    if (userName !== '') editors.add(userName)
    const message = updateMessage(update)
    for (const peer of peers) if (peer !== from) peer.frame(message)
  }

  /** What others wrote into the rows since we looked. */
  async function catchUp(before = Infinity): Promise<void> {
    for (const row of await store.updatesAfter(objectId, lastUpdate)) {
      if (row.update_id >= before) break
      take(row.update, row.user_name, null)
      lastUpdate = row.update_id
    }
  }

  async function write(): Promise<void> {
    const batch = waiting
    waiting = []
    queued = false
    try {
      const last = await store.append(objectId, batch)
      const first = last - batch.length + 1
      if (first > lastUpdate + 1) await catchUp(first)
      for (const { update, userName, from } of batch) take(update, userName, from)
      lastUpdate = last
      for (const { done } of batch) done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
      return
    }
    if (updates >= compactAfter) await compact()
  }

  async function compact(): Promise<void> {
    if (updates === 0 || broken) return
    const state = Y.encodeStateAsUpdate(doc)
    await store.compact(objectId, lastUpdate, state, [...editors])
    updates = 0
    bytes = state.length
  }

  return {
    objectId,
    doc,
    awareness,
    peers,
    /**
     * Whether a connection may speak for these awareness clients: they are new, its own, or of the same user, whose older
     * connection may not have been seen to end.
     */
    speaks(peer: Peer, user: string, clients: readonly number[]): boolean {
      if (clients.some((client) => (speakers.get(client)?.user ?? user) !== user)) return false
      for (const client of clients) speakers.set(client, { peer, user })
      return [...speakers.values()].filter((one) => one.peer === peer).length <= mostVoices
    },
    /** A connection is gone: so is everybody it spoke for. */
    silence(peer: Peer): void {
      const clients = [...speakers].flatMap(([client, one]) => (one.peer === peer ? [client] : []))
      for (const client of clients) speakers.delete(client)
      removeAwarenessStates(awareness, clients, peer)
    },
    tell(message: ServerMessage): void {
      for (const peer of peers) peer.tell(message)
    },
    /** Stores an update, applies it and passes it on. Resolves when it is durable. Garbage is refused and changes nothing. */
    apply(update: Uint8Array, userName: string, from: Peer | null): Promise<void> {
      if (bytes + update.length > mostBytes) return Promise.reject(new Problem('too_large', 'The notebook is too large: a notebook may have 64 MB of text and history.'))
      mustBeUpdate(update)
      return new Promise((done, failed) => {
        waiting.push({ update, userName, from, done, failed })
        if (queued) return
        queued = true
        void inTurn(write)
      })
    },
    /** An edit made here, e.g. a revision that is restored: computed on a copy, then an update like any other. */
    async edit(userName: string, change: (doc: Y.Doc) => void): Promise<void> {
      await working
      const copy = new Y.Doc()
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
      const before = Y.encodeStateVector(copy)
      change(copy)
      const update = Y.encodeStateAsUpdate(copy, before)
      copy.destroy()
      await this.apply(update, userName, null)
    },
    catchUp: () => inTurn(() => catchUp()),
    compact: () => inTurn(compact),
    /** Runs `act` between two writes, and knows after which update. */
    still: <T>(act: (at: { lastUpdate: number; editors: string[] }) => Promise<T>) => inTurn(() => act({ lastUpdate, editors: [...editors] })),
    /** An update could be applied in part only: this copy must be read again from the rows. */
    get broken() {
      return broken
    },
    get unrevised() {
      return unrevised
    },
    revised() {
      unrevised = false
      editors = new Set()
    },
    destroy() {
      awareness.destroy()
      doc.destroy()
    },
  }
}

/** Throws `invalid_request` for bytes that are no Yjs update. */
export function mustBeUpdate(update: Uint8Array): void {
  decoded(update)
}

/** Whether an update holds nothing, as the answer of a client that has nothing new. */
export function isEmptyUpdate(update: Uint8Array): boolean {
  const { structs, ds } = decoded(update)
  return structs.length === 0 && ds.clients.size === 0
}

function decoded(update: Uint8Array) {
  try {
    return Y.decodeUpdate(update)
  } catch (error) {
    throw new Problem('invalid_request', 'The frame is no update of a document.', { cause: error })
  }
}
