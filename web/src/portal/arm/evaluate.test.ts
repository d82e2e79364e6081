import { expect, test } from 'vitest'
import { covers, denies } from './evaluate.ts'
import { partsOf } from './ids.ts'
import type { DenyAssignment } from './types.ts'

const permission = (actions: string[], notActions: string[] = []) => ({ actions, notActions })

test.each([
  [permission(['*']), 'Microsoft.Compute/virtualMachines/start/action', true],
  [permission(['*/read']), 'Microsoft.Compute/virtualMachines/read', true],
  [permission(['*/read']), 'Microsoft.Compute/virtualMachines/start/action', false],
  [permission(['*'], ['Microsoft.Authorization/*/Write']), 'Microsoft.Authorization/roleAssignments/write', false],
  [permission(['microsoft.databricks/*']), 'Microsoft.Databricks/workspaces/write', true],
  [permission(['Microsoft.Compute/disks/read']), 'Microsoft.Compute/disks/reads', false],
])('%j on %s: %s', (given, action, expected) => {
  expect(covers(given, action)).toBe(expected)
})

const lock: DenyAssignment = {
  id: 'lock', name: 'lock', properties: {
    denyAssignmentName: 'lock', description: '', scope: '/subscriptions/s/resourceGroups/managed', doNotApplyToChildScopes: false, permissions: [permission(['*'], ['*/read'])],
    principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }], excludePrincipals: [{ id: 'service', type: 'ServicePrincipal' }],
  },
}

test('a lock takes from everybody but those it leaves out, in its group and below, all but reading', () => {
  const machine = '/subscriptions/s/resourcegroups/MANAGED/providers/Microsoft.Compute/virtualMachines/m'
  const start = 'Microsoft.Compute/virtualMachines/start/action'
  expect(denies(lock, start, machine, 'somebody')).toBe(true)
  expect(denies(lock, start, machine, 'service')).toBe(false)
  expect(denies(lock, 'Microsoft.Compute/virtualMachines/read', machine, 'somebody')).toBe(false)
  expect(denies(lock, start, '/subscriptions/s/resourceGroups/managed-not/providers/Microsoft.Compute/virtualMachines/m', 'somebody')).toBe(false)
})

test('an id is taken apart, groups and resources of resources included', () => {
  expect(partsOf('/subscriptions/s/resourceGroups/g')).toMatchObject({ isGroup: true, name: 'g' })
  expect(partsOf('/subscriptions/s/resourcegroups/g/providers/Microsoft.Compute/virtualMachines/m')).toEqual({ subscription: 's', group: 'g', type: 'Microsoft.Compute/virtualMachines', name: 'm', isGroup: false })
  expect(partsOf('/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/providers/Microsoft.Authorization/roleAssignments/r')).toMatchObject({ group: 'g', type: 'Microsoft.Authorization/roleAssignments', name: 'r' })
})
