import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { encodeStateAsUpdate, encodeStateVector } from 'yjs'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { databricks, asProblem, Problem } from '#base/problem.ts'
import type { Log } from '#base/log.ts'
import { refuseUpgrade, type AuthenticateUpgrade } from '../authentication/upgrade.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { Hub } from './documents/hub.ts'
import { isEmptyUpdate, type OpenDocument, type Peer } from './documents/open.ts'
import { answerMessage, awarenessMessage, readFrame, stateMessage, type Frame } from './documents/sync.ts'
import { parseMessage, type Message } from './messages.ts'
import type { RevisionService } from './revisions.ts'
import { levelOf, type NotebookService } from './service.ts'
import { shownResult } from './sessions/store.ts'
import type { SessionStore } from './sessions/store.ts'
import { closeCodes, largestFrame, type Level, type ServerMessage } from './wire.ts'

export type LiveDeps = {
  hub: Hub
  store: SessionStore
  notebooks: NotebookService
  revisions: RevisionService
  /** Makes what was told durable, so that what is read afterwards is not behind what was told. */
  settle: (objectId: number) => Promise<void>
  authenticate: AuthenticateUpgrade
  log: Log
}
export type Live = ReturnType<typeof liveDoor>

const path = /^\/api\/2\.0\/brickyard\/notebooks\/([1-9]\d{0,15})\/live$/
const mostBehind = 64 * 1024 * 1024
const mostAsked = 64
const lookAgainMs = 15_000
const trustMs = 2_000

/** The WebSockets of open notebooks. */
export function liveDoor(deps: LiveDeps) {
  const { log } = deps
  const server = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false, clientTracking: true })

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer, objectId: number): Promise<void> {
    const caller = await deps.authenticate(request)
    const found = await deps.notebooks.open(caller, objectId, 'CAN_READ', 'open')
    if (socket.destroyed) return
    server.handleUpgrade(request, socket, head, (ws) => {
      connection(deps, { ws, request, caller, objectId, level: levelOf(found) }).catch((error: unknown) => {
        const problem = asProblem(error)
        log.warn({ err: error, objectId }, 'a live connection ended')
        ws.close(problem.code === 'not_found' ? closeCodes.gone : 1011, 'The connection met an error.')
      })
    })
  }

  return {
    /** False when the path is not one of ours. */
    onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
      const objectId = Number(path.exec(request.url?.split('?', 1)[0] ?? '')?.[1])
      if (!objectId) return false
      open(request, socket, head, objectId).catch((error: unknown) => refuseUpgrade(socket, error))
      return true
    },
    close(): void {
      for (const ws of server.clients) ws.close(1012, 'The workspace is stopping.')
      setTimeout(() => server.clients.forEach((ws) => ws.terminate()), 500).unref()
    },
  }
}

type Connection = { ws: WebSocket; request: IncomingMessage; caller: WorkspaceCaller; objectId: number; level: Level }

