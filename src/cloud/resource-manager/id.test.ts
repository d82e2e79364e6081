import { expect, test } from 'vitest'
import { keyOf, parseId, scopesAbove } from './id.ts'

const vnet = '/subscriptions/S/resourceGroups/Rg/providers/Microsoft.Network/virtualNetworks/V'

test('ids compare without case and without doubled slashes', () => {
  expect(keyOf('/Subscriptions/S/resourcegroups/RG/providers/Microsoft.Databricks//workspaces/w/')).toBe('/subscriptions/s/resourcegroups/rg/providers/microsoft.databricks/workspaces/w')
})

test('a child is named by its parent and itself', () => {
  expect(parseId(`${vnet}/subnets/A`)).toMatchObject({ type: 'Microsoft.Network/virtualNetworks/subnets', name: 'V/A', group: 'Rg', groupKey: '/subscriptions/s/resourcegroups/rg' })
  expect(parseId(`${vnet}/subnets`)).toBeNull()
})

test('what is granted above counts below', () => {
  expect(scopesAbove(`${vnet}/subnets/A`)).toEqual([
    `${vnet}/subnets/A`, vnet, '/subscriptions/S/resourceGroups/Rg', '/subscriptions/S', '/'].map((scope) => scope.toLowerCase()))
})
