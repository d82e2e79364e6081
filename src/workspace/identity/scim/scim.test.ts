import { describe, expect, test } from 'vitest'
import { Problem } from '#base/problem.ts'
import { isScim, renderScim } from './dialect.ts'
import { filterOf } from './filter.ts'
import { patched } from './patch.ts'
import { page, shaped } from './view.ts'

const ada = {
  schemas: [],
  id: '12',
  userName: 'Ada@flights.test',
  displayName: 'Ada "the" Countess',
  active: true,
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@flights.test', type: 'work', primary: true },
    { value: 'ada@home.test', type: 'home' },
  ],
  groups: [{ value: '5', display: 'pilots' }],
  entitlements: [],
}

describe('filters', () => {
  test.each([
    ['userName eq "ada@FLIGHTS.test"', true],
    ["username EQ 'ada@flights.test'", true],
    ['userName eq bob@flights.test', false],
    ['userName ne "bob@flights.test"', true],
    ['displayName co "\\"the\\""', true],
    ['displayName sw "ada" and active eq true', true],
    ['displayName ew "Countess" and active eq false', false],
    ['displayName eq "x" or userName sw "ada" and active eq true', true],
    ['(displayName eq "x" or userName sw "ada") and active eq false', false],
    ['not (active eq true)', false],
    ['emails pr', true],
    ['entitlements pr', false],
    ['externalId pr', false],
    ['externalId eq null', true],
    ['userName ne null', true],
    ['name.familyName eq "lovelace"', true],
    ['emails eq "ada@home.test"', true],
    ['emails[type eq "home" and value co "home"]', true],
    ['emails[type eq "work" and value co "home"]', false],
    ['groups.display eq "pilots"', true],
    ['id gt 9', true],
    ['id le 11', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@flights.test"', true],
  ])('%s', (filter, expected) => {
    expect(filterOf(filter, 'User')(ada)).toBe(expected)
  })

  test.each([
    ['userName', 'not an operator'],
    ['userName is "x"', 'is is not an operator'],
    ['userName eq', 'expected a value after eq'],
    ['userName eq "x" and', 'ends too early'],
    ['(userName eq "x"', 'expected )'],
    ['userName eq "x" displayName', 'displayName was not expected'],
    ['userName eq "x', 'cannot be read'],
    ['wings eq 2', 'wings is not an attribute of a User'],
    ['members pr', 'members is not an attribute of a User'],
  ])('%s is refused: %s', (filter, message) => {
    expect(() => filterOf(filter, 'User')).toThrow(message)
  })
})

describe('patches', () => {
  const group = { id: '5', displayName: 'pilots', members: [{ value: '1' }, { value: '2' }], entitlements: [{ value: 'workspace-access' }] }
  const after = (...operations: Parameters<typeof patched>[1]) => patched(group, operations, 'Group')
  const ids = (resource: Record<string, unknown>) => JSON.stringify(resource.members).match(/\d+/g) ?? []

  test('members come and go, one by one or in lists, and nobody twice', () => {
    expect(ids(after({ op: 'add', path: 'members', value: [{ value: '2' }, { value: '3' }] }))).toEqual(['1', '2', '3'])
    expect(ids(after({ op: 'Add', value: { members: [{ value: '3' }] } }))).toEqual(['1', '2', '3'])
    expect(ids(after({ op: 'remove', path: 'members[value eq "2"]' }))).toEqual(['1'])
    expect(ids(after({ op: 'Remove', path: 'members', value: [{ value: '1' }] }))).toEqual(['2'])
    expect(ids(after({ op: 'remove', path: 'members' }))).toEqual([])
    expect(ids(after({ op: 'replace', path: 'members', value: [{ value: '9' }] }))).toEqual(['9'])
  })

  test('attributes are set with and without a path, entitlements as words too', () => {
    expect(after({ op: 'replace', value: { displayName: 'captains', externalId: 'x' } })).toMatchObject({ displayName: 'captains', externalId: 'x' })
    expect(after({ op: 'add', path: 'entitlements', value: 'allow-cluster-create' })).toMatchObject({
      entitlements: [{ value: 'workspace-access' }, { value: 'allow-cluster-create' }],
    })
    expect(after({ op: 'remove', path: 'entitlements[value eq "workspace-access"]' })).toMatchObject({ entitlements: [] })
    const user = patched(ada, [{ op: 'replace', path: 'name.familyName', value: 'King' }, { op: 'Replace', path: 'active', value: 'False' }], 'User')
    expect(user).toMatchObject({ name: { givenName: 'Ada', familyName: 'King' }, active: 'False' })
    expect(patched(ada, [{ op: 'replace', value: { 'name.givenName': 'Augusta' } }], 'User')).toMatchObject({ name: { givenName: 'Augusta' } })
    expect(patched(ada, [{ op: 'replace', path: 'emails[type eq "home"].value', value: 'a@b.test' }], 'User').emails).toMatchObject([{}, { value: 'a@b.test' }])
  })

  test.each([
    [{ op: 'move', path: 'members' }, 'invalidSyntax'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'add', path: 'wings', value: 2 }, 'invalidPath'],
    [{ op: 'add', path: 'members[', value: 2 }, 'invalidPath'],
    [{ op: 'add', path: 'displayName[value eq "x"]', value: 2 }, 'invalidPath'],
    [{ op: 'replace', path: 'members[value eq "77"]', value: { value: '1' } }, 'noTarget'],
    [{ op: 'replace', path: 'id', value: '1' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: '1' }] }, 'mutability'],
    [{ op: 'replace', path: 'displayName' }, 'invalidValue'],
    [{ op: 'add', value: 'x' }, 'invalidValue'],
  ])('%j is refused as %s', (operation, scimType) => {
    expect(() => after(operation)).toThrow(expect.objectContaining({ extra: expect.objectContaining({ wireCode: scimType }) }))
  })
})

describe('answers', () => {
  test('show the attributes that were asked for, and who it is', () => {
    expect(Object.keys(shaped(ada, { attributes: 'USERNAME,name.givenName,nothing' }, 'User')).toSorted()).toEqual(['id', 'name', 'schemas', 'userName'])
    expect(Object.keys(shaped(ada, { excludedAttributes: 'groups, emails,id' }, 'User'))).not.toContain('groups')
    expect(shaped(ada, { excludedAttributes: 'id' }, 'User').id).toBe('12')
  })

  test('are sorted, paged and counted', () => {
    const all = ['9', '10', '2'].map((id) => ({ id, schemas: [], userName: `u${id}` }))
    const asked = { startIndex: 2, count: 1, sortBy: 'id', sortOrder: 'descending' } as const
    expect(page(all, asked, 'User')).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1, Resources: [{ id: '9' }] })
    expect(page(all, { startIndex: 1, count: 0 }, 'User')).toMatchObject({ totalResults: 3, Resources: [] })
  })

  test('refusals have the shape of SCIM', () => {
    expect(renderScim(new Problem('not_found', 'User with id 1 not found.'))).toEqual({
      status: 404,
      headers: {},
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404', detail: 'User with id 1 not found.', error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'User with id 1 not found.' },
    })
    expect(renderScim(new Problem('conflict', 'twice'))).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    expect(isScim('/api/2.0/preview/scim/v2/Users?count=1') && isScim('/api/2.0/scim/v2/Me') && !isScim('/api/2.0/clusters/list')).toBe(true)
  })
})
