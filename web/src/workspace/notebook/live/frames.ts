import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { applyAwarenessUpdate, encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import type * as Y from 'yjs'
import { awarenessFrame, syncFrame } from '#web/api/generated/notebook-wire.ts'

// The binary frames of a live notebook: a varUint for the protocol, then that protocol's own message (y-protocols PROTOCOL.md).

export function stepOneFrame(doc: Y.Doc): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, syncFrame)
  writeSyncStep1(encoder, doc)
  return toUint8Array(encoder)
}

export function updateFrame(update: Uint8Array): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, syncFrame)
  writeUpdate(encoder, update)
  return toUint8Array(encoder)
}

export function presenceFrame(awareness: Awareness, clients: readonly number[]): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, awarenessFrame)
  writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [...clients]))
  return toUint8Array(encoder)
}

export type Received = {
  /** What to answer, e.g. a step 2 with all that the other side lacks. */
  answer?: Uint8Array
  /** The other side's state is in the document now. */
  synced?: true
}

/** Applies a frame of the server. `origin` marks what came from there. */
export function receive(frame: Uint8Array, doc: Y.Doc, awareness: Awareness, origin: unknown): Received {
  const decoder = createDecoder(frame)
  const protocol = readVarUint(decoder)
  if (protocol === awarenessFrame) {
    applyAwarenessUpdate(awareness, readVarUint8Array(decoder), origin)
    return {}
  }
  if (protocol !== syncFrame) return {}
  const encoder = createEncoder()
  writeVarUint(encoder, syncFrame)
  const kind = readSyncMessage(decoder, encoder, doc, origin)
  const written = toUint8Array(encoder)
  return { ...(written.length > 1 ? { answer: written } : {}), ...(kind === 1 ? { synced: true as const } : {}) }
}
