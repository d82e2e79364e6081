import { StorageManagementClient } from '@azure/arm-storage'
import {
  DataLakeSASPermissions,
  FileSystemSASPermissions,
  generateDataLakeSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-file-datalake'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Arm } from '../arm.ts'
import type { WorkspaceRecord } from '../contract.ts'

export type StorageCredentials = ReturnType<typeof storageCredentials>

const hour = 3_600_000
/** What Spark does with files: read, add, create, write, delete, list, move, execute. */
const permissions = FileSystemSASPermissions.parse('racwdlme')

/** Short-lived signatures for the root container. The account key comes from the resource manager and stays in memory. */
export function storageCredentials(arm: Arm, record: WorkspaceRecord, clock: Clock) {
  const client = new StorageManagementClient(arm.credential, arm.subscriptionId, arm.options)
  const group = record.managedResourceGroupId.split('/').at(-1) ?? ''
  let held: { until: number; key: Promise<string> } | undefined

  async function accountKey(): Promise<string> {
    const { keys } = await client.storageAccounts.listKeys(group, record.storage.account)
    const value = keys?.[0]?.value
    if (value === undefined) throw new Problem('unavailable', 'The root storage has no key.')
    return value
  }
  function key(): Promise<string> {
    const now = clock().getTime()
    if (!held || held.until < now) {
      const mine = { until: now + hour / 4, key: accountKey() }
      mine.key.catch(() => {
        if (held === mine) held = undefined
      })
      held = mine
    }
    return held.key
  }

  const { account, container } = record.storage
  return {
    /** For all that is in the root container: what machines and the workspace itself work with. */
    async forContainer(asked: { account: string; container: string }): Promise<{ sas: string; expires_at: string }> {
      if (asked.account !== account || asked.container !== container)
        throw new Problem('forbidden', `A cluster of this workspace gets no credential for ${asked.account}/${asked.container}.`)
      const now = clock().getTime()
      const expiresOn = new Date(now + hour)
      const wish = {
        fileSystemName: container,
        permissions,
        startsOn: new Date(now - 300_000),
        expiresOn,
        protocol: SASProtocol.HttpsAndHttp,
      }
      const sas = generateDataLakeSASQueryParameters(wish, new StorageSharedKeyCredential(account, await key())).toString()
      return { sas, expires_at: expiresOn.toISOString() }
    },
    /** For one file, by the letters of its permissions: what a client that goes to the storage itself gets. */
    async forFile(path: string, letters: string, expiresOn: Date): Promise<string> {
      const wish = { fileSystemName: container, pathName: path, permissions: DataLakeSASPermissions.parse(letters), expiresOn, protocol: SASProtocol.HttpsAndHttp }
      return generateDataLakeSASQueryParameters(wish, new StorageSharedKeyCredential(account, await key())).toString()
    },
  }
}
