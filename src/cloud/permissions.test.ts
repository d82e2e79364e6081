import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roleNamed } from './authorization/built-in-roles.ts'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

let it: RunningCloud
const fast = { updateIntervalInMs: 50 }
const storage = '?api-version=2025-08-01'
const accountPath = () => `${it.subscription}/resourceGroups/managed/providers/Microsoft.Storage/storageAccounts/dbstoragelocked`
const lockPath = () => `${it.subscription}/resourceGroups/managed/providers/Microsoft.Authorization/denyAssignments/${lockId}?api-version=2022-04-01`
const lockId = randomUUID()
const title = 'System deny assignment created by Azure Databricks /subscriptions/s/resourceGroups/rg/providers/Microsoft.Databricks/workspaces/w'
const lock = (excluded: string) => ({ properties: {
  denyAssignmentName: title, permissions: [{ actions: ['*'], notActions: ['*/read', 'Microsoft.Authorization/roleAssignments/write'], dataActions: ['*'], notDataActions: [] }],
  principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }], excludePrincipals: [{ id: excluded, type: 'ServicePrincipal' }], isSystemProtected: true,
} })

beforeAll(async () => {
  it = await runningCloud()
  const { resources, storage: accounts } = it.provider
  await resources.resourceGroups.createOrUpdate('managed', { location: 'local', managedBy: `${it.subscription}/resourceGroups/rg/providers/Microsoft.Databricks/workspaces/w` })
  await accounts.storageAccounts.create('managed', 'dbstoragelocked', { location: 'local', kind: 'StorageV2', sku: { name: 'Standard_LRS' }, isHnsEnabled: true }, fast)
  expect((await it.provider.raw('PUT', lockPath(), lock(it.provider.oid))).status).toBe(201)
})
afterAll(() => it.stop())

describe('locked storage', () => {
  test('its owner sees it, and cannot list its keys, change it or delete it; the refusal names the lock', async () => {
    const account = await it.owner.storage.storageAccounts.getProperties('managed', 'dbstoragelocked')
    expect(account).toMatchObject({ primaryEndpoints: { dfs: 'https://localhost:1/dbstoragelocked/' }, isHnsEnabled: true, provisioningState: 'Succeeded' })
    const answer = await it.owner.raw('POST', `${accountPath()}/listKeys${storage}`)
    expect(answer.status).toBe(403)
    expect(answer.body.error).toEqual({
      code: 'DenyAssignmentAuthorizationFailed',
      message: `The client '${it.owner.appId}' with object id '${it.owner.oid}' has permission to perform action 'Microsoft.Storage/storageAccounts/listKeys/action' on scope '${accountPath()}'; however, the access is denied because of the deny assignment with name '${title}' and Id '${lockId.replaceAll('-', '')}' at scope '${it.subscription}/resourceGroups/managed'.`,
    })
    await expect(it.owner.storage.storageAccounts.listKeys('managed', 'dbstoragelocked')).rejects.toMatchObject({ statusCode: 403, code: 'DenyAssignmentAuthorizationFailed' })
    await expect(it.owner.storage.storageAccounts.delete('managed', 'dbstoragelocked')).rejects.toMatchObject({ code: 'DenyAssignmentAuthorizationFailed' })
    await expect(it.owner.resources.resourceGroups.delete('managed')).rejects.toMatchObject({ code: 'DenyAssignmentAuthorizationFailed' })
    await expect(it.owner.network.virtualNetworks.createOrUpdate('managed', 'own', { location: 'local', addressSpace: { addressPrefixes: ['10.0.0.0/16'] } })).rejects.toMatchObject({ code: 'DenyAssignmentAuthorizationFailed' })
  })

  test('the resource provider may, and containers can be listed by all who may read', async () => {
    expect((await it.provider.storage.storageAccounts.listKeys('managed', 'dbstoragelocked')).keys).toHaveLength(2)
    await it.provider.storage.blobContainers.create('managed', 'dbstoragelocked', 'root', {})
    const names = []
    for await (const each of it.owner.storage.blobContainers.list('managed', 'dbstoragelocked')) names.push(each.name)
    expect(names).toEqual(['root'])
  })

  test('nobody but the provider makes or removes a deny assignment; everyone with a role reads them', async () => {
    const refused = await it.owner.raw('PUT', lockPath().replace(lockId, randomUUID()), lock(it.owner.oid))
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'AuthorizationFailed'])
    expect(refused.body.error?.message).toMatch(/^This operation is only restricted/)
    expect((await it.owner.raw('DELETE', lockPath())).status).toBe(403)
    const list = []
    for await (const each of it.owner.authorization.denyAssignments.listForScope(`${it.subscription}/resourceGroups/managed`.slice(1))) list.push(each)
    expect(list).toMatchObject([{ denyAssignmentName: title, isSystemProtected: true }])
  })

  test('a role may still be written below the lock, and not taken away', async () => {
    const someone = await it.account('someone')
    const scope = `${it.subscription}/resourceGroups/managed`
    const name = randomUUID()
    const roleDefinitionId = `${it.subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleNamed('Storage Blob Data Reader')?.id ?? ''}`
    await it.owner.authorization.roleAssignments.create(scope, name, { roleDefinitionId, principalId: someone.oid })
    await expect(it.owner.authorization.roleAssignments.delete(scope, name)).rejects.toMatchObject({ code: 'DenyAssignmentAuthorizationFailed' })
    const { token } = await someone.credential.getToken('https://storage.azure.com/.default')
    await expect(it.cloud.authorizeBearer(token, { account: 'dbstoragelocked', action: 'read', on: 'path', container: 'root', path: 'a' })).rejects.toMatchObject({ code: 'denied_by_assignment', extra: { wireCode: 'AuthorizationPermissionDenied' } })
  })
})

