import type { Answer } from '../call.ts'
import { mustFind, setProperties } from '../dfs/properties.ts'
import { lookIn } from '../disk/entry.ts'
import { mustMatch, readConditions } from '../conditions.ts'
import { refuse } from '../errors.ts'
import { blobMetadata, contentProperties, metadataHeaders, stampHeaders } from '../headers.ts'
import type { Scene } from '../operation.ts'

/** Set Blob Metadata: replaces all of it. */
export async function setBlobMetadata(scene: Scene): Promise<Answer> {
  const entry = mustFind(scene)
  const changed = await setProperties(scene, entry, { ...entry.properties, metadata: blobMetadata(scene.call) ?? {} })
  return { status: 200, headers: { ...stampHeaders(changed), 'x-ms-request-server-encrypted': 'false' } }
}

/** Set Blob Properties: replaces all content headers; those not named are cleared. */
export async function setBlobProperties(scene: Scene): Promise<Answer> {
  const entry = mustFind(scene)
  const { contentType: _t, contentEncoding: _e, contentLanguage: _l, contentDisposition: _d, cacheControl: _c, contentMd5: _m, ...rest } = entry.properties
  const changed = await setProperties(scene, entry, { ...rest, ...contentProperties(scene.call, 'x-ms-blob-') })
  return { status: 200, headers: stampHeaders(changed) }
}

/** Get Blob Metadata */
export async function blobMetadataOnly({ call, disk, place }: Scene): Promise<Answer> {
  const entry = lookIn(disk, place)
  if (!entry) throw refuse('PathNotFound')
  mustMatch(readConditions(call), entry)
  return { status: 200, headers: { ...stampHeaders(entry), ...metadataHeaders(entry) } }
}

/** Get Account Information */
export async function accountInformation(): Promise<Answer> {
  return { status: 200, headers: { 'x-ms-sku-name': 'Standard_LRS', 'x-ms-account-kind': 'StorageV2', 'x-ms-is-hns-enabled': 'true' } }
}
