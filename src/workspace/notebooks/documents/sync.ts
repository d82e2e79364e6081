import { createDecoder, hasContent, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { Problem } from '#base/problem.ts'
import { awarenessFrame, syncFrame } from '../wire.ts'

/** A binary frame of a browser. Source: y-protocols PROTOCOL.md; framing of y-websocket. */
export type Frame =
  | { kind: 'state'; vector: Uint8Array }
  | { kind: 'update'; update: Uint8Array }
  | { kind: 'awareness'; update: Uint8Array; clients: number[] }

const mostPeers = 64
const mostAwareness = 64 * 1024

/** Reads a frame to its end; anything else is `invalid_request`. */
export function readFrame(bytes: Uint8Array): Frame {
  try {
    const decoder = createDecoder(bytes)
    const protocol = readVarUint(decoder)
    if (protocol === syncFrame) {
      const step = readVarUint(decoder)
      const body = readVarUint8Array(decoder)
      if (step <= 2 && !hasContent(decoder)) return step === 0 ? { kind: 'state', vector: body } : { kind: 'update', update: body }
    }
    if (protocol === awarenessFrame) {
      const update = readVarUint8Array(decoder)
      if (!hasContent(decoder) && update.length <= mostAwareness) return { kind: 'awareness', update, clients: clientsOf(update) }
    }
  } catch (error) {
    throw new Problem('invalid_request', 'The frame could not be read.', { cause: error })
  }
  throw new Problem('invalid_request', 'The frame is neither a sync message nor an awareness message.')
}

/** Whose states an awareness update carries; throws when it is not one. */
function clientsOf(update: Uint8Array): number[] {
  const decoder = createDecoder(update)
  const count = readVarUint(decoder)
  if (count > mostPeers) throw new Error('too many states')
  return Array.from({ length: count }, () => {
    const client = readVarUint(decoder)
    readVarUint(decoder)
    JSON.parse(readVarString(decoder))
    return client
  })
}

const message = (protocol: number, body: Uint8Array, step?: number): Uint8Array => {
  const encoder = createEncoder()
  writeVarUint(encoder, protocol)
  if (step !== undefined) writeVarUint(encoder, step)
  writeVarUint8Array(encoder, body)
  return toUint8Array(encoder)
}
export const stateMessage = (vector: Uint8Array): Uint8Array => message(syncFrame, vector, 0)
export const answerMessage = (update: Uint8Array): Uint8Array => message(syncFrame, update, 1)
export const updateMessage = (update: Uint8Array): Uint8Array => message(syncFrame, update, 2)
export const awarenessMessage = (update: Uint8Array): Uint8Array => message(awarenessFrame, update)
