import { describe, expect, it } from 'vitest'
import { readCell, statements, withWidgets } from './magic.ts'

describe('the first line of a cell', () => {
  it('chooses the language and keeps the lines of the code in place', () => {
    expect(readCell('%sql\nselect 1', 'python')).toEqual({ kind: 'code', language: 'sql', code: '\nselect 1' })
    expect(readCell('%sql select 1', 'python')).toEqual({ kind: 'code', language: 'sql', code: 'select 1\n' })
    expect(readCell('\n  %scala\nval a = 1', 'sql')).toEqual({ kind: 'code', language: 'scala', code: '\n\nval a = 1' })
  })
  it('leaves to Python what is Python\'s', () => {
    for (const code of ['%sh ls', '%fs ls /', '%pip install x', '%timeit 1', '%%time\n1', 'a = 1\n%sql']) expect(readCell(code, 'python')).toEqual({ kind: 'code', language: 'python', code })
    expect(readCell('%sh ls', 'sql')).toEqual({ kind: 'code', language: 'python', code: '%sh ls' })
  })
  it('is Markdown, or is refused with a reason', () => {
    expect(readCell('%md # Title', 'python')).toEqual({ kind: 'markdown', text: '# Title' })
    expect(readCell('%run ./other', 'python')).toMatchObject({ kind: 'refused' })
    expect(readCell('%timeit 1', 'sql')).toMatchObject({ kind: 'refused', why: expect.stringContaining('%timeit') })
  })
})

describe('SQL of several statements', () => {
  it('is cut at its semicolons', () => {
    expect(statements('select 1; select 2;\n')).toEqual(['select 1', 'select 2'])
    expect(statements('select 1')).toEqual(['select 1'])
    expect(statements(' ; -- nothing\n;')).toEqual([])
  })
  it('is not cut in quotes and comments', () => {
    expect(statements("select ';', \";\", `a;b`, 'it\\';s' -- one; two\n/* ; */; select 2")).toEqual(["select ';', \";\", `a;b`, 'it\\';s' -- one; two\n/* ; */", 'select 2'])
  })
  it('is not cut in a script', () => {
    expect(statements('BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;')).toEqual(['BEGIN\n  SELECT 1;\n  SELECT 2;\nEND'])
  })
})

describe('widgets in SQL', () => {
  const values = { day: "it's 1\\2", t: 'flights', n: '3' }
  it('are texts where a parameter stands', () => {
    expect(withWidgets('select :day, :none, x::int, j:n from t where a=:n', values)).toBe("select 'it\\'s 1\\\\2', :none, x::int, j:n from t where a='3'")
    expect(withWidgets("select ':n' -- :n", values)).toBe("select ':n' -- :n")
  })
  it('are replaced as they stand in ${…}', () => expect(withWidgets("select '${n}' from ${t} where ${other}", values)).toBe("select '3' from flights where ${other}"))
})
