import { expect, test } from 'vitest'
import { bytes, folderHref, hrefOf, isTrash, join, parentOf, wrongName } from './objects.ts'

test('every object has a page, the root too', () => {
  expect(hrefOf({ object_type: 'NOTEBOOK', object_id: 7, path: '/Users/a/b' })).toBe('/notebook/7')
  expect(hrefOf({ object_type: 'FILE', object_id: 8, path: '/Users/a b/50%.txt' })).toBe('/workspace/Users/a%20b/50%25.txt')
  expect(folderHref('/')).toBe('/workspace/Workspace')
})

test('paths are joined and taken apart', () => {
  expect([join('/', 'a'), join('/a', 'b'), parentOf('/a/b'), parentOf('/a')]).toEqual(['/a', '/a/b', '/a', '/'])
})

test.each([['', /Give it a name/], ['a/b', /no “\/”/], ['..', /not a name/], ['x'.repeat(256), /255 bytes/], ['there', /already/]])('the name %j is refused', (name, why) => {
  expect(wrongName(name, ['there'])).toMatch(why)
})

test('only the trash of a person is the trash', () => {
  expect([isTrash('/Users/a/Trash'), isTrash('/Users/a/Trash/x'), isTrash('/Users/a/Trashy'), isTrash('/Shared/Trash')]).toEqual([true, true, false, false])
})

test('sizes are read easily', () => {
  expect([bytes(12), bytes(2048), bytes(15 * 1024 * 1024)]).toEqual(['12 B', '2.0 kB', '15 MB'])
})
