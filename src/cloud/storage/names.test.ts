import { describe, expect, it } from 'vitest'
import { isContainerName, isWithin, parentOf, pathFromText, pathFromUrl } from './names.ts'

describe('a path from a URL', () => {
  it.each([
    ['a/b/c', 'a/b/c'],
    ['/a//b/', 'a/b'],
    ['A/a', 'A/a'],
    ['a%20b/%C3%A9%25%2B', 'a b/é%+'],
    ['_delta_log/00000000000000000000.json', '_delta_log/00000000000000000000.json'],
    ['k=a%25b', 'k=a%b'],
    ['...', '...'],
    ['.hidden', '.hidden'],
    ['%252e%252e', '%2e%2e'],
    ['', ''],
  ])('%s is %s', (raw, path) => expect(pathFromUrl(raw)).toBe(path))

  it.each([
    '..', 'a/..', 'a/../b', '%2e%2e', 'a/%2E%2e/b', '.%2e/x', '%2e', 'a/./b',
    'a%2fb', '..%2f..%2fetc%2fpasswd', '%2e%2e%2f', 'a%5Cb', '..%5c..%5cx', 'a\\b',
    'a%00b', '%00', 'a%0ab', 'a%0D', 'a%7f', '%c0%ae%c0%ae', '%ff', '%ED%A0%80', '%', 'a%zz',
    'x'.repeat(256), 'é'.repeat(128), 'abcdefghi/'.repeat(103),
  ])('%s is refused', (raw) => expect(() => pathFromUrl(raw)).toThrow())

  it('takes a part of exactly 255 bytes', () => expect(pathFromUrl('x'.repeat(255))).toHaveLength(255))
})

describe('a path from a query', () => {
  it('has slashes between its parts', () => expect(pathFromText('/a/b/')).toBe('a/b'))
  it.each(['../x', 'a/..', 'a\\b', 'a\u0000b', '\ud800'])('%j is refused', (text) => expect(() => pathFromText(text)).toThrow())
})

describe('a container name', () => {
  it.each(['abc', 'a-b-c', '0ab', 'x'.repeat(63), '$root', '$web'])('%s is one', (name) => expect(isContainerName(name)).toBe(true))
  it.each(['ab', 'Abc', 'a--b', '-ab', 'ab-', 'a_b', 'a.b', '..', 'x'.repeat(64), '', 'ab/', '$x'])('%j is none', (name) => expect(isContainerName(name)).toBe(false))
})

it('a path knows its parent and what it lies in', () => {
  expect([parentOf('a/b/c'), parentOf('a'), parentOf('')]).toEqual(['a/b', '', ''])
  expect([isWithin('a/b', 'a'), isWithin('ab', 'a'), isWithin('a', 'a'), isWithin('a', '')]).toEqual([true, false, true, true])
})
