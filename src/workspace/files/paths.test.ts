import { expect, test } from 'vitest'
import { rootPath, volumePath } from './paths.ts'
import { rangeOf } from './range.ts'

test.each([['/a/b', 'a/b'], ['dbfs:/a//b/', 'a/b'], ['/', ''], ['/ü/日本 x', 'ü/日本 x'], ['/..a/b..', '..a/b..'], ['/dbfs:x', 'dbfs:x']])('%s is one path of the storage', (text, path) => expect(rootPath(text)).toBe(path))

test.each(['a', '', 'dbfs:a', '/../x', '/a/./b', '/a/..', '/a\u0000b', '/a\nb', '/a\\b', `/${'x'.repeat(256)}`, `/${'ab/'.repeat(400)}`, '/a/\ud800', '/.brickyard/uploads/x', 'dbfs:/.brickyard'])('%j is refused', (text) => {
  expect(() => rootPath(text)).toThrow()
})

test('a path of the Files API names a volume and what is in it', () => {
  expect(volumePath('Volumes/main/default/v/a/b')).toEqual({ path: 'Volumes/main/default/v/a/b', volume: 'main.default.v', inside: 'a/b' })
  for (const text of ['/tmp/x', '/Volumes', '/Volumes/main/default', '/Volumes/../x/y/z']) expect(() => volumePath(text)).toThrow()
})

test.each<[string, { from: number; to: number } | undefined]>([
  ['bytes=0-3', { from: 0, to: 4 }], ['bytes=5-', { from: 5, to: 10 }], ['bytes=-3', { from: 7, to: 10 }], ['bytes=-30', { from: 0, to: 10 }], ['bytes=8-99', { from: 8, to: 10 }], ['', undefined], ['bytes=0-1,3-4', undefined], ['lines=1-2', undefined],
])('the range %j of ten bytes', (header, range) => expect(rangeOf(header, 10)).toEqual(range))

test.each(['bytes=10-', 'bytes=5-2', 'bytes=99-100'])('the range %s of ten bytes is refused', (header) => expect(() => rangeOf(header, 10)).toThrow('outside'))
