import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { editorKeys, keyFinder, keys, nameOf } from './keys.ts'

const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })
const title = (found: ReturnType<ReturnType<typeof keyFinder>>) => (typeof found === 'object' ? found.title : found)

describe('keys', () => {
  it('have names that do not depend on the keyboard', () => {
    expect(nameOf(press('Enter', { shiftKey: true }))).toBe('Shift+Enter')
    expect(nameOf(press('s', { metaKey: true }))).toBe('Ctrl+S')
    expect(nameOf(press('M', { shiftKey: true }))).toBe('Shift+M')
    expect(nameOf(press('?', { shiftKey: true }))).toBe('?')
  })
  it('act by mode', () => {
    const find = keyFinder()
    expect(title(find(press('a'), 'command'))).toBe('Add a cell above')
    expect(find(press('a'), 'edit')).toBeUndefined()
    expect(title(find(press('Enter', { shiftKey: true }), 'edit'))).toBe('Run the cell and go to the next one')
  })
  it('come in pairs when they destroy something', () => {
    const find = keyFinder()
    expect(find(press('d'), 'command', 0)).toBe('first')
    expect(title(find(press('d'), 'command', 300))).toBe('Delete the cell')
    expect(find(press('d'), 'command', 1000)).toBe('first')
    expect(find(press('d'), 'command', 2000)).toBe('first')
    expect(title(find(press('j'), 'command', 2100))).toBe('Choose the cell below')
  })
  it('mean one thing each', () => {
    for (const mode of ['command', 'edit'] as const) {
      const all = keys.filter(({ when }) => when === 'always' || when === mode).flatMap((key) => key.keys)
      expect(new Set(all).size).toBe(all.length)
    }
  })
})

it('are all in the documentation', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/notebooks.md'), 'utf8')
  for (const { title } of [...keys, ...editorKeys]) expect(page).toContain(`| ${title} |`)
})
