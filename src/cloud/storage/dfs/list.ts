import { symbolic } from '../access.ts'
import type { Answer } from '../call.ts'
import { lookIn, placeOf } from '../disk/entry.ts'
import { walk, type Listed } from '../disk/list.ts'
import { refuse } from '../errors.ts'
import { isWithin, pathFromText } from '../names.ts'
import { stampHeaders } from '../headers.ts'
import { numberIn, type Scene } from '../operation.ts'

const mostResults = 5000

/** Path – List. The continuation is the last name given, so a page costs what it shows and nothing is remembered between pages. */
export async function listPaths({ call, disk, container }: Scene): Promise<Answer> {
  const below = pathFromText(call.query.get('directory') ?? '')
  const folder = lookIn(disk, placeOf(disk, container, below))
  if (!folder) throw refuse('PathNotFound')
  const limit = Math.min(numberIn(call, 'maxresults') ?? mostResults, mostResults)
  if (limit === 0) throw refuse('InvalidQueryParameterValue', 'maxResults must be at least 1.')
  const continuation = call.query.get('continuation')
  const after = continuation === undefined || continuation === '' ? undefined : Buffer.from(continuation, 'base64url').toString()
  if (after !== undefined && !isWithin(after, below)) throw refuse('InvalidQueryParameterValue', 'The continuation is not one of this listing.')
  // A file lists itself: ABFS counts on it when it is given a file where a folder could be.
  const paths: Listed[] = folder.isDirectory ? [] : [{ path: below, entry: folder }]
  let next: string | undefined
  for await (const listed of walk(disk, container, { below, recursive: call.query.get('recursive') === 'true', ...(after === undefined ? {} : { after }) })) {
    if (paths.length === limit) {
      next = paths.at(-1)?.path
      break
    }
    paths.push(listed)
  }
  return {
    status: 200,
    headers: { ...stampHeaders(folder), 'content-type': 'application/json;charset=utf-8', 'x-ms-continuation': next && Buffer.from(next).toString('base64url') },
    body: JSON.stringify({ paths: paths.map(wirePath) }),
  }
}

/** Source: "Path – List", schema Path; numbers and booleans are strings there. */
const wirePath = ({ path, entry }: Listed) => ({
  name: path,
  ...(entry.isDirectory ? { isDirectory: 'true' } : {}),
  contentLength: String(entry.size),
  etag: entry.etag.replaceAll('"', ''),
  lastModified: entry.lastModified.toUTCString(),
  creationTime: String(BigInt(entry.createdAt.getTime()) * 10_000n + 116_444_736_000_000_000n),
  owner: entry.properties.owner ?? '$superuser',
  group: entry.properties.group ?? '$superuser',
  permissions: symbolic(entry),
})
