import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { ApiError, call } from '#web/api/call.ts'
import type { CellChoice, Request, ServerMessage } from '#web/api/generated/notebook-wire.ts'
import { notebookLanguage, readCells, structure, type Cell } from '../document/cells.ts'
import { carryEdits } from '../document/moves.ts'
import { peopleColours } from '../people-colours.ts'
import { presenceFrame, receive, stepOneFrame, updateFrame } from './frames.ts'
import { openSocket, type Connection } from './socket.ts'
import { newState, stateKeeper, type LiveState } from './state.ts'
import { newTopics, type Topics } from './topics.ts'

/** `saved`: everything typed is in the database; `saving`: on its way; `offline`: kept on this page until it connects again. */
export type Saving = 'saved' | 'saving' | 'offline'
export type Person = { client: number; userName: string; name: string; colour: number; cell: string | null }
export type Live = {
  objectId: number
  doc: Y.Doc
  awareness: Awareness
  topics: Topics
  state: LiveState
  undo: Y.UndoManager
  connection: () => Connection
  saving: () => Saving
  /** Null until the document was here once. A new list whenever cells come, go or change their order (topic `cells`). */
  cells: () => readonly Cell[] | null
  people: () => readonly Person[]
  /** An error that belongs to no request (topic `trouble`). */
  trouble: () => ApiError | null
  request<T = Record<string, never>>(request: Request): Promise<T>
  /** Runs cells with the text that this person sees. */
  run(choice: CellChoice): Promise<unknown>
  retryNow(): void
  close(): void
}

const remote = { remote: true }
const asBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** Opens the notebook: its shared document, what runs, who else is here. */
export function openLive(objectId: number, { url = liveUrl(objectId), diagnose = whyNot(objectId) }: { url?: string; diagnose?: () => Promise<ApiError | null> } = {}): Live {
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  const topics = newTopics()
  const state = newState()
  const undo = new Y.UndoManager(doc.getArray('cells'), { trackedOrigins: new Set([structure]), captureTimeout: 0 })
  let connection: Connection = { phase: 'connecting' }
  let cells: readonly Cell[] | null = null
  let people: readonly Person[] = []
  let trouble: ApiError | null = null
  // Frames of this connection with updates: how many were sent, how many are durable. Edits without a connection wait.
  let [sent, durable, waits, greeted] = [0, 0, false, false]
  let saving: Saving = 'saved'
  const review = () => {
    const next: Saving = connection.phase !== 'open' ? (waits ? 'offline' : 'saved') : durable < sent || waits ? 'saving' : 'saved'
    if (next === saving) return
    saving = next
    topics.emit('saving')
  }
  const keeper = stateKeeper(state, topics, (id) => `Cell ${(cells?.findIndex((cell) => cell.id === id) ?? -1) + 1}`)
  const mayEdit = () => state.level === 'CAN_EDIT' || state.level === 'CAN_MANAGE'

  const text = (message: ServerMessage) => {
    if (message.type === 'hello') {
      greeted = true
      awareness.setLocalStateField('user', { name: message.me.display_name, user_name: message.me.user_name, colour: colourOf(message.me.user_name) })
    }
    if (message.type === 'saved') {
      durable = message.frames
      if (trouble !== null) {
        trouble = null
        topics.emit('trouble')
      }
    }
    if (message.type === 'error') {
      trouble = new ApiError(message.error_code === 'PERMISSION_DENIED' ? 403 : 400, message.error_code, message.message, message.request_id)
      topics.emit('trouble')
    }
    keeper.take(message)
    review()
  }
  const binary = (frame: Uint8Array) => {
    const { answer, synced } = receive(frame, doc, awareness, remote)
    if (answer !== undefined && mayEdit() && socket.send(asBytes(answer))) {
      sent += 1
      waits = false
    }
    if (synced && cells === null) showCells()
    review()
  }
  const socket = openSocket({
    url,
    diagnose,
    onText: text,
    onBinary: binary,
    onOpen() {
      ;[sent, durable, greeted] = [0, 0, false]
      socket.send(asBytes(stepOneFrame(doc)))
      socket.send(asBytes(presenceFrame(awareness, [doc.clientID])))
    },
    onState(next) {
      const was = connection.phase
      connection = next
      if (was === 'open' && next.phase !== 'open') {
        waits ||= durable < sent
        awareness.states.forEach((_state, client) => client !== doc.clientID && awareness.states.delete(client))
        readPeople()
      }
      topics.emit('connection')
      review()
    },
  })

  const showCells = () => {
    cells = readCells(doc)
    topics.emit('cells')
  }
  const list = doc.getArray<unknown>('cells')
  // What others did is shown after what of ours it had not seen was carried over (moves.ts), so that a cursor stays in its place.
  list.observe((_event, transaction) => {
    if (cells === null) return
    if (transaction.local) showCells()
    else queueMicrotask(() => queueMicrotask(showCells))
  })
  list.observeDeep((events) => {
    for (const event of events) if (event.target instanceof Y.Map) topics.emit(`map:${String(event.target.get('id'))}`)
  })
  doc.getMap('meta').observe(() => topics.emit('language'))
  const stopCarrying = carryEdits(doc)

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === remote) return
    // Before hello nobody has asked for our state: the answer to the server's step 1 will hold this edit too.
    if (greeted && socket.send(asBytes(updateFrame(update)))) sent += 1
    else waits = true
    review()
  })
  const readPeople = () => {
    const seen = new Map<string, Person>()
    for (const [client, each] of awareness.getStates()) {
      const person = asPerson(client, each)
      if (client !== doc.clientID && person !== null && !seen.has(person.userName)) seen.set(person.userName, person)
    }
    people = [...seen.values()]
    topics.emit('people')
  }
  awareness.on('change', readPeople)
  awareness.on('update', ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
    if (origin === remote) return
    const mine = [...added, ...updated, ...removed].filter((client) => client === doc.clientID)
    if (mine.length > 0) socket.send(asBytes(presenceFrame(awareness, mine)))
  })
  const unloading = (event: BeforeUnloadEvent) => {
    if (saving !== 'saved') event.preventDefault()
  }
  const leaving = () => awareness.setLocalState(null)
  addEventListener('beforeunload', unloading)
  addEventListener('pagehide', leaving)

  return {
    objectId, doc, awareness, topics, state, undo,
    connection: () => connection,
    saving: () => saving,
    cells: () => cells,
    people: () => people,
    trouble: () => trouble,
    request: (asked) => socket.request(asked),
    run(choice) {
      const ids = 'cell_ids' in choice && durable < sent ? choice.cell_ids : []
      const sources = Object.fromEntries((cells ?? []).filter(({ id }) => ids.includes(id)).map((cell) => [cell.id, cell.text.toJSON()]))
      return socket.request({ type: 'run', cells: choice, ...(ids.length > 0 ? { sources } : {}) })
    },
    retryNow: () => socket.retryNow(),
    close() {
      removeEventListener('beforeunload', unloading)
      removeEventListener('pagehide', leaving)
      awareness.setLocalState(null)
      stopCarrying()
      socket.close()
      keeper.flush()
      awareness.destroy()
      doc.destroy()
    },
  }
}

