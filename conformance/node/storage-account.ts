export type Account = { url: string; name: string; key: string; remove(): Promise<void> }

/**
 * The account to test: the one of BRICKYARD_STORAGE_URL (`https://host:port/<account>`), BRICKYARD_STORAGE_ACCOUNT and BRICKYARD_STORAGE_KEY,
 * or a fresh one made through the resource manager.
 */
export async function testAccount(): Promise<Account> {
  const { BRICKYARD_STORAGE_URL: url, BRICKYARD_STORAGE_ACCOUNT: name, BRICKYARD_STORAGE_KEY: key } = process.env
  if (url && name && key) return { url: url.replace(/\/$/, ''), name, key, remove: async () => {} }
  const { clients, fast, location, owner, unique } = await import('./arm-clients.ts')
  const { resources, storage } = clients(owner)
  const group = unique('storage')
  const account = unique('st').slice(0, 24)
  await resources.resourceGroups.createOrUpdate(group, { location })
  const made = await storage.storageAccounts.create(group, account, { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, isHnsEnabled: true }, fast)
  const [first] = (await storage.storageAccounts.listKeys(group, account)).keys ?? []
  return {
    url: (made.primaryEndpoints?.dfs ?? '').replace(/\/$/, ''),
    name: account,
    key: first?.value ?? '',
    remove: () => resources.resourceGroups.delete(group, fast),
  }
}
