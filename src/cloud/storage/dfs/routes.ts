import type { Call, Needs } from '../call.ts'
import { refuse } from '../errors.ts'
import { leaseOperation } from '../leases/operations.ts'
import { pathFromText } from '../names.ts'
import { notBuilt, type Operation } from '../operation.ts'
import { headFile, readFile } from '../read.ts'
import { createDirectory, createFile } from './create.ts'
import { deletePath } from './delete.ts'
import { createFilesystem, deleteFilesystem, filesystemProperties, listFilesystems, setFilesystemProperties } from './filesystem.ts'
import { listPaths } from './list.ts'
import { pathStatus, setAccessControl, setPathProperties } from './properties.ts'
import { renamePath } from './rename.ts'
import { appendData, flushData } from './write.ts'

const container = (action: Needs['action'], sas: string): Needs => ({ action, on: 'container', sas, accountOnly: true })
const path = (action: Needs['action'], sas: string): Needs => ({ action, on: 'path', sas })

/** Which dfs operation a call is. Source: the table of operations of "Azure Data Lake Storage Gen2 REST". */
export function dfsOperation(call: Call, now: () => Date): Operation {
  if (call.container === undefined) {
    if (call.method === 'GET' && call.query.get('resource') === 'account') return { needs: { action: 'list', on: 'account', sas: 'l', accountOnly: true }, run: listFilesystems }
    throw refuse('InvalidUri', 'This is not an operation on a storage account.')
  }
  return call.query.get('resource') === 'filesystem' ? onFilesystem(call) : onPath(call, now)
}

function onFilesystem(call: Call): Operation {
  switch (call.method) {
    case 'PUT': return { needs: container('write', 'cw'), run: createFilesystem }
    case 'DELETE': return { needs: container('delete', 'd'), run: deleteFilesystem }
    case 'HEAD': return { needs: container('read', 'r'), run: filesystemProperties }
    case 'PATCH': return { needs: container('write', 'w'), run: setFilesystemProperties }
    case 'GET': return { needs: { action: 'list', on: 'container', sas: 'l', path: pathFromText(call.query.get('directory') ?? '') }, run: listPaths }
    default: throw refuse('UnsupportedHttpVerb')
  }
}

function onPath(call: Call, now: () => Date): Operation {
  switch (call.method) {
    case 'PUT': return put(call, now)
    case 'PATCH': return update(call)
    case 'HEAD': return head(call)
    case 'GET': return { needs: path('read', 'r'), run: readFile }
    case 'DELETE': return { needs: path('delete', 'd'), run: deletePath }
    case 'POST': return { needs: path('write', 'w'), run: leaseOperation }
    default: throw refuse('UnsupportedHttpVerb')
  }
}

function put(call: Call, now: () => Date): Operation {
  if (call.headers['x-ms-rename-source'] !== undefined) return { needs: path('move', 'cwm'), run: (scene) => renamePath(scene, now()) }
  const kind = call.query.get('resource')
  if (kind === 'file') return { needs: path('write', 'cw'), run: createFile }
  if (kind === 'directory') return { needs: path('write', 'cw'), run: createDirectory }
  throw refuse('InvalidQueryParameterValue', 'resource must be file or directory.')
}

function update(call: Call): Operation {
  const action: string = call.query.get('action')?.toLowerCase() ?? ''
  switch (action) {
    case 'append': return { needs: path('write', 'w'), run: appendData }
    case 'flush': return { needs: path('write', 'w'), run: flushData }
    case 'setproperties': return { needs: path('write', 'w'), run: setPathProperties }
    case 'setaccesscontrol': return { needs: path('permissions', call.headers['x-ms-owner'] === undefined && call.headers['x-ms-group'] === undefined ? 'p' : 'o'), run: setAccessControl }
    case 'setaccesscontrolrecursive': return notBuilt('Path – Set Access Control Recursive', path('permissions', 'p'))
    default: throw refuse('InvalidQueryParameterValue', 'action must be append, flush, setProperties or setAccessControl.')
  }
}

function head(call: Call): Operation {
  const action = call.query.get('action')?.toLowerCase()
  if (action === 'getstatus' || action === 'getaccesscontrol') return { needs: path('read', 're'), run: pathStatus }
  if (action === 'checkaccess') return notBuilt('Path – Check Access', path('read', 're'))
  return { needs: path('read', 'r'), run: headFile }
}
