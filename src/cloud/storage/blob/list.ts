import { symbolic } from '../access.ts'
import type { Answer } from '../call.ts'
import { mustHaveContainer, type Entry } from '../disk/entry.ts'
import { compare, walk, type Listed } from '../disk/list.ts'
import { refuse } from '../errors.ts'
import { parentOf, pathFromText } from '../names.ts'
import { numberIn, type Scene } from '../operation.ts'
import { leaseElements } from './lease-elements.ts'
import { attribute, declaration, element, text } from './xml.ts'

const mostResults = 5000

/**
 * List Blobs. Flat: every file and directory in the order of names. With the delimiter `/`: one level, directories as prefixes.
 * The marker is the last name given, in base64.
 */
export async function listBlobs({ call, disk, container }: Scene): Promise<Answer> {
  mustHaveContainer(disk, container)
  const prefix = call.query.get('prefix') ?? ''
  const delimiter = call.query.get('delimiter') ?? ''
  if (delimiter !== '' && delimiter !== '/') throw refuse('NotImplemented', 'Only the delimiter "/" is built.')
  if (/versions|snapshots|deleted|uncommitted/.test(call.query.get('include') ?? '')) throw refuse('NotImplemented', 'Listing versions, snapshots, deleted or uncommitted blobs is not built yet.')
  const marker = call.query.get('marker') ?? ''
  const asked = numberIn(call, 'maxresults')
  const limit = Math.min(asked ?? mostResults, mostResults)
  if (limit === 0) throw refuse('InvalidQueryParameterValue', 'maxresults must be at least 1.')
  const after = marker === '' ? undefined : Buffer.from(marker, 'base64url').toString()
  const below = prefix.includes('/') ? pathFromText(parentOf(prefix)) : ''
  const found: Listed[] = []
  let next = ''
  for await (const listed of walk(disk, container, { below, recursive: delimiter === '', prefix, ...(after === undefined ? {} : { after }) })) {
    if (found.length === limit) {
      next = Buffer.from(found.at(-1)?.path ?? '').toString('base64url')
      break
    }
    found.push(listed)
  }
  const show = call.query.get('include')?.includes('metadata') === true
  const items = found.map((listed) => (delimiter === '/' && listed.entry.isDirectory ? prefixItem(listed) : blobItem(listed, show)))
  // Prefixes carry a slash, so the order of names is not the order they were met in.
  items.sort((a, b) => compare(a.key, b.key))
  const body = [
    declaration, `<EnumerationResults ServiceEndpoint="${attribute(`/${call.account}/`)}" ContainerName="${attribute(container)}">`,
    element('Prefix', prefix === '' ? undefined : text(prefix)), element('Marker', marker === '' ? undefined : text(marker)),
    element('MaxResults', asked === undefined ? undefined : String(asked)), element('Delimiter', delimiter === '' ? undefined : text(delimiter)),
    `<Blobs>${items.map(({ xml }) => xml).join('')}</Blobs>`, element('NextMarker', next), '</EnumerationResults>',
  ]
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: body.join('') }
}

type Item = { key: string; xml: string }

const prefixItem = ({ path, entry }: Listed): Item => ({ key: `${path}/`, xml: element('BlobPrefix', element('Name', text(`${path}/`)) + element('Properties', own(entry))) })

const blobItem = ({ path, entry }: Listed, withMetadata: boolean): Item => {
  const { properties } = entry
  const xml = [
    element('Name', text(path)),
    element('Properties', [
      own(entry),
      element('Content-Length', String(entry.size)), element('Content-Type', text(properties.contentType ?? 'application/octet-stream')),
      element('Content-Encoding', text(properties.contentEncoding ?? '')), element('Content-Language', text(properties.contentLanguage ?? '')),
      element('Content-MD5', text(properties.contentMd5 ?? '')), element('Content-Disposition', text(properties.contentDisposition ?? '')),
      element('Cache-Control', text(properties.cacheControl ?? '')),
      element('BlobType', 'BlockBlob'), ...leaseElements(entry), element('ServerEncrypted', 'false'),
    ].join('')),
    withMetadata ? element('Metadata', metadata(entry)) : '',
  ]
  return { key: path, xml: element('Blob', xml.join('')) }
}

const own = (entry: Entry): string => [
  element('Creation-Time', entry.createdAt.toUTCString()), element('Last-Modified', entry.lastModified.toUTCString()), element('Etag', entry.etag.replaceAll('"', '')),
  element('ResourceType', entry.isDirectory ? 'directory' : 'file'),
  element('Owner', text(entry.properties.owner ?? '$superuser')), element('Group', text(entry.properties.group ?? '$superuser')), element('Permissions', symbolic(entry)),
].join('')

const metadata = (entry: Entry): string =>
  Object.entries({ ...entry.properties.metadata, ...(entry.isDirectory ? { hdi_isfolder: 'true' } : {}) }).map(([name, value]) => element(name, text(value))).join('')
