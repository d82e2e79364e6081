import { createHash } from 'node:crypto'
import { header, type Answer } from '../call.ts'
import { bodyChecksum, mustFit } from '../checksum.ts'
import { mustHold, readConditions } from '../conditions.ts'
import { dropDraft } from '../disk/blocks.ts'
import { lookIn } from '../disk/entry.ts'
import { pour, stage } from '../disk/stage.ts'
import { publish, type Check } from '../disk/tree.ts'
import { refuse } from '../errors.ts'
import { blobMetadata, contentProperties, stampHeaders } from '../headers.ts'
import type { Scene } from '../operation.ts'

const mostBytes = 5000 * 1024 * 1024

/** Conditions, and that who may only create cannot overwrite. */
export const mayReplace = ({ call, grant }: Scene): Check => {
  const conditions = readConditions(call)
  return (existing) => {
    mustHold(conditions, existing)
    if (existing && !grant.may('w')) throw refuse('AuthorizationPermissionMismatch')
  }
}

/** What a blob write says of the blob besides its bytes. Blobs have the mode of a new file. */
export const blobLook = (scene: Scene) => {
  const metadata = blobMetadata(scene.call)
  return { mode: 0o640, properties: { ...contentProperties(scene.call, 'x-ms-blob-'), ...(metadata ? { metadata } : {}) } }
}

/** Put Blob: the whole content in one request, visible all at once. */
export async function putBlob(scene: Scene): Promise<Answer> {
  const { call, disk, place } = scene
  if (header(call, 'x-ms-blob-type') !== 'BlockBlob') throw refuse('NotImplemented', `${header(call, 'x-ms-blob-type') ?? 'A blob without a type'} is not built yet; only BlockBlob is.`)
  mustFit(call, mostBytes)
  const replace = mayReplace(scene)
  replace(lookIn(disk, place)) // refuse before the body is read, where we can
  const expected = bodyChecksum(call)
  const md5 = createHash('md5')
  const look = blobLook(scene)
  const contentType = header(call, 'x-ms-blob-content-type') ?? header(call, 'content-type')
  const staged = await stage(disk, { ...look, properties: { ...look.properties, ...(contentType === undefined ? {} : { contentType }) } }, async (handle) => {
    await pour(call.body, handle, 0, { limit: mostBytes, seen: (piece) => { md5.update(piece); expected.seen(piece) } })
    expected.check()
  })
  const entry = await publish(disk, place, staged, replace)
  await dropDraft(disk, place)
  return { status: 201, headers: { ...stampHeaders(entry), 'content-md5': md5.digest('base64'), 'x-ms-request-server-encrypted': 'false' } }
}
