import { randomUUID } from 'node:crypto'
import { readQuery } from '../address.ts'
import { checkSas } from '../auth/sas.ts'
import { header, type Answer, type Call, type Grant } from '../call.ts'
import { mustHold, readConditions } from '../conditions.ts'
import { copyBytes } from '../disk/copy-bytes.ts'
import { placeOf } from '../disk/entry.ts'
import { openFile } from '../disk/read.ts'
import { stage } from '../disk/stage.ts'
import { publish } from '../disk/tree.ts'
import { refuse } from '../errors.ts'
import { stampHeaders } from '../headers.ts'
import { mustBeContainerName, pathFromUrl, type Path } from '../names.ts'
import type { Scene } from '../operation.ts'
import { blobLook, mayReplace } from './put.ts'

/** Copy Blob within the account: done when it is answered. */
export async function copyBlob(scene: Scene, now: Date): Promise<Answer> {
  const { call, disk, place } = scene
  const source = readSource(call)
  await sourceGrant(scene, source, now).allow({ action: 'read', on: 'path', sas: 'r', path: source.path }, source)
  const { entry: original, handle } = await openFile(disk, placeOf(disk, source.container, source.path))
  try {
    if (original.isDirectory) throw refuse('ResourceTypeMismatch', 'A directory cannot be copied.')
    mustHold(readConditions(call, 'x-ms-source-'), original)
    const { blocks: _blocks, mode: _mode, ...properties } = original.properties
    const { metadata } = blobLook(scene).properties
    const look = { mode: original.mode, properties: { ...properties, ...(metadata ? { metadata } : {}) } }
    const staged = await stage(disk, look, async (into) => void (await copyBytes(handle, 0, original.size, into, 0)))
    const entry = await publish(disk, place, staged, mayReplace(scene))
    return { status: 202, headers: { ...stampHeaders(entry), 'x-ms-copy-id': randomUUID(), 'x-ms-copy-status': 'success' } }
  } finally {
    await handle.close()
  }
}

type Source = { container: string; path: Path; sas: Map<string, string> }

/** The source is a URL of this account, in path or host style; bytes from elsewhere are never fetched. */
function readSource(call: Call): Source {
  const text = header(call, 'x-ms-copy-source') ?? ''
  if (!URL.canParse(text)) throw refuse('InvalidSourceUri')
  const url = new URL(text)
  const raw = text.slice(text.indexOf('/', text.indexOf('://') + 3)).split('?')[0] ?? ''
  const parts = raw.slice(1).split('/')
  const account = /^([a-z0-9]{3,24})\.(?:dfs|blob)\./.exec(url.host)?.[1] ?? parts.shift()
  if (account !== call.account) throw refuse('NotImplemented', 'Copying from another account or server is not built yet.')
  const container = decodeURIComponent(parts.shift() ?? '')
  mustBeContainerName(container)
  return { container, path: pathFromUrl(parts.join('/')), sas: readQuery(url.search.slice(1)) }
}

function sourceGrant({ call, grant }: Scene, { container, path, sas }: Source, now: Date): Grant {
  if (!sas.has('sig')) return grant
  return checkSas(sas, { container, path }, grant.account, { tls: call.tls, from: call.from, now })
}
