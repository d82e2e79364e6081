import { expect, test } from 'vitest'
import { readPath } from './paths.ts'

const place = { subscriptionId: 's', resourceGroup: 'g', name: 'w' }

test('a workspace is found whatever the case of the words, and doubled slashes count once', () => {
  expect(readPath('/subscriptions/s/resourcegroups/g/providers/microsoft.databricks//WORKSPACES/w')).toEqual({ kind: 'workspace', place })
})

test('workspaces are listed by group and by subscription', () => {
  expect(readPath('/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces')).toEqual({ kind: 'workspaces', subscriptionId: 's', resourceGroup: 'g' })
  expect(readPath('/subscriptions/s/providers/Microsoft.Databricks/workspaces')).toEqual({ kind: 'workspaces', subscriptionId: 's' })
})

test('an operation is followed by its status and by its result', () => {
  const path = (kind: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/locations/local/${kind}/o`
  expect(readPath(path('operationStatuses'))).toMatchObject({ kind: 'operation', id: 'o', results: false })
  expect(readPath(path('operationResults'))).toMatchObject({ kind: 'operation', id: 'o', results: true })
})

test.each(['accessConnectors/c', 'workspaces/w/privateEndpointConnections', 'workspaces/w/virtualNetworkPeerings/p'])('%s is refused by its name', (rest) => {
  expect(() => readPath(`/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/${rest}`)).toThrow(/not supported yet/)
})

test.each(['/subscriptions/s', '/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/pears/p', '/x'])('%s leads nowhere', (path) => {
  expect(() => readPath(path)).toThrow(/could not be found/)
})
