import { newMode } from '../access.ts'
import type { Answer } from '../call.ts'
import { mustHold, readConditions } from '../conditions.ts'
import { stage } from '../disk/stage.ts'
import { makeDirectory, publish, type Check } from '../disk/tree.ts'
import { refuse } from '../errors.ts'
import { contentProperties, dfsMetadata, stampHeaders } from '../headers.ts'
import type { Scene } from '../operation.ts'

const newProperties = ({ call }: Scene) => {
  const metadata = dfsMetadata(call)
  return { ...contentProperties(call, 'x-ms-'), ...(metadata ? { metadata } : {}) }
}

/** Conditions, and that who may only create cannot overwrite. */
const mayReplace = ({ call, grant }: Scene): Check => {
  const conditions = readConditions(call)
  return (existing) => {
    mustHold(conditions, existing)
    if (existing && !existing.isDirectory && !grant.may('w')) throw refuse('AuthorizationPermissionMismatch')
  }
}

/** Path – Create, resource=file: an empty file, instead of one that is there unless a condition forbids it. */
export async function createFile(scene: Scene): Promise<Answer> {
  const { call, disk, place } = scene
  if (place.path === '') throw refuse('InvalidInput', 'The root of a filesystem is a directory.')
  const staged = await stage(disk, { mode: newMode(call, false), properties: newProperties(scene) }, async () => {})
  const entry = await publish(disk, place, staged, mayReplace(scene))
  return { status: 201, headers: { ...stampHeaders(entry), 'x-ms-request-server-encrypted': 'false' } }
}

/** Path – Create, resource=directory: with all the directories above it. */
export async function createDirectory(scene: Scene): Promise<Answer> {
  const { call, disk, place } = scene
  const entry = await makeDirectory(disk, place, { mode: newMode(call, true), properties: newProperties(scene) }, mayReplace(scene))
  return { status: 201, headers: { ...stampHeaders(entry), 'x-ms-request-server-encrypted': 'false' } }
}
