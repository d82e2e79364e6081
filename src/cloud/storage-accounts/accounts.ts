import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Keys } from '#base/keys.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { region } from '../resource-manager/core.ts'
import { bad, conflict } from '../resource-manager/problems.ts'
import { extras } from '../resource-manager/resource-writes.ts'
import type { ResourceType } from '../resource-manager/resource-type.ts'
import type { accountStore } from '../storage/account-store.ts'
import { turn } from '../store/transaction.ts'
import type { Bag, ResourceRow, Tables } from '../store/tables.ts'

export const accountType = 'Microsoft.Storage/storageAccounts'
export type AccountDeps = { db: Kysely<Tables>; keys: Pick<Keys, 'seal' | 'open'>; folders: ReturnType<typeof accountStore>; storageUrl: string }

const skus = ['Standard_LRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_ZRS', 'Standard_GZRS', 'Standard_RAGZRS', 'Premium_LRS', 'Premium_ZRS'] as const
const envelope = z.looseObject({ sku: z.looseObject({ name: z.enum(skus) }), kind: z.enum(['Storage', 'StorageV2', 'BlobStorage', 'FileStorage', 'BlockBlobStorage']).default('StorageV2') })
/** Azure's rule; a name is also the account's path below the storage address. */
export const accountName = /^[a-z0-9]{3,24}$/

/** `Microsoft.Storage/storageAccounts`: two keys, sealed, and a folder that the storage endpoint serves. */
export const storageAccounts = (deps: AccountDeps): ResourceType => ({
  type: accountType, versions: versions.storage, rank: 80, created: 202, waits: 'delete',
  async put({ tx, name, existing, body, properties }) {
    if (!accountName.test(name.name)) throw bad('AccountNameInvalid', `${name.name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`)
    const wish = envelope.safeParse({ ...existing?.envelope, ...body })
    if (!wish.success) throw bad('InvalidValuesForRequestParameters', `Values for request parameters are invalid: ${wish.error.issues[0]?.path.join('.') ?? ''}. ${wish.error.issues[0]?.message ?? ''}`)
    await turn(tx, `account ${name.name}`)
    const other = await tx.selectFrom('resources').select('key').where('type', '=', accountType).where('name', '=', name.name).where('key', '<>', name.key).executeTakeFirst()
    if (other) throw conflict('StorageAccountAlreadyTaken', `The storage account named ${name.name} is already taken.`)
    const { primaryEndpoints: _, provisioningState: __, ...kept } = properties
    const { sku, kind } = wish.data
    return {
      properties: { isHnsEnabled: true, supportsHttpsTrafficOnly: true, allowBlobPublicAccess: false, minimumTlsVersion: 'TLS1_2', accessTier: 'Hot', ...existing?.properties, ...kept },
      envelope: { ...extras(body), sku: { name: sku.name, tier: sku.name.startsWith('Premium') ? 'Premium' : 'Standard' }, kind },
      ...(existing ? {} : { sealed: sealKeys(deps.keys, [newKey(), newKey()]) }),
      job: !existing || existing.state !== 'Succeeded',
    }
  },
  make: (row) => deps.folders.create(row.name),
  async destroy(row) {
    await deps.folders.remove(row.name)
    return true
  },
  async view(row) {
    return {
      ...row.properties, primaryEndpoints: endpoints(deps.storageUrl, row.name), primaryLocation: region.name, statusOfPrimary: 'available', creationTime: row.created_at.toISOString(),
      keyCreationTime: { key1: row.created_at.toISOString(), key2: row.created_at.toISOString() }, privateEndpointConnections: [],
      networkAcls: { bypass: 'AzureServices', virtualNetworkRules: [], ipRules: [], defaultAction: 'Allow', ...asObject(row.properties.networkAcls) },
      encryption: { services: { blob: { keyType: 'Account', enabled: false } }, keySource: 'Microsoft.Storage' },
    }
  },
})
const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

/** Path style: one port serves all accounts, since `*.localhost` does not resolve everywhere. */
export const endpoints = (storageUrl: string, name: string): Bag => ({ dfs: `${storageUrl}/${name}/`, blob: `${storageUrl}/${name}/` })

const purpose = 'storage account keys'
const pair = z.tuple([z.string(), z.string()])
export const newKey = (): string => randomBytes(64).toString('base64')
export const sealKeys = (keys: Pick<Keys, 'seal'>, both: readonly [string, string]): string => keys.seal(purpose, JSON.stringify(both))
export const openKeysOf = (keys: Pick<Keys, 'open'>, row: Pick<ResourceRow, 'sealed'>): [string, string] => pair.parse(JSON.parse(keys.open(purpose, row.sealed ?? '')))