describe('roles', () => {
  const rg = () => `${it.subscription}/resourceGroups/roles`
  const vnet = () => `${rg()}/providers/Microsoft.Network/virtualNetworks/v?api-version=2025-07-01`
  const account = () => `${rg()}/providers/Microsoft.Storage/storageAccounts/rolesaccount`
  const network = { location: 'local', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } }
  beforeAll(async () => {
    await it.owner.resources.resourceGroups.createOrUpdate('roles', { location: 'local' })
    await it.owner.raw('PUT', vnet(), network)
    await it.owner.storage.storageAccounts.create('roles', 'rolesaccount', { location: 'local', kind: 'StorageV2', sku: { name: 'Standard_LRS' } }, fast)
  })

  test.each<[string | null, Record<string, boolean>]>([
    [null, { read: false, write: false, keys: false, assign: false }],
    ['Reader', { read: true, write: false, keys: false, assign: false }],
    ['Contributor', { read: true, write: true, keys: true, assign: false }],
    ['Owner', { read: true, write: true, keys: true, assign: true }],
    ['User Access Administrator', { read: true, write: false, keys: false, assign: true }],
    ['Network Contributor', { read: true, write: true, keys: false, assign: false }],
    ['Storage Account Contributor', { read: false, write: false, keys: true, assign: false }],
    ['Virtual Machine Contributor', { read: true, write: false, keys: true, assign: false }],
    ['Azure Databricks Workspace Contributor', { read: true, write: false, keys: false, assign: false }],
  ])('%s at the group', async (role, may) => {
    const who = await it.account(role ?? 'nobody')
    if (role) await it.cloud.grant(who.oid, role, rg())
    const assignment = `${rg()}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${roleNamed('Reader')?.id ?? ''}`
    const answers = {
      read: await who.raw('GET', vnet()),
      write: await who.raw('PUT', vnet(), network),
      keys: await who.raw('POST', `${account()}/listKeys${storage}`),
      assign: await who.raw('PUT', assignment, { properties: { roleDefinitionId, principalId: who.oid } }),
    }
    expect(Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, answer.status < 300]))).toEqual(may)
    for (const [name, answer] of Object.entries(answers)) if (!may[name]) expect(answer.body.error?.code).toBe('AuthorizationFailed')
  })

  test('the refusal is Azure\u2019s, word for word', async () => {
    const who = await it.account('refused')
    const answer = await who.raw('GET', vnet())
    const scope = vnet().split('?')[0]
    expect(answer.body.error?.message).toBe(`The client '${who.appId}' with object id '${who.oid}' does not have authorization to perform action 'Microsoft.Network/virtualNetworks/read' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`)
  })

  test('a group\u2019s members hold what the group holds, and lists show only what one may read', async () => {
    const who = await it.account('member')
    const list = async () => { const names = []; for await (const each of who.resources.resourceGroups.list()) names.push(each.name); return names }
    expect(await list()).toEqual([])
    const group = await it.directory.groups.createGroup({ displayName: 'readers' })
    await it.directory.groups.addMember(group.id, who.oid)
    await it.cloud.grant(group.id, 'Reader', rg())
    expect(await list()).toEqual(['roles'])
    expect((await who.raw('GET', vnet())).status).toBe(200)
    const rows = []
    for await (const each of who.resources.resources.list()) rows.push(each.name)
    expect(rows).toEqual(['v', 'rolesaccount'])
  })

  test('a network can only be used by who may join it', async () => {
    const who = await it.account('joiner')
    await it.owner.resources.resourceGroups.createOrUpdate('joiners', { location: 'local' })
    await it.cloud.grant(who.oid, 'Contributor', `${it.subscription}/resourceGroups/joiners`)
    await it.owner.raw('PUT', `${rg()}/providers/Microsoft.Network/virtualNetworks/v/subnets/s?api-version=2025-07-01`, { properties: { addressPrefix: '10.0.0.0/24' } })
    const card = { location: 'local', properties: { ipConfigurations: [{ name: 'ip', properties: { subnet: { id: `${rg()}/providers/Microsoft.Network/virtualNetworks/v/subnets/s` } } }] } }
    const path = `${it.subscription}/resourceGroups/joiners/providers/Microsoft.Network/networkInterfaces/c?api-version=2025-07-01`
    expect((await who.raw('PUT', path, card)).body.error).toMatchObject({ code: 'LinkedAuthorizationFailed', message: expect.stringContaining("'Microsoft.Network/virtualNetworks/subnets/join/action'") })
    await it.cloud.grant(who.oid, 'Network Contributor', rg())
    expect((await who.raw('PUT', path, card)).status).toBe(201)
  })

  test('locks hold deletions and changes up, below them too', async () => {
    const lockAt = (level: string) => it.owner.raw('PUT', `${rg()}/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01`, { properties: { level } })
    await lockAt('CanNotDelete')
    expect((await it.owner.raw('DELETE', vnet())).body.error).toMatchObject({ code: 'ScopeLocked', message: expect.stringContaining('cannot perform delete operation') })
    expect((await it.owner.raw('PUT', vnet(), network)).status).toBe(200)
    await lockAt('ReadOnly')
    expect((await it.owner.raw('PUT', vnet(), network)).body.error?.code).toBe('ScopeLocked')
    expect((await it.owner.raw('DELETE', `${rg()}/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01`)).status).toBe(200)
    expect((await it.owner.raw('PUT', vnet(), network)).status).toBe(200)
  })

  test('who may do everything is told so', async () => {
    expect(await it.cloud.overPrivileged(it.adminId)).toMatch(/Owner of the whole subscription/)
    const who = await it.account('dedicated')
    expect(await it.cloud.grantDedicated(who.oid, 'roles')).toEqual({ role: 'Azure Databricks Workspace Contributor', scope: rg() })
    expect(await it.cloud.overPrivileged(who.oid)).toBeNull()
  })

  test('built-in roles have Azure\u2019s ids; a role of one\u2019s own works and goes', async () => {
    const names = new Map<string, string>()
    for await (const each of it.owner.authorization.roleDefinitions.list(it.subscription)) names.set(each.roleName ?? '', each.name ?? '')
    expect(names.get('Owner')).toBe('8e3af657-a8ff-443c-a75c-2fe8c4bcb635')
    const id = randomUUID()
    await it.owner.authorization.roleDefinitions.createOrUpdate(it.subscription, id, { roleName: 'Key lister', permissions: [{ actions: ['Microsoft.Storage/storageAccounts/listKeys/action'] }], assignableScopes: [it.subscription] })
    const who = await it.account('lister')
    await it.owner.authorization.roleAssignments.create(rg(), randomUUID(), { roleDefinitionId: `${it.subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`, principalId: who.oid })
    expect((await who.raw('POST', `${account()}/listKeys${storage}`)).status).toBe(200)
    expect((await who.raw('GET', vnet())).status).toBe(403)
    await expect(it.owner.authorization.roleDefinitions.delete(it.subscription, id)).rejects.toMatchObject({ code: 'RoleDefinitionHasAssignments' })
  })
})

test('writes are in the activity log with who, what and how it went', async () => {
  const answer = await it.owner.raw('GET', `${it.subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=resourceGroupName eq 'managed'`.replaceAll(' ', '%20'))
  const events = JSON.stringify(answer.body)
  expect(events).toContain('Microsoft.Storage/storageAccounts/listKeys/action')
  expect(events).toContain('"403"')
  expect(events).toContain(it.owner.appId)
})
