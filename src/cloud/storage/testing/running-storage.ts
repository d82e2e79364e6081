import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake'
import { serve } from '#base/http/serve.ts'
import { silentLog } from '#base/log.ts'
import type { StorageAccount, StorageDeps } from '../contract.ts'
import { storageHandler } from '../handler.ts'

export const keyOne = Buffer.alloc(64, 'first key of the account ').toString('base64')
export const keyTwo = Buffer.alloc(64, 'second key of the account ').toString('base64')

/** A storage server on a port of its own over a folder of its own, with one account, `testaccount`. */
export async function runningStorage(options: { root?: string; port?: number } & Partial<Pick<StorageDeps, 'authorizeBearer' | 'authorizePrincipal' | 'delegate' | 'clock'>> = {}) {
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'brickyard-storage-')))
  const account: StorageAccount = { name: 'testaccount', keys: [keyOne, keyTwo], createdAt: new Date(0) }
  const served = await serve({
    port: options.port ?? 0,
    plain: true,
    onRequest: storageHandler({ root, log: silentLog(), clock: () => new Date(), ...options, account: async (name) => (name === account.name ? account : null) }),
  })
  const url = `http://127.0.0.1:${served.port}/${account.name}`
  return {
    root,
    url,
    port: served.port,
    account,
    /** Where a container's files lie. */
    folder: (container: string, ...path: string[]) => join(root, account.name, 'containers', container, ...path),
    client: (key = keyOne) => new DataLakeServiceClient(url, new StorageSharedKeyCredential(account.name, key), { retryOptions: { maxTries: 1 } }),
    async close() {
      await served.close()
      if (options.root === undefined) await rm(root, { recursive: true, force: true })
    },
  }
}

export type RunningStorage = Awaited<ReturnType<typeof runningStorage>>
