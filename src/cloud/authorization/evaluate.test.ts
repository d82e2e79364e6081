import { expect, test } from 'vitest'
import { builtInRoles } from './built-in-roles.ts'
import { actionMatches, evaluate, everyone, type Denial } from './evaluate.ts'

const group = '/subscriptions/s/resourceGroups/managed'
const account = `${group}/providers/Microsoft.Storage/storageAccounts/root`
const permission = (actions: string[], notActions: string[] = []) => ({ actions, notActions, dataActions: ['*'], notDataActions: [] })
const locked: Denial = {
  name: 'd', title: 'System deny assignment', scope: group, scope_key: group.toLowerCase(), not_for_children: false,
  permissions: [permission(['*'], ['*/read', 'Microsoft.Authorization/roleAssignments/write'])], principals: [{ id: everyone, type: 'SystemDefined' }], excluded: [{ id: 'provider', type: 'ServicePrincipal' }],
}
const role = (name: string) => builtInRoles.find((each) => each.name === name)?.permissions ?? []

test.each([
  ['*/read', 'Microsoft.Compute/virtualMachines/read', true],
  ['*/read', 'Microsoft.Compute/virtualMachines/write', false],
  ['Microsoft.Network/*', 'Microsoft.Network/virtualNetworks/subnets/join/action', true],
  ['Microsoft.Network/*', 'Microsoft.NetworkX/a/read', false],
  ['microsoft.storage/storageaccounts/LISTKEYS/action', 'Microsoft.Storage/storageAccounts/listKeys/action', true],
  ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/roleAssignments/write', true],
])('%s against %s is %s', (pattern, action, matches) => expect(actionMatches(pattern, action)).toBe(matches))

test.each([
  ['Owner', 'Microsoft.Storage/storageAccounts/listKeys/action', 'someone', [], true],
  ['Owner', 'Microsoft.Storage/storageAccounts/listKeys/action', 'someone', [locked], false],
  ['Owner', 'Microsoft.Storage/storageAccounts/read', 'someone', [locked], true],
  ['Owner', 'Microsoft.Storage/storageAccounts/listKeys/action', 'provider', [locked], true],
  ['Owner', 'Microsoft.Storage/storageAccounts/listKeys/action', 'someone', [{ ...locked, not_for_children: true }], true],
  ['Owner', 'Microsoft.Authorization/roleAssignments/write', 'someone', [locked], true],
  ['Owner', 'Microsoft.Authorization/roleAssignments/delete', 'someone', [locked], false],
  ['Contributor', 'Microsoft.Authorization/roleAssignments/write', 'someone', [], false],
  ['Reader', 'Microsoft.Storage/storageAccounts/read', 'someone', [], true],
  ['Reader', 'Microsoft.Storage/storageAccounts/listKeys/action', 'someone', [], false],
  ['Virtual Machine Contributor', 'Microsoft.Network/virtualNetworks/write', 'someone', [], false],
  ['Network Contributor', 'Microsoft.Network/virtualNetworks/write', 'someone', [], true],
])('%s doing %s as %s', (name, action, who, denials, allowed) => {
  expect(evaluate({ action, data: false, scope: account, principals: new Set([who]) }, role(name), denials).allowed).toBe(allowed)
})

test('data roles open data, and a denial of data closes it', () => {
  const ask = { action: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read', data: true, scope: account, principals: new Set(['someone']) }
  expect(evaluate(ask, role('Owner'), []).allowed).toBe(false)
  expect(evaluate(ask, role('Storage Blob Data Reader'), []).allowed).toBe(true)
  expect(evaluate(ask, role('Storage Blob Data Reader'), [locked])).toMatchObject({ allowed: false, denied: { name: 'd' } })
})
