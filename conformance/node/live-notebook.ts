import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import * as Y from 'yjs'
import { WebSocket } from 'ws'

export type Output = { kind: 'stream'; text: string } | { kind: 'display'; data: Record<string, unknown> } | { kind: 'error'; name: string; value: string }
export type Run = { run_id: string; cell_id: string; state: string; message?: string; execution_count?: number }
export type Told = { type: string; [field: string]: unknown }
type Shown = { run_id: string; seq: number; outputs: Output[] }

/** A notebook open in a program: Yjs and WebSocket as any browser has them, and the rules of docs/notebooks.md. */
export function openNotebook(url: string, token: string, objectId: number, doc = new Y.Doc()) {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/api/2.0/brickyard/notebooks/${objectId}/live`, { headers: { authorization: `Bearer ${token}` } })
  ws.binaryType = 'nodebuffer'
  const told: Told[] = []
  const runs = new Map<string, Run>()
  const shown = new Map<string, Shown>()
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const counts = { asked: 0, sent: 0, saved: 0 }
  let synced = false
  let closed = 0

  function sync(step: number, body: Uint8Array): void {
    const encoder = createEncoder()
    writeVarUint(encoder, 0)
    writeVarUint(encoder, step)
    writeVarUint8Array(encoder, body)
    if (step > 0) counts.sent += 1
    if (ws.readyState === ws.OPEN) ws.send(toUint8Array(encoder))
  }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== ws) sync(2, update)
  })
  function hear(message: Told & { id?: number; run?: Run; result?: Shown & { cell_id: string }; cell_id?: string; run_id?: string; seq?: number; output?: Output; frames?: number; message?: string }): void {
    told.push(message)
    const { run, result } = message
    if (message.type === 'run' && run) {
      runs.set(run.run_id, run)
      if (run.state === 'running' && shown.get(run.cell_id)?.run_id !== run.run_id) shown.set(run.cell_id, { run_id: run.run_id, seq: 0, outputs: [] })
    }
    if (message.type === 'hello') for (const each of message.runs as Run[]) runs.set(each.run_id, each)
    if (message.type === 'result' && result) shown.set(result.cell_id, result)
    if (message.type === 'output' || message.type === 'clearOutput' || message.type === 'truncated') {
      const cell = shown.get(message.cell_id ?? '')
      if (cell && cell.run_id === message.run_id && message.seq === cell.seq + 1) {
        cell.seq += 1
        if (message.type === 'clearOutput') cell.outputs = []
        else if (message.output) cell.outputs.push(message.output)
      }
    }
    if (message.type === 'saved') counts.saved = message.frames ?? 0
    if (message.type === 'reply') waiting.get(message.id ?? 0)?.resolve(message.result)
    if (message.type === 'error') waiting.get(message.id ?? 0)?.reject(new Error(message.message))
  }
  function read(bytes: Uint8Array): void {
    const decoder = createDecoder(bytes)
    if (readVarUint(decoder) !== 0) return
    const step = readVarUint(decoder)
    const body = readVarUint8Array(decoder)
    if (step === 0) return sync(1, Y.encodeStateAsUpdate(doc, body))
    Y.applyUpdate(doc, body, ws)
    if (step === 1) synced = true
  }
  ws.on('message', (data: Buffer, binary: boolean) => (binary ? read(data) : hear(JSON.parse(data.toString('utf8')) as Told)))
  ws.on('open', () => sync(0, Y.encodeStateVector(doc)))
  ws.on('close', (code) => (closed = code))
  ws.on('error', () => (closed ||= 1))

  const cells = () => doc.getArray<Y.Map<unknown>>('cells').toArray()
  return {
    ws,
    doc,
    told,
    ready: () => synced && told.some(({ type }) => type === 'ready'),
    saved: () => counts.sent > 0 && counts.saved >= counts.sent,
    closed: () => closed,
    last: (type: string) => told.findLast((message) => message.type === type),
    sources: () => cells().map((cell) => (cell.get('source') as Y.Text).toJSON()),
    type(cellId: string, text: string): void {
      const source = cells().find((cell) => cell.get('id') === cellId)?.get('source') as Y.Text
      source.insert(source.length, text)
    },
    add(id: string, source: string): void {
      doc.getArray('cells').push([new Y.Map<unknown>([['id', id], ['source', new Y.Text(source)]])])
    },
    ask(request: { type: string; [field: string]: unknown }): Promise<unknown> {
      const id = ++counts.asked
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        ws.send(JSON.stringify({ ...request, id }))
      })
    },
    outputs: (cellId: string) => shown.get(cellId)?.outputs ?? [],
    text: (cellId: string) => (shown.get(cellId)?.outputs ?? []).map((output) => (output.kind === 'stream' ? output.text : output.kind === 'error' ? `${output.name}: ${output.value}` : '')).join(''),
    run: (cellId: string) => [...runs.values()].findLast((run) => run.cell_id === cellId),
    async leave(): Promise<void> {
      if (ws.readyState === ws.CLOSED) return
      const gone = new Promise((resolve) => ws.once('close', resolve))
      ws.close()
      await gone
    },
  }
}
export type LiveNotebook = ReturnType<typeof openNotebook>
