import { isFinal, type CommandEvent, type Output } from '../wire.ts'
import { plainText } from './results.ts'

/** An event as its maker knows it: number and time are the log's. */
export type NewEvent = CommandEvent extends infer One ? (One extends CommandEvent ? Omit<One, 'seq' | 'at'> : never) : never
export type EventLog = {
  add(event: NewEvent): void
  /** Tells all events from a number on, then each as it comes; `end` after the last. The answer leaves. */
  follow(from: number, tell: (event: CommandEvent) => void, end: () => void): () => void
  followers(): number
  /** What is shown now. */
  outputs(): Output[]
  /** About how much memory the log takes. */
  bytes(): number
}

/** Outputs beyond this are counted, not kept. */
export const mostKept = 20_000_000
/** What an event costs beside its text. */
const overhead = 120

/**
 * What happened to one command, in order and numbered, for whoever follows it now or later.
 * Only what a follower needs to show the same is kept: what was cleared goes, of progress the last.
 */
export function eventLog(most = mostKept, now: () => number = Date.now): EventLog {
  let events: CommandEvent[] = []
  const sizes = new Map<number, number>()
  const followers = new Set<{ tell: (event: CommandEvent) => void; end: () => void }>()
  let next = 0
  let bytes = 0
  let lostBytes = 0
  let clearsBefore: number | undefined
  let ended = false

  function drop(which: (event: CommandEvent) => boolean): void {
    events = events.filter((event) => {
      if (!which(event)) return true
      bytes -= sizes.get(event.seq) ?? 0
      sizes.delete(event.seq)
      return false
    })
  }
  function put(event: NewEvent, size: number): void {
    const numbered: CommandEvent = { ...event, seq: next++, at: now() }
    events.push(numbered)
    sizes.set(numbered.seq, size)
    bytes += size
    for (const follower of followers) follower.tell(numbered)
  }
  const clear = (before: number) => {
    drop((event) => event.seq < before && (event.kind === 'output' || event.kind === 'update' || event.kind === 'truncated' || event.kind === 'clear'))
    clearsBefore = undefined
    lostBytes = 0
  }
  const truncated = () => {
    drop((event) => event.kind === 'truncated')
    put({ kind: 'truncated', kept: bytes, total: bytes + lostBytes }, overhead)
  }
  function show(event: NewEvent & { kind: 'output' | 'update' }): void {
    if (clearsBefore !== undefined) clear(clearsBefore)
    const size = sizeOf(event) + overhead
    if (event.kind === 'update') replace(event)
    const isError = event.kind === 'output' && event.output.kind === 'error'
    if (isError || (lostBytes === 0 && bytes + size <= most)) return put(event, size)
    const first = lostBytes === 0
    lostBytes += size
    if (!first) return
    const head = event.kind === 'output' ? headOf(event.output, most - bytes - overhead) : undefined
    if (head) put({ kind: 'output', output: head }, head.text.length + overhead)
    truncated()
  }
  /** An output that is updated is shown in its new form to those who come later. */
  function replace(update: NewEvent & { kind: 'update' }): void {
    drop((event) => event.kind === 'update' && event.displayId === update.displayId)
    for (const event of events) {
      if (event.kind !== 'output' || event.displayId !== update.displayId || event.output.kind !== 'display') continue
      event.output = { kind: 'display', data: update.data, metadata: update.metadata }
      bytes += sizeOf(update) + overhead - (sizes.get(event.seq) ?? 0)
      sizes.set(event.seq, sizeOf(update) + overhead)
    }
  }

  return {
    add(event) {
      if (ended) return
      if (event.kind === 'output' || event.kind === 'update') return show(event)
      if (event.kind === 'progress') drop((one) => one.kind === 'progress')
      if (event.kind === 'status' && isFinal(event.status) && lostBytes > 0) truncated()
      put(event, sizeOf(event) + overhead)
      if (event.kind === 'clear') {
        if (event.wait) clearsBefore = next - 1
        else clear(next - 1)
      }
      if (event.kind === 'status' && isFinal(event.status)) {
        ended = true
        for (const follower of followers) follower.end()
        followers.clear()
      }
    },
    follow(from, tell, end) {
      for (const event of events) if (event.seq >= from) tell(event)
      if (ended) {
        end()
        return () => {}
      }
      const follower = { tell, end }
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    followers: () => followers.size,
    outputs() {
      const outputs: Output[] = []
      for (const event of events) if (event.kind === 'output') addOutput(outputs, event.output)
      return outputs
    },
    bytes: () => bytes,
  }
}

/** Length of its JSON, near enough: exact for the long ones, which are texts. */
function sizeOf(event: NewEvent): number {
  if (event.kind === 'output' && event.output.kind === 'stream') return event.output.text.length
  return JSON.stringify(event).length
}

/** As much of a printed text as there is room for; nothing of what makes no sense in part. */
function headOf(output: Output, room: number): (Output & { kind: 'stream' }) | undefined {
  return output.kind === 'stream' && room > 0 ? { ...output, text: output.text.slice(0, room) } : undefined
}

/** Prints in a row become one. */
function addOutput(outputs: Output[], output: Output): void {
  const last = outputs.at(-1)
  if (output.kind === 'stream' && last?.kind === 'stream' && last.name === output.name) outputs[outputs.length - 1] = { ...last, text: last.text + output.text }
  else outputs.push(output)
}

/** An error as an output, for what goes wrong outside of a kernel. */
export const errorOutput = (name: string, value: string): Output => ({ kind: 'error', name, value: plainText(value), traceback: [`${name}: ${value}`] })
