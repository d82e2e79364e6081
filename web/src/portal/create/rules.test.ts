import { expect, test } from 'vitest'
import { inWords } from '../pages/operation-words.ts'
import { groupNameTrouble, managedGroupName, prefixTrouble, tagTrouble, workspaceNameTrouble } from './rules.ts'

test('names of services and groups are checked as the server checks them', () => {
  for (const name of ['abc', 'My_workspace-1']) expect(workspaceNameTrouble(name, [])).toBeUndefined()
  for (const name of ['', 'ab', 'a b c', 'ä-bc', 'x'.repeat(65)]) expect(workspaceNameTrouble(name, []), name).toBeTruthy()
  expect(workspaceNameTrouble('Taken', ['taken'])).toContain('already')
  for (const name of ['g', 'grün (1)', 'a.b-c_d'].map((each) => each.replace(' ', ''))) expect(groupNameTrouble(name, [])).toBeUndefined()
  for (const name of ['', 'ends.', 'a b', 'x'.repeat(91)]) expect(groupNameTrouble(name, []), name).toBeTruthy()
})

test('a network prefix is two octets of a private range', () => {
  for (const text of ['10.0', '10.139', '172.16', '172.31', '192.168']) expect(prefixTrouble(text), text).toBeUndefined()
  for (const text of ['', '10', '10.256', '8.8', '172.32', '192.169', '10.0.0.0/16']) expect(prefixTrouble(text), text).toBeTruthy()
})

test('tags and made-up names keep their limits', () => {
  expect(tagTrouble('team', 'data')).toBeUndefined()
  expect(tagTrouble('a/b', '')).toBeTruthy()
  expect(tagTrouble('a', 'x'.repeat(257))).toBeTruthy()
  const name = managedGroupName('walkabout')
  expect(name).toMatch(/^databricks-rg-walkabout-[a-z0-9]{13}$/)
  expect(groupNameTrouble(managedGroupName('x'.repeat(64)), [])).toBeUndefined()
})

test.each([
  ['Microsoft.Compute/virtualMachines/start/action', 'Start virtual machine'],
  ['Microsoft.Resources/subscriptions/resourceGroups/write', 'Create or update resource group'],
  ['Microsoft.Databricks/workspaces/delete', 'Delete Azure Databricks Service'],
  ['PUT /subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/denyAssignments/d', 'Create or update deny assignment'],
  ['Microsoft.Unknown/things/poke/action', 'Microsoft.Unknown/things/poke/action'],
])('the activity log says %s as “%s”', (operation, words) => {
  expect(inWords(operation)).toBe(words)
})
