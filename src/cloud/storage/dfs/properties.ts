import { accessChange } from '../access.ts'
import type { Answer } from '../call.ts'
import { mustHold, mustMatch, readConditions } from '../conditions.ts'
import { chmodSync } from 'node:fs'
import { lookIn, type Entry } from '../disk/entry.ts'
import type { Properties } from '../disk/properties.ts'
import { refuse } from '../errors.ts'
import { accessHeaders, contentProperties, dfsMetadata, entryHeaders, stampHeaders } from '../headers.ts'
import type { Scene } from '../operation.ts'

/** Looks a path up and checks the request's conditions on it. */
export function mustFind({ call, disk, place }: Scene): Entry {
  const entry = lookIn(disk, place)
  if (!entry) throw refuse('PathNotFound')
  mustHold(readConditions(call), entry)
  return entry
}

/** Writes the properties of a path and gives it a new ETag. */
export async function setProperties({ disk, place }: Scene, entry: Entry, properties: Properties): Promise<Entry> {
  await disk.properties.set(entry, disk.stamps.next(entry.stamp), properties)
  const now = lookIn(disk, place)
  if (!now) throw refuse('PathNotFound')
  return now
}

/** Path – Update, action=setProperties: replaces all user properties, and the content headers that are named. */
export async function setPathProperties(scene: Scene): Promise<Answer> {
  const entry = mustFind(scene)
  const metadata = dfsMetadata(scene.call)
  const changed = await setProperties(scene, entry, { ...entry.properties, ...contentProperties(scene.call, 'x-ms-'), ...(metadata ? { metadata } : {}) })
  return { status: 200, headers: stampHeaders(changed) }
}

/** Path – Update, action=setAccessControl: kept and given back; a permission to read or write is the credential's. */
export async function setAccessControl(scene: Scene): Promise<Answer> {
  const { disk, call, place } = scene
  const entry = mustFind(scene)
  const change = accessChange(call)
  const { acl, mode: _kept, ...rest } = entry.properties
  const bits = change.mode ?? entry.mode
  const onDisk = entry.isDirectory ? (bits & 0o1777) | 0o700 : (bits & 0o777) | 0o600
  const keepsAcl = change.mode === undefined && acl !== undefined
  chmodSync(place.full, onDisk)
  const properties = { ...rest, ...(keepsAcl ? { acl } : {}), ...change.properties, ...(onDisk === bits ? {} : { mode: bits }) }
  const changed = await setProperties({ ...scene, disk }, entry, properties)
  return { status: 200, headers: stampHeaders(changed) }
}

/** Path – Get Properties, action=getStatus or getAccessControl. */
export async function pathStatus({ call, disk, place }: Scene): Promise<Answer> {
  const entry = lookIn(disk, place)
  if (!entry) throw refuse('PathNotFound')
  mustMatch(readConditions(call), entry)
  if (call.query.get('action')?.toLowerCase() === 'getaccesscontrol') return { status: 200, headers: { ...stampHeaders(entry), ...accessHeaders(entry) } }
  return { status: 200, headers: { ...entryHeaders(entry), 'content-length': String(entry.size) } }
}
