import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { newDoc, readDocument, replaceDocument } from './cells.ts'
import type { NotebookDocument } from '../document.ts'

const cells = (...sources: string[]): NotebookDocument => ({ language: 'PYTHON', cells: sources.map((source) => ({ id: source[0] ?? '', source })) })
const copy = (doc: Y.Doc): Y.Doc => {
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  return other
}
const join = (one: Y.Doc, other: Y.Doc): void => {
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other))
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one))
}

test.each([
  ['nothing changed', cells('a', 'b')],
  ['cells taken away', cells('b')],
  ['cells added before, between and after', cells('x', 'a', 'y', 'b', 'z')],
  ['cells in another order', cells('b', 'a')],
  ['other text', cells('a = 1', 'b = 2')],
  ['titles and another language', { language: 'SQL', cells: [{ id: 'a', source: 'select 1', title: 'One' }] }],
  ['nothing left', cells()],
] satisfies [string, NotebookDocument][])('a document becomes the wanted one: %s', (_what, wanted) => {
  const doc = newDoc(cells('a', 'b'))
  replaceDocument(doc, wanted)
  expect(readDocument(doc)).toEqual(wanted)
})

test('what somebody types into a cell while the notebook is replaced stays', () => {
  const mine = newDoc(cells('a = 1', 'b'))
  const theirs = copy(mine)
  const cell: unknown = theirs.getArray<unknown>('cells').get(0)
  if (cell instanceof Y.Map) {
    const text: unknown = cell.get('source')
    if (text instanceof Y.Text) text.insert(0, '# mine\n')
  }
  replaceDocument(mine, cells('a = 12', 'c'))
  join(mine, theirs)
  expect(readDocument(mine)).toEqual(readDocument(theirs))
  expect(readDocument(mine).cells.map(({ source }) => source)).toEqual(['# mine\na = 12', 'c'])
})

test('what is no cell is passed over, and of two cells with one id the first counts', () => {
  const doc = newDoc(cells('a', 'a2'))
  doc.getArray<unknown>('cells').insert(0, [7, new Y.Map(), 'text'])
  doc.getMap('meta').set('language', 'COBOL')
  expect(readDocument(doc)).toEqual(cells('a'))
})
