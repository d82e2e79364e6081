import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import { versions } from '../resource-manager/api-versions.ts'
import type { Core } from '../resource-manager/core.ts'
import { ok, param, type Call, type Operation } from '../resource-manager/operation.ts'
import { bad } from '../resource-manager/problems.ts'
import { found } from '../resource-manager/resource-operations.ts'
import { mustBeUnlocked } from '../resource-manager/locks.ts'
import { read } from '../resource-manager/read-body.ts'
import { freshPath, layout } from '../storage/disk/layout.ts'
import { syncDirectory } from '../storage/disk/sync.ts'
import { isContainerName } from '../storage/names.ts'
import type { Bag } from '../store/tables.ts'
import { accountType } from './accounts.ts'

const type = `${accountType}/blobServices/containers`

/** `blobServices/default/containers`: the folders that the storage endpoint serves, made and removed from the control plane. */
export function containerOperations(core: Core, storageRoot: string): Operation[] {
  const service = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{account}/blobServices'
  const line = (method: Operation['method'], tail: string, needs: string, handle: Operation['handle']): Operation => ({ method, path: `${service}${tail}`, versions: versions.storage, needs, handle })
  const account = (call: Call) => found(core, { type: accountType }, { path: call.path.slice(0, call.path.toLowerCase().indexOf('/blobservices')) })
  const folders = async (call: Call) => {
    const row = await account(call)
    return { row, own: layout(storageRoot, row.name) }
  }
  async function render(id: string, folder: string, name: string): Promise<Bag | null> {
    const about = await stat(join(folder, name)).catch(() => null)
    if (!about?.isDirectory()) return null
    return {
      id: `${id}/blobServices/default/containers/${name}`, name, type, etag: `"${about.mtimeMs.toString(16)}"`,
      properties: { publicAccess: 'None', leaseStatus: 'Unlocked', leaseState: 'Available', lastModifiedTime: about.mtime.toISOString(), deleted: false, hasImmutabilityPolicy: false, hasLegalHold: false, defaultEncryptionScope: '$account-encryption-key' },
    }
  }
  const missing = () => new Problem('not_found', 'The specified container does not exist.', { extra: { wireCode: 'ContainerNotFound' } })
  const defaults = (id: string): Bag => ({ id: `${id}/blobServices/default`, name: 'default', type: `${accountType}/blobServices`, properties: { cors: { corsRules: [] }, deleteRetentionPolicy: { enabled: false } } })
  const wish = z.looseObject({ properties: z.looseObject({ publicAccess: z.string().nullish() }).nullish() })

  return [
    line('GET', '', `${accountType}/blobServices/read`, async (call) => ok({ value: [defaults((await account(call)).id)] })),
    line('GET', '/default', `${accountType}/blobServices/read`, async (call) => ok(defaults((await account(call)).id))),
    line('GET', '/default/containers', `${type}/read`, async (call) => {
      const { row, own } = await folders(call)
      const names = (await readdir(own.containers).catch(() => [])).filter(isContainerName).toSorted()
      const shown = await Promise.all(names.map((name) => render(row.id, own.containers, name)))
      return ok({ value: shown.filter((each) => each !== null) })
    }),
    line('GET', '/default/containers/{container}', `${type}/read`, async (call) => {
      const { row, own } = await folders(call)
      const name = param(call, 'container')
      const body = isContainerName(name) ? await render(row.id, own.containers, name) : null
      if (!body) throw missing()
      return ok(body)
    }),
    line('PUT', '/default/containers/{container}', `${type}/write`, async (call) => {
      const { row, own } = await folders(call)
      const name = param(call, 'container')
      if (!isContainerName(name)) throw bad('ContainerOperationFailure', 'The specifed resource name contains invalid characters: 3 to 63 lower-case letters, digits and single hyphens.')
      await mustBeUnlocked(core.db, row.id, 'write')
      const access = read(wish, call.body ?? {}, '').properties?.publicAccess
      if (access && access !== 'None') throw bad('PublicAccessNotPermitted', 'Public access is not permitted on this storage account.')
      if (row.state !== 'Succeeded') throw new Problem('conflict', `The storage account ${row.name} is not ready: ${row.state}.`, { extra: { wireCode: 'StorageAccountIsNotProvisioned' } })
      const made = await mkdir(join(own.containers, name), { mode: 0o750 }).then(() => true, (error: NodeJS.ErrnoException) => { if (error.code === 'EEXIST') return false; throw error })
      await syncDirectory(own.containers)
      return { status: made ? 201 : 200, body: await render(row.id, own.containers, name) }
    }),
    line('DELETE', '/default/containers/{container}', `${type}/delete`, async (call) => {
      const { row, own } = await folders(call)
      const name = param(call, 'container')
      if (!isContainerName(name)) throw missing()
      await mustBeUnlocked(core.db, row.id, 'delete')
      const grave = freshPath(own.trash)
      const was = await rename(join(own.containers, name), grave).then(() => true, (error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return false; throw error })
      await syncDirectory(own.containers)
      if (was) void rm(grave, { recursive: true, force: true }).catch((error: unknown) => core.log.warn({ err: error }, 'a deleted container is emptied at the next start'))
      return { status: was ? 200 : 204 }
    }),
  ]
}