async function connection(deps: LiveDeps, { ws, request, caller, objectId, level: atFirst }: Connection): Promise<void> {
  const { hub, notebooks, log } = deps
  let level = atFirst
  let trusted = Date.now()
  let asked = 0
  let frames = 0
  let written: Promise<unknown> = Promise.resolve()
  let held: ServerMessage[] | null = []
  let document: OpenDocument | null = null

  const send = (data: string | Uint8Array) => {
    if (ws.readyState !== ws.OPEN) return
    if (ws.bufferedAmount > mostBehind) ws.close(closeCodes.tooSlow, 'The connection is too slow.')
    else ws.send(data)
  }
  const tell = (message: ServerMessage) => send(JSON.stringify(message))
  const refused = (error: unknown, about: { id?: number; about?: 'update' | 'frame' }) => {
    const problem = asProblem(error)
    const requestId = randomUUID()
    if (problem.code === 'internal') log.error({ err: error, detail: problem.detail, requestId, objectId }, problem.message)
    tell({ type: 'error', ...about, error_code: databricks[problem.code][1], message: problem.message, request_id: requestId })
  }
  const peer: Peer = {
    frame: send,
    tell: (message) => (held ? void held.push(message) : tell(message)),
    end: (code, why) => ws.close(code, why),
  }

  /** Rights may change while a page is open. */
  async function look(): Promise<void> {
    const found = await notebooks.open(caller, objectId, 'CAN_READ', 'open')
    trusted = Date.now()
    if (levelOf(found) === level) return
    level = levelOf(found)
    tell({ type: 'level', level })
  }
  async function lookAgain(): Promise<void> {
    try {
      await deps.authenticate(request)
      await look()
    } catch (error) {
      const { code, message } = asProblem(error)
      const close = code === 'unauthenticated' ? closeCodes.unauthenticated : code === 'forbidden' ? closeCodes.forbidden : code === 'not_found' ? closeCodes.gone : null
      if (close !== null) ws.close(close, message.slice(0, 100))
    }
  }

  async function update(bytes: Uint8Array): Promise<void> {
    const mine = ++frames
    if (!isEmptyUpdate(bytes)) {
      if (Date.now() - trusted > trustMs) await look()
      if (level === 'CAN_READ' || level === 'CAN_RUN')
        throw new Problem('forbidden', `${caller.userName} may not edit this notebook: CAN_EDIT is needed, and ${caller.userName} has ${level}. The change was not saved.`)
      await hub.update(objectId, bytes, caller.userName, peer)
    }
    tell({ type: 'saved', frames: mine, at: Date.now() })
  }

  function onFrame(open: OpenDocument, bytes: Uint8Array): void {
    let frame: Frame
    try {
      frame = readFrame(bytes)
      if (frame.kind === 'state') return send(answerMessage(encodeStateAsUpdate(open.doc, frame.vector)))
      if (frame.kind === 'awareness') {
        if (!open.speaks(peer, caller.userId, frame.clients)) throw new Problem('forbidden', 'A connection speaks for itself alone.')
        return applyAwarenessUpdate(open.awareness, frame.update, peer)
      }
    } catch (error) {
      refused(error instanceof Problem ? error : new Problem('invalid_request', 'The frame could not be read.', { cause: error }), { about: 'frame' })
      return ws.close(closeCodes.malformed, 'The frame could not be read.')
    }
    const bytesOfUpdate = frame.update
    written = written
      .then(() => update(bytesOfUpdate))
      .catch((error: unknown) => {
        const { code } = asProblem(error)
        refused(error, { about: 'update' })
        if (code === 'invalid_request') ws.close(closeCodes.malformed, 'The update could not be read.')
        else if (code === 'internal' || code === 'unavailable') ws.close(1011, 'The change could not be saved. Connect again.')
      })
  }

  async function answer(message: Message): Promise<unknown> {
    switch (message.type) {
      case 'run':
        await written // what was typed before the click is what runs
        return notebooks.run(caller, objectId, message)
      case 'cancel':
        return notebooks.cancel(caller, objectId, message)
      case 'restart':
        return notebooks.restart(caller, objectId).then(() => ({}))
      case 'clear':
        return notebooks.clear(caller, objectId, message.cell_ids)
      case 'attach':
        return notebooks.attach(caller, objectId, message.cluster_id).then(() => ({}))
      case 'detach':
        return notebooks.detach(caller, objectId).then(() => ({}))
      case 'setWidget':
        return notebooks.setWidget(caller, objectId, message.name, message.value)
      case 'removeWidget':
        return notebooks.removeWidget(caller, objectId, message.name)
      case 'complete':
        return notebooks.complete(caller, objectId, message)
      case 'inspect':
        return notebooks.inspect(caller, objectId, message)
      case 'saveRevision':
        await written
        return deps.revisions.save(caller, objectId, message.name)
      case 'restore':
        await written
        return deps.revisions.restore(caller, objectId, message.revision_id)
      case 'ping':
        return {}
    }
  }
  async function onText(text: string): Promise<void> {
    const read = parseMessage(text)
    if (read.kind === 'garbage') {
      refused(new Problem('invalid_request', read.why), { about: 'frame' })
      return ws.close(closeCodes.malformed, 'The message could not be read.')
    }
    if (read.kind === 'wrong') return refused(read.problem, { id: read.id })
    if (asked >= mostAsked) return refused(new Problem('too_many', `At most ${mostAsked} requests at once.`), { id: read.message.id })
    asked += 1
    try {
      const result = await answer(read.message)
      send(JSON.stringify({ type: 'reply', id: read.message.id, result: result ?? {} }))
    } catch (error) {
      refused(error, { id: read.message.id })
    } finally {
      asked -= 1
    }
  }

  // What arrives before the document is loaded waits.
  const early: { data: RawData; binary: boolean }[] = []
  const receive = (data: RawData, binary: boolean) => {
    if (!document) {
      if (early.length > 1000) return ws.close(closeCodes.malformed, 'Too much before hello.')
      return void early.push({ data, binary })
    }
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data
    if (binary) onFrame(document, bytes)
    else void onText(bytes.toString('utf8'))
  }
  let alive = true
  const timer = setInterval(() => {
    if (!alive) return ws.terminate()
    alive = false
    ws.ping()
    void lookAgain()
  }, lookAgainMs)
  timer.unref()
  ws.on('message', receive)
  ws.on('pong', () => {
    alive = true
  })
  ws.on('error', () => {})
  const gone = new Promise<void>((resolve) => ws.once('close', () => resolve()))
  void gone.then(async () => {
    clearInterval(timer)
    document?.silence(peer)
    await hub.leave(objectId, peer)
  })

  const entered = await hub.enter(objectId, peer)
  if (ws.readyState !== ws.OPEN) return hub.leave(objectId, peer)
  await greet(entered)
  document = entered
  for (const { data, binary } of early) receive(data, binary)

  async function greet(open: OpenDocument): Promise<void> {
    await deps.settle(objectId)
    const { path: _path, cells: _cells, level: now, ...state } = await notebooks.state(caller, objectId)
    level = now
    const me = { user_id: caller.userId, user_name: caller.userName, display_name: caller.displayName }
    tell({ type: 'hello', protocol: 1, ...state, level, me })
    for (const row of await deps.store.results(String(objectId))) {
      const text = JSON.stringify({ type: 'result', result: shownResult(row, await deps.store.outputs(row.session_id, row.cell_id)) })
      if (ws.readyState === ws.OPEN) await new Promise<void>((resolve) => ws.send(text, () => resolve()))
    }
    tell({ type: 'ready' })
    const waiting = held ?? []
    held = null
    for (const message of waiting) tell(message)
    send(stateMessage(encodeStateVector(open.doc)))
    const states = [...open.awareness.getStates().keys()]
    if (states.length > 0) send(awarenessMessage(encodeAwarenessUpdate(open.awareness, states)))
  }
}
