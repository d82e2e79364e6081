import { expect, test } from 'vitest'
import { since, sparkLines } from './cursor.ts'

test('a reader gets each line once, and half a line only at the end', () => {
  const first = since('one\ntwo\nthr', undefined, false)
  expect(first).toMatchObject({ text: 'one\ntwo\n', reset: false })
  const second = since('one\ntwo\nthree\n', first.next, false)
  expect(second.text).toBe('three\n')
  expect(since('one\ntwo\nthree\n', second.next, false).text).toBe('')
  expect(since('one\ntwo\nthree\nbye', second.next, true).text).toBe('bye')
})

test('it goes on where the console has lost its beginning', () => {
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}\n`)
  const { next } = since(lines.slice(0, 60).join(''), undefined, false)
  expect(since(lines.slice(40, 80).join(''), next, false)).toMatchObject({ text: lines.slice(60, 80).join(''), reset: false })
})

test('a console begun anew is said to be one', () => {
  const { next } = since('the first boot\n', undefined, false)
  expect(since('another boot\n', next, false)).toMatchObject({ text: 'another boot\n', reset: true })
  expect(since('x\n', 'no cursor of ours', false)).toMatchObject({ text: 'x\n', reset: true })
})

test('repeated lines are not skipped', () => {
  const { next } = since('a\na\n', undefined, false)
  expect(since('a\na\na\na\n', next, false).text).toBe('a\na\n')
})

test("Spark's own lines keep their stack traces", () => {
  const console = "brickyard: session (2.10 s)\n12:00:00.123 WARN TaskSetManager: Lost task 0.0\njava.lang.ArithmeticException: / by zero\n\tat a.b(C.java:1)\nCaused by: x\nhello from a program\n12:00:01.000 ERROR Y: z\n"
  expect(sparkLines(console)).toBe('12:00:00.123 WARN TaskSetManager: Lost task 0.0\njava.lang.ArithmeticException: / by zero\n\tat a.b(C.java:1)\nCaused by: x\n12:00:01.000 ERROR Y: z\n')
})
