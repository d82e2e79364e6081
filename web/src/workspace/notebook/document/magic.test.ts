import { describe, expect, it } from 'vitest'
import { bodyOf, changeLanguage, languageOf } from './magic.ts'

describe("a cell's language", () => {
  it('is that of the notebook unless its first line says another', () => {
    expect(languageOf('x = 1', 'PYTHON')).toBe('python')
    expect(languageOf('select 1', 'SQL')).toBe('sql')
    expect(languageOf('%sql select 1', 'PYTHON')).toBe('sql')
    expect(languageOf('\n%md\n# Title', 'PYTHON')).toBe('markdown')
    expect(languageOf('%timeit f()', 'PYTHON')).toBe('python')
    expect(languageOf('x = 1\n%sql', 'PYTHON')).toBe('python')
  })
  it('leaves the rest when it goes', () => {
    expect(bodyOf('%md\n# Title')).toBe('# Title')
    expect(bodyOf('%sql select 1')).toBe('select 1')
  })
  it('changes by its first line alone', () => {
    const changed = (source: string, ...to: Parameters<typeof changeLanguage> extends [string, ...infer Rest] ? Rest : never) => {
      const { remove, insert } = changeLanguage(source, ...to)
      return insert + source.slice(remove)
    }
    expect(changed('x', 'markdown', 'PYTHON')).toBe('%md\nx')
    expect(changed('%md\nx', 'sql', 'PYTHON')).toBe('%sql\nx')
    expect(changed('%sql select 1', 'python', 'PYTHON')).toBe('select 1')
    expect(changed('select 1', 'python', 'SQL')).toBe('%python\nselect 1')
    expect(changed('', 'pip', 'PYTHON')).toBe('%pip ')
  })
})
