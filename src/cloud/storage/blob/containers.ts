import type { Answer, Headers } from '../call.ts'
import { mustHold, mustMeet, readConditions } from '../conditions.ts'
import { createContainer, deleteContainer, listContainers } from '../disk/containers.ts'
import { mustHaveContainer, type Entry } from '../disk/entry.ts'
import { refuse } from '../errors.ts'
import { blobMetadata, leaseHeaders, metadataHeaders, stampHeaders } from '../headers.ts'
import { numberIn, type Scene } from '../operation.ts'
import { leaseElements } from './lease-elements.ts'
import { attribute, declaration, element, text } from './xml.ts'

/** Create Container. Public access is never given: `x-ms-blob-public-access` is refused by name. */
export async function createBlobContainer({ call, disk, container }: Scene): Promise<Answer> {
  if (call.headers['x-ms-blob-public-access'] !== undefined) throw refuse('NotImplemented', 'Public access to a container is not offered.')
  const entry = await createContainer(disk, container, blobMetadata(call))
  return { status: 201, headers: stampHeaders(entry) }
}

/** Delete Container */
export async function deleteBlobContainer({ call, disk, container }: Scene): Promise<Answer> {
  const conditions = readConditions(call)
  await deleteContainer(disk, container, (entry) => mustHold(conditions, entry))
  return { status: 202 }
}

const containerHeaders = (entry: Entry): Headers => ({
  ...stampHeaders(entry),
  ...metadataHeaders(entry, true),
  ...leaseHeaders(entry),
  'x-ms-has-immutability-policy': 'false',
  'x-ms-has-legal-hold': 'false',
  'x-ms-immutable-storage-with-versioning-enabled': 'false',
  'x-ms-default-encryption-scope': '$account-encryption-key',
  'x-ms-deny-encryption-scope-override': 'false',
})

/** Get Container Properties, Get Container Metadata */
export async function containerProperties({ disk, container }: Scene): Promise<Answer> {
  return { status: 200, headers: containerHeaders(mustHaveContainer(disk, container)) }
}

/** Set Container Metadata */
export async function setContainerMetadata({ call, disk, container }: Scene): Promise<Answer> {
  const entry = mustHaveContainer(disk, container)
  mustMeet(readConditions(call), entry) // a lease on a container guards its deletion alone
  await disk.properties.set(entry, disk.stamps.next(entry.stamp), { ...entry.properties, metadata: blobMetadata(call) ?? {} })
  return { status: 200, headers: stampHeaders(mustHaveContainer(disk, container)) }
}

/** List Containers */
export async function listBlobContainers({ call, disk }: Scene): Promise<Answer> {
  const prefix = call.query.get('prefix') ?? ''
  const marker = call.query.get('marker') ?? ''
  const most = numberIn(call, 'maxresults')
  const page = listContainers(disk, { prefix, from: marker, limit: Math.min(most ?? 5000, 5000) })
  const withMetadata = call.query.get('include')?.includes('metadata') === true
  const items = page.items.map(({ name, entry }) => element('Container', element('Name', text(name)) + element('Properties', properties(entry)) + (withMetadata ? metadata(entry) : '')))
  const body = [
    declaration, `<EnumerationResults ServiceEndpoint="${attribute(`/${call.account}/`)}">`,
    element('Prefix', prefix === '' ? undefined : text(prefix)), element('Marker', marker === '' ? undefined : text(marker)),
    element('MaxResults', most === undefined ? undefined : String(most)),
    `<Containers>${items.join('')}</Containers>`, element('NextMarker', text(page.next ?? '')), '</EnumerationResults>',
  ]
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: body.join('') }
}

const properties = (entry: Entry): string => [
  element('Last-Modified', entry.lastModified.toUTCString()), element('Etag', text(entry.etag)), ...leaseElements(entry),
  element('HasImmutabilityPolicy', 'false'), element('HasLegalHold', 'false'), element('ImmutableStorageWithVersioningEnabled', 'false'),
].join('')

const metadata = (entry: Entry): string => element('Metadata', Object.entries(entry.properties.metadata ?? {}).map(([name, value]) => element(name, text(value))).join(''))
