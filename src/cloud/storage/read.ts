import { createHash } from 'node:crypto'
import { header, type Answer } from './call.ts'
import { isUnchanged, mustMatch, readConditions } from './conditions.ts'
import { lookIn } from './disk/entry.ts'
import { openFile, slurp, stream } from './disk/read.ts'
import { refuse } from './errors.ts'
import { entryHeaders, stampHeaders } from './headers.ts'
import type { Scene } from './operation.ts'
import { readRange } from './ranges.ts'

/** Below this a read is one buffer, above a stream. */
const smallBytes = 256 * 1024
/** The most that a range may have if its MD5 is wanted ("Get Blob"). */
const md5Bytes = 4 * 1024 * 1024

/** Reads a file: the same for both endpoints. */
export async function readFile({ call, disk, place }: Scene): Promise<Answer> {
  const { entry, handle } = await openFile(disk, place)
  try {
    const conditions = readConditions(call)
    mustMatch(conditions, entry)
    if (isUnchanged(conditions, entry)) return await close(handle, { status: 304, headers: { ...stampHeaders(entry), 'x-ms-error-code': 'ConditionNotMet' } })
    if (entry.isDirectory && call.api === 'dfs') throw refuse('ResourceTypeMismatch', 'A directory cannot be read; list it.')
    const range = readRange(call, entry.size)
    const { from, to } = range ?? { from: 0, to: entry.size }
    const { 'content-md5': wholeMd5, ...rest } = entryHeaders(entry)
    const headers = {
      ...rest,
      'content-length': String(to - from),
      ...(range ? { 'content-range': `bytes ${from}-${to - 1}/${entry.size}`, 'x-ms-blob-content-md5': wholeMd5 } : { 'content-md5': wholeMd5 }),
    }
    const wantsMd5 = range !== undefined && header(call, 'x-ms-range-get-content-md5') === 'true'
    if (wantsMd5 && to - from > md5Bytes) throw refuse('InvalidInput', 'The MD5 of a range is made for at most 4 MiB.')
    const status = range ? 206 : 200
    if (to - from > smallBytes && !wantsMd5) return { status, headers, body: stream(handle, from, to) }
    const body = await slurp(handle, from, to)
    return { status, headers: wantsMd5 ? { ...headers, 'content-md5': createHash('md5').update(body).digest('base64') } : headers, body }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function close(handle: { close(): Promise<void> }, answer: Answer): Promise<Answer> {
  await handle.close()
  return answer
}

/** Tells about a file or directory without reading it: HEAD, on both endpoints. */
export async function headFile({ call, disk, place }: Scene): Promise<Answer> {
  const entry = lookIn(disk, place)
  if (!entry) throw refuse('PathNotFound')
  const conditions = readConditions(call)
  mustMatch(conditions, entry)
  if (isUnchanged(conditions, entry)) return { status: 304, headers: { ...stampHeaders(entry), 'x-ms-error-code': 'ConditionNotMet' } }
  return { status: 200, headers: { ...entryHeaders(entry), 'content-length': String(entry.size) } }
}
