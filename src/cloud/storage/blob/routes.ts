import type { Call, Needs } from '../call.ts'
import { refuse } from '../errors.ts'
import { notBuilt, type Operation } from '../operation.ts'
import { headFile, readFile } from '../read.ts'
import { leaseOperation } from '../leases/operations.ts'
import { getBlobBlockList, putBlobBlock, putBlobBlockList } from './blocks.ts'
import { containerProperties, createBlobContainer, deleteBlobContainer, listBlobContainers, setContainerMetadata } from './containers.ts'
import { copyBlob } from './copy.ts'
import type { StorageDeps } from '../contract.ts'
import { userDelegationKey } from './delegation-key.ts'
import { deleteBlob } from './delete.ts'
import { listBlobs } from './list.ts'
import { accountInformation, blobMetadataOnly, setBlobMetadata, setBlobProperties } from './properties.ts'
import { putBlob } from './put.ts'

const account = (action: Needs['action'], sas: string): Needs => ({ action, on: 'account', sas, accountOnly: true })
const container = (action: Needs['action'], sas: string): Needs => ({ action, on: 'container', sas, accountOnly: true })
const path = (action: Needs['action'], sas: string): Needs => ({ action, on: 'path', sas })

/** Which blob operation a call is. Source: "Blob service REST API". */
export function blobOperation(call: Call, deps: Pick<StorageDeps, 'clock' | 'delegate'>): Operation {
  const now = deps.clock
  for (const name of ['snapshot', 'versionid']) if (call.query.has(name)) return notBuilt(`The query parameter ${name}`, path('read', 'r'))
  const comp = call.query.get('comp')?.toLowerCase()
  const restype = call.query.get('restype')?.toLowerCase()
  if (restype === 'account' && comp === 'properties') return { needs: account('read', 'rwdlacup'), run: accountInformation }
  if (call.container === undefined) return onAccount(call, comp, deps)
  if (restype === 'container') return onContainer(call, comp)
  if (call.path === '') throw refuse('InvalidUri', 'A blob needs a name.')
  return onBlob(call, comp, now)
}

function onAccount(call: Call, comp: string | undefined, deps: Pick<StorageDeps, 'clock' | 'delegate'>): Operation {
  // Whether its token may have one is asked where the key is made.
  if (call.method === 'POST' && comp === 'userdelegationkey') return { needs: 'own check', run: userDelegationKey(deps) }
  if (call.method === 'GET' && comp === 'list') return { needs: account('list', 'l'), run: listBlobContainers }
  return notBuilt(`The account operation ${call.method} comp=${comp ?? ''}`, account('read', 'r'))
}

function onContainer(call: Call, comp: string | undefined): Operation {
  const does = `${call.method} ${comp ?? ''}`
  switch (does) {
    case 'PUT ': return { needs: container('write', 'cw'), run: createBlobContainer }
    case 'DELETE ': return { needs: container('delete', 'd'), run: deleteBlobContainer }
    case 'GET ': case 'HEAD ': case 'GET metadata': case 'HEAD metadata': return { needs: container('read', 'r'), run: containerProperties }
    case 'PUT metadata': return { needs: container('write', 'w'), run: setContainerMetadata }
    case 'PUT lease': return { needs: container('write', 'w'), run: leaseOperation }
    case 'GET list': return { needs: { action: 'list', on: 'container', sas: 'l', path: call.query.get('prefix')?.replace(/\/+$/, '') ?? '' }, run: listBlobs }
    default: return notBuilt(`The container operation ${does.trim()}`, container('write', 'w'))
  }
}

function onBlob(call: Call, comp: string | undefined, now: () => Date): Operation {
  const does = `${call.method} ${comp ?? ''}`
  switch (does) {
    case 'PUT ': return put(call, now)
    case 'GET ': return { needs: path('read', 'r'), run: readFile }
    case 'HEAD ': return { needs: path('read', 'r'), run: headFile }
    case 'DELETE ': return { needs: path('delete', 'd'), run: deleteBlob }
    case 'PUT block': return { needs: path('write', 'cw'), run: putBlobBlock }
    case 'PUT blocklist': return { needs: path('write', 'cw'), run: putBlobBlockList }
    case 'GET blocklist': return { needs: path('read', 'r'), run: getBlobBlockList }
    case 'PUT metadata': return { needs: path('write', 'w'), run: setBlobMetadata }
    case 'GET metadata': case 'HEAD metadata': return { needs: path('read', 'r'), run: blobMetadataOnly }
    case 'PUT properties': return { needs: path('write', 'w'), run: setBlobProperties }
    case 'PUT lease': return { needs: path('write', 'w'), run: leaseOperation }
    default: return notBuilt(`The blob operation ${does.trim()}`, path('write', 'w'))
  }
}

function put(call: Call, now: () => Date): Operation {
  if (call.headers['x-ms-copy-source'] !== undefined) return { needs: path('write', 'cw'), run: (scene) => copyBlob(scene, now()) }
  return { needs: path('write', 'cw'), run: putBlob }
}
