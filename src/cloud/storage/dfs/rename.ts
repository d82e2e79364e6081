import { readQuery } from '../address.ts'
import { checkSas } from '../auth/sas.ts'
import { header, type Answer, type Call, type Grant } from '../call.ts'
import { mustHold, mustMatch, readConditions } from '../conditions.ts'
import { look, placeOf } from '../disk/entry.ts'
import { move } from '../disk/tree.ts'
import { refuse } from '../errors.ts'
import { stampHeaders } from '../headers.ts'
import { mustBeContainerName, pathFromUrl, type Path } from '../names.ts'
import type { Scene } from '../operation.ts'

type Source = { container: string; path: Path; sas: Map<string, string> | undefined }

/** Path – Create with x-ms-rename-source: moves a file or a directory, within the account, in one atomic step. */
export async function renamePath({ call, disk, grant, place }: Scene, now: Date): Promise<Answer> {
  const source = readSource(call, (name) => look(disk, placeOf(disk, name, '')) !== undefined)
  await sourceGrant(call, grant, source, now).allow({ action: 'move', on: 'path', sas: 'dm', path: source.path }, source)
  if (place.path === '') throw refuse('InvalidInput', 'The root of a filesystem cannot be a rename destination.')
  const [conditions, sourceConditions] = [readConditions(call), readConditions(call, 'x-ms-source-')]
  const entry = await move(disk, placeOf(disk, source.container, source.path), place, {
    source: (existing) => existing && (mustMatch(sourceConditions, existing), mustHold(sourceConditions, existing)),
    target: (existing) => mustHold(conditions, existing),
  })
  return { status: 201, headers: { ...stampHeaders(entry), 'content-length': '0' } }
}

/**
 * `/<container>/<path>[?<sas>]`, percent-encoded. Clients in path style put the account in front, as it stands in their URL;
 * ABFS with a path-style endpoint does not. A container of the account's own name decides by being there.
 */
function readSource(call: Call, isContainer: (name: string) => boolean): Source {
  const text = header(call, 'x-ms-rename-source') ?? ''
  const mark = text.indexOf('?')
  const raw = mark < 0 ? text : text.slice(0, mark)
  const sas = mark < 0 ? undefined : readQuery(text.slice(mark + 1))
  const [first = '', ...rest] = raw.replace(/^\//, '').split('/')
  const parts = call.pathStyle && first === call.account && !isContainer(first) ? rest : [first, ...rest]
  const container = decodeURIComponent(parts[0] ?? '')
  mustBeContainerName(container)
  return { container, path: pathFromUrl(parts.slice(1).join('/')), sas }
}

/** The source brings its own SAS when the request is made with one; a key or a token covers both ends. */
function sourceGrant(call: Call, grant: Grant, { container, path, sas }: Source, now: Date): Grant {
  if (!sas?.has('sig')) return grant
  return checkSas(sas, { container, path }, grant.account, { tls: call.tls, from: call.from, now })
}
