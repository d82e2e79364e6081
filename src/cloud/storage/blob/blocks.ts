import { bodyText } from '../body-text.ts'
import type { Answer } from '../call.ts'
import { bodyChecksum, mustFit } from '../checksum.ts'
import { mustKnowLease, readConditions } from '../conditions.ts'
import { dropDraft, join, mustBeBlockId, putBlock, resolveBlocks, uncommitted } from '../disk/blocks.ts'
import { lookIn } from '../disk/entry.ts'
import { stage } from '../disk/stage.ts'
import { publish } from '../disk/tree.ts'
import { refuse } from '../errors.ts'
import { stampHeaders } from '../headers.ts'
import type { Scene } from '../operation.ts'
import { blobLook, mayReplace } from './put.ts'
import { declaration, element, plain, text } from './xml.ts'

const mostBlockBytes = 4000 * 1024 * 1024
const mostBlocks = 50_000
/** A list of 50,000 ids of 88 characters with their tags. */
const mostListBytes = 8 * 1024 * 1024

/** Put Block */
export async function putBlobBlock({ call, disk, place }: Scene): Promise<Answer> {
  if (call.headers['x-ms-copy-source'] !== undefined) throw refuse('NotImplemented', 'Put Block From URL is not built yet.')
  mustFit(call, mostBlockBytes)
  mustKnowLease(readConditions(call), lookIn(disk, place))
  const checksum = bodyChecksum(call)
  await putBlock(disk, place, mustBeBlockId(call.query.get('blockid')), call.body, { limit: mostBlockBytes, ...checksum })
  return { status: 201, headers: { 'content-md5': checksum.md5(), 'x-ms-request-server-encrypted': 'false' } }
}

/** Put Block List: the blocks it names become the blob, all at once. */
export async function putBlobBlockList(scene: Scene): Promise<Answer> {
  const { call, disk, place } = scene
  const wanted = readBlockList(await bodyText(call.body, mostListBytes))
  const parts = resolveBlocks(wanted, uncommitted(disk, place), lookIn(disk, place), place)
  const look = blobLook(scene)
  const blocks = parts.map(({ id, size }): [string, number] => [id, size])
  const staged = await stage(disk, { ...look, properties: { ...look.properties, blocks } }, (handle) => join(parts, handle))
  const entry = await publish(disk, place, staged, mayReplace(scene))
  await dropDraft(disk, place)
  return { status: 201, headers: { ...stampHeaders(entry), 'x-ms-request-server-encrypted': 'false' } }
}

/** Get Block List */
export async function getBlobBlockList({ call, disk, place }: Scene): Promise<Answer> {
  const kind = call.query.get('blocklisttype')?.toLowerCase() ?? 'committed'
  const entry = lookIn(disk, place)
  const draft = uncommitted(disk, place)
  if (!entry && draft.size === 0) throw refuse('PathNotFound')
  const list = (blocks: (readonly [string, number])[]) => blocks.map(([id, size]) => element('Block', element('Name', text(id)) + element('Size', String(size)))).join('')
  const committed = kind === 'uncommitted' ? undefined : element('CommittedBlocks', list(entry?.properties.blocks ?? []))
  const waiting = kind === 'committed' ? undefined : element('UncommittedBlocks', list([...draft].map(([id, { size }]) => [id, size] as const)))
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...(entry ? { ...stampHeaders(entry), 'x-ms-blob-content-length': String(entry.size) } : {}) },
    body: `${declaration}<BlockList>${committed ?? ''}${waiting ?? ''}</BlockList>`,
  }
}

function readBlockList(xml: string): { kind: string; id: string }[] {
  if (!/<BlockList[\s/>]/.test(xml)) throw refuse('InvalidBlockList')
  const wanted = [...xml.matchAll(/<(Committed|Uncommitted|Latest)>([^<]*)<\/\1>/g)].map(([, kind = '', id = '']) => ({ kind, id: mustBeBlockId(plain(id.trim())) }))
  if (wanted.length > mostBlocks) throw refuse('InvalidBlockList', 'A blob has at most 50,000 blocks.')
  return wanted
}
