import { expect, test } from 'vitest'
import { all, clients, fast, location, owner, subscription, unique } from './arm-clients.ts'

const { databricks, resources, storage, network, authorization } = clients(owner)

test('a service\u2019s managed group holds what it should, is locked for its owner, and goes with the group of the service', async () => {
  const group = unique('svc')
  const managed = `${group}-managed`
  await resources.resourceGroups.createOrUpdate(group, { location })
  const made = await databricks.workspaces.createOrUpdate(group, 'workspace', { location, computeMode: 'Hybrid', sku: { name: 'premium' }, managedResourceGroupId: `${subscription}/resourceGroups/${managed}` }, fast)
  expect(made).toMatchObject({ provisioningState: 'Succeeded', workspaceId: expect.stringMatching(/^\d+$/) })
  const inside = await all(resources.resources.listByResourceGroup(managed))
  expect(inside.map((each) => each.type).toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))).toEqual([
    'Microsoft.ManagedIdentity/userAssignedIdentities', 'Microsoft.Network/networkSecurityGroups', 'Microsoft.Network/virtualNetworks', 'Microsoft.Storage/storageAccounts',
  ])
  expect((await all(resources.resources.listByResourceGroup(group))).map((each) => each.type)).toEqual(['Microsoft.Databricks/workspaces'])
  expect((await resources.resourceGroups.get(managed)).managedBy?.toLowerCase()).toBe(made.id?.toLowerCase())

  const account = inside.find((each) => each.type === 'Microsoft.Storage/storageAccounts')?.name ?? ''
  const [lock] = await all(authorization.denyAssignments.listForScope(`${subscription}/resourceGroups/${managed}`.slice(1)))
  expect(lock).toMatchObject({ denyAssignmentName: `System deny assignment created by Azure Databricks ${made.id ?? ''}`, isSystemProtected: true })
  const refusal = { statusCode: 403, code: 'DenyAssignmentAuthorizationFailed', message: expect.stringContaining(`deny assignment with name '${lock?.denyAssignmentName ?? '-'}'`) }
  await expect(storage.storageAccounts.listKeys(managed, account)).rejects.toMatchObject(refusal)
  await expect(storage.storageAccounts.delete(managed, account)).rejects.toMatchObject(refusal)
  await expect(network.virtualNetworks.createOrUpdate(managed, 'own', { location, addressSpace: { addressPrefixes: ['10.9.0.0/16'] } }, fast)).rejects.toMatchObject(refusal)
  await expect(resources.resourceGroups.delete(managed, fast)).rejects.toMatchObject(refusal)

  await resources.resourceGroups.delete(group, fast)
  for (const name of [group, managed]) await expect(resources.resourceGroups.get(name)).rejects.toMatchObject({ code: 'ResourceGroupNotFound' })
})
