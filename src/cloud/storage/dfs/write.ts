import type { Answer, Call } from '../call.ts'
import { bodyChecksum, mustFit } from '../checksum.ts'
import { mustHold, mustKnowLease, readConditions } from '../conditions.ts'
import { lookIn } from '../disk/entry.ts'
import { flush } from '../disk/flush.ts'
import { append } from '../disk/pending.ts'
import { refuse } from '../errors.ts'
import { contentProperties, stampHeaders } from '../headers.ts'
import { numberIn, type Scene } from '../operation.ts'

/** The most that one append may carry ("Path – Update", and the 100 MB that Azure's clients cut uploads into). */
const mostBytes = 100 * 1024 * 1024

/** Path – Update, action=append: data that a later flush makes part of the file. With `flush=true` that happens at once. */
export async function appendData(scene: Scene): Promise<Answer> {
  const { call, disk, place } = scene
  const position = mustHavePosition(call)
  mustFit(call, mostBytes)
  mustKnowLease(readConditions(call), lookIn(disk, place))
  const checksum = bodyChecksum(call)
  const size = await append(disk, place, { position, body: call.body, limit: mostBytes, ...checksum })
  if (call.query.get('flush') === 'true') return flushTo(scene, position + size, 202)
  return { status: 202, headers: { 'x-ms-request-server-encrypted': 'false', 'content-md5': checksum.md5() } }
}

/** Path – Update, action=flush: everything appended up to the position, durable and visible. */
export async function flushData(scene: Scene): Promise<Answer> {
  return flushTo(scene, mustHavePosition(scene.call), 200)
}

async function flushTo({ call, disk, place }: Scene, position: number, status: number): Promise<Answer> {
  const conditions = readConditions(call)
  const properties = contentProperties(call, 'x-ms-')
  const wish = { position, retain: call.query.get('retainuncommitteddata') === 'true', ...(properties ? { properties } : {}) }
  const entry = await flush(disk, place, wish, (existing) => mustHold(conditions, existing))
  return { status, headers: { ...stampHeaders(entry), 'x-ms-request-server-encrypted': 'false' } }
}

function mustHavePosition(call: Call): number {
  const position = numberIn(call, 'position')
  if (position === undefined) throw refuse('MissingRequiredQueryParameter', 'position is missing.')
  return position
}
