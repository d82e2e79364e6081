import { expect, test } from 'vitest'
import { resourceFilter } from './filter.ts'

const row = { type: 'Microsoft.Compute/virtualMachines', name: 'driver-1', location: 'local', tags: { ClusterId: 'c1' }, groupName: 'rg' }

test.each([
  [null, true],
  ["resourceType eq 'microsoft.compute/virtualMachines'", true],
  ["resourceType ne 'Microsoft.Compute/virtualMachines'", false],
  ["tagName eq 'ClusterId' and tagValue eq 'c1'", true],
  ["tagName eq 'Other' and tagValue eq 'c1'", false],
  ["name eq 'x' or resourceGroup eq 'RG'", true],
  ["substringof('river', name)", true],
])('%s is %s', (filter, hit) => expect(resourceFilter(filter)(row)).toBe(hit))

test('what cannot be understood is refused, not ignored', () => {
  expect(() => resourceFilter('name like x')(row)).toThrow('Invalid $filter')
})