export const languageOfNotebook = (live: Live) => notebookLanguage(live.doc)

function liveUrl(objectId: number): string {
  return `${location.origin.replace(/^http/, 'ws')}/api/2.0/brickyard/notebooks/${objectId}/live`
}

/** Asks the API what the browser does not say about a refused WebSocket. */
const whyNot = (objectId: number) => async (): Promise<ApiError | null> => {
  try {
    const { level } = await call<{ level: string | null }>('GET', `/api/2.0/brickyard/permissions/notebooks/${objectId}/me`)
    return level === null ? new ApiError(403, 'PERMISSION_DENIED', 'You may not read this notebook.', null) : null
  } catch (error) {
    return error instanceof ApiError && [400, 403, 404].includes(error.status) ? error : null
  }
}

const colours = peopleColours.length
/** The same person has the same colour everywhere. */
function colourOf(userName: string): number {
  let sum = 0
  for (const letter of userName) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521
  return sum % colours
}
function asPerson(client: number, state: unknown): Person | null {
  if (typeof state !== 'object' || state === null) return null
  const { user, cell }: { user?: unknown; cell?: unknown } = state
  if (typeof user !== 'object' || user === null) return null
  const { name, user_name, colour }: { name?: unknown; user_name?: unknown; colour?: unknown } = user
  const userName = String(user_name)
  return { client, userName, name: typeof name === 'string' && name !== '' ? name : userName, colour: typeof colour === 'number' ? Math.abs(Math.trunc(colour)) % colours : 0, cell: typeof cell === 'string' ? cell : null }
}
