import { mustHold, mustMeet, readConditions } from '../conditions.ts'
import { createContainer, deleteContainer, listContainers } from '../disk/containers.ts'
import { mustHaveContainer } from '../disk/entry.ts'
import type { Answer } from '../call.ts'
import { dfsMetadata, leaseHeaders, propertiesText, stampHeaders } from '../headers.ts'
import { numberIn, type Scene } from '../operation.ts'

/** Filesystem – Create */
export async function createFilesystem({ call, disk, container }: Scene): Promise<Answer> {
  const entry = await createContainer(disk, container, dfsMetadata(call))
  return { status: 201, headers: { ...stampHeaders(entry), 'x-ms-namespace-enabled': 'true' } }
}

/** Filesystem – Delete */
export async function deleteFilesystem({ call, disk, container }: Scene): Promise<Answer> {
  const conditions = readConditions(call)
  await deleteContainer(disk, container, (entry) => mustHold(conditions, entry))
  return { status: 202 }
}

/** Filesystem – Get Properties */
export async function filesystemProperties({ disk, container }: Scene): Promise<Answer> {
  const entry = mustHaveContainer(disk, container)
  const headers = { ...stampHeaders(entry), ...leaseHeaders(entry), 'x-ms-properties': propertiesText(entry.properties.metadata) ?? '', 'x-ms-namespace-enabled': 'true' }
  return { status: 200, headers }
}

/** Filesystem – Set Properties */
export async function setFilesystemProperties({ call, disk, container }: Scene): Promise<Answer> {
  const entry = mustHaveContainer(disk, container)
  mustMeet(readConditions(call), entry) // a lease on a filesystem guards its deletion alone
  await disk.properties.set(entry, disk.stamps.next(entry.stamp), { ...entry.properties, metadata: dfsMetadata(call) ?? {} })
  return { status: 200, headers: stampHeaders(mustHaveContainer(disk, container)) }
}

/** Filesystem – List */
export async function listFilesystems({ call, disk }: Scene): Promise<Answer> {
  const from = Buffer.from(call.query.get('continuation') ?? '', 'base64url').toString()
  const page = listContainers(disk, { prefix: call.query.get('prefix') ?? '', from, limit: Math.min(numberIn(call, 'maxresults') ?? 5000, 5000) })
  const filesystems = page.items.map(({ name, entry }) => ({ name, eTag: entry.etag.replaceAll('"', ''), lastModified: entry.lastModified.toUTCString() }))
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=utf-8', 'x-ms-continuation': page.next && Buffer.from(page.next).toString('base64url') },
    body: JSON.stringify({ filesystems }),
  }
}
