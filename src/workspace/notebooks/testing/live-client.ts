import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { WebSocket } from 'ws'
import { readDocument } from '../documents/cells.ts'
import { answerMessage, stateMessage, updateMessage } from '../documents/sync.ts'
import type { CellRun, ClientMessage, Hello, Output, Request, ServerMessage } from '../wire.ts'

type Told<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** A browser as it should be: keeps the document in step and what cells show by the rules of wire.ts. */
export function liveClient(port: number, objectId: number, who: string, doc = new Y.Doc()) {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/api/2.0/brickyard/notebooks/${objectId}/live`, { headers: { authorization: `Bearer ${who}` } })
  ws.binaryType = 'nodebuffer'
  const messages: ServerMessage[] = []
  const runs = new Map<string, CellRun>()
  const shown = new Map<string, { run_id: string; seq: number; outputs: Output[]; truncated: boolean }>()
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let requests = 0
  let sent = 0
  let saved = 0
  const others = new Awareness(new Y.Doc())
  others.setLocalState(null)
  let synced = false
  let closed: { code: number; reason: string } | null = null

  const frame = (bytes: Uint8Array) => {
    if (ws.readyState === ws.OPEN) ws.send(bytes)
  }
  const update = (bytes: Uint8Array) => {
    sent += 1
    frame(bytes)
  }
  doc.on('update', (bytes: Uint8Array, origin: unknown) => {
    if (origin !== ws) update(updateMessage(bytes))
  })

  function onOutput(message: Told<'output'> | Told<'clearOutput'> | Told<'truncated'>): void {
    const cell = shown.get(message.cell_id)
    if (cell?.run_id !== message.run_id || message.seq !== cell.seq + 1) return
    cell.seq = message.seq
    if (message.type === 'clearOutput') cell.outputs = []
    else if (message.type === 'truncated') cell.truncated = true
    else cell.outputs.push(message.output)
  }
  function onText(message: ServerMessage): void {
    messages.push(message)
    if (message.type === 'hello') for (const run of message.runs) runs.set(run.run_id, run)
    if (message.type === 'result') shown.set(message.result.cell_id, { run_id: message.result.run_id, seq: message.result.seq, outputs: [...message.result.outputs], truncated: message.result.truncated !== undefined })
    if (message.type === 'run') {
      runs.set(message.run.run_id, message.run)
      if (message.run.state === 'running' && shown.get(message.run.cell_id)?.run_id !== message.run.run_id) shown.set(message.run.cell_id, { run_id: message.run.run_id, seq: 0, outputs: [], truncated: false })
    }
    if (message.type === 'output' || message.type === 'clearOutput' || message.type === 'truncated') onOutput(message)
    if (message.type === 'cleared') for (const id of message.cell_ids ?? shown.keys()) shown.delete(id)
    if (message.type === 'saved') saved = message.frames
    if (message.type === 'reply') waiting.get(message.id)?.resolve(message.result)
    if (message.type === 'error' && message.id !== undefined) waiting.get(message.id)?.reject(Object.assign(new Error(message.message), message))
  }
  function onFrame(bytes: Uint8Array): void {
    const decoder = createDecoder(bytes)
    if (readVarUint(decoder) !== 0) return applyAwarenessUpdate(others, readVarUint8Array(decoder), ws)
    const step = readVarUint(decoder)
    const body = readVarUint8Array(decoder)
    if (step === 0) return update(answerMessage(Y.encodeStateAsUpdate(doc, body)))
    Y.applyUpdate(doc, body, ws)
    if (step === 1) synced = true
  }
  ws.on('message', (data: Buffer, binary: boolean) => (binary ? onFrame(data) : onText(JSON.parse(data.toString('utf8')))))
  ws.on('open', () => frame(stateMessage(Y.encodeStateVector(doc))))
  ws.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() }
  })
  const refused = new Promise<never>((_resolve, reject) => {
    ws.on('unexpected-response', (_request, response) => reject(new Error(`refused with ${response.statusCode}`)))
    ws.on('error', reject)
  })
  refused.catch(() => {})

  return {
    ws,
    doc,
    messages,
    runs,
    refused,
    all: <T extends ServerMessage['type']>(type: T): Told<T>[] => messages.filter((one): one is Told<T> => one.type === type),
    get hello(): Hello | undefined {
      return messages.find((one) => one.type === 'hello')
    },
    get closed() {
      return closed
    },
    /** Hello, results and the document are there. */
    ready: () => synced && messages.some((one) => one.type === 'ready'),
    saved: () => sent > 0 && saved >= sent,
    /** Awareness states of others. */
    present: () => [...others.getStates().values()],
    document: () => readDocument(doc),
    sources: () => readDocument(doc).cells.map(({ source }) => source),
    type(cellId: string, text: string, at?: number): void {
      for (const cell of doc.getArray<unknown>('cells').toArray()) {
        if (!(cell instanceof Y.Map) || cell.get('id') !== cellId) continue
        const source: unknown = cell.get('source')
        if (source instanceof Y.Text) source.insert(at ?? source.length, text)
      }
    },
    ask(request: Request): Promise<unknown> {
      const id = ++requests
      const message: ClientMessage = { ...request, id }
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        ws.send(JSON.stringify(message))
      })
    },
    text: (cellId: string): string => (shown.get(cellId)?.outputs ?? []).map((output) => (output.kind === 'stream' ? output.text : output.kind === 'error' ? `${output.name}: ${output.value}` : JSON.stringify(output.data))).join(''),
    result: (cellId: string) => shown.get(cellId),
    /** The state of the newest run of a cell. */
    state: (cellId: string) => [...runs.values()].findLast((run) => run.cell_id === cellId)?.state,
    async leave(): Promise<void> {
      others.destroy()
      if (ws.readyState === ws.CLOSED) return
      const gone = new Promise((resolve) => ws.once('close', resolve))
      ws.close()
      await gone
    },
  }
}
export type LiveClient = ReturnType<typeof liveClient>
