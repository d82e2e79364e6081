import * as Y from 'yjs'
import type { Cell, NotebookDocument, NotebookLanguage } from '../document.ts'

/** A notebook as people edit it together: its layout is in wire.ts. What is not of that layout is passed over when read. */
export function readDocument(doc: Y.Doc): NotebookDocument {
  const seen = new Set<string>()
  const cells: Cell[] = []
  for (const map of cellMaps(doc)) {
    const cell = readCell(map)
    if (cell === null || seen.has(cell.id)) continue
    seen.add(cell.id)
    cells.push(cell)
  }
  return { language: languageOf(doc), cells }
}

const cellMaps = (doc: Y.Doc): unknown[] => doc.getArray<unknown>('cells').toArray()

function readCell(map: unknown): Cell | null {
  if (!(map instanceof Y.Map)) return null
  const [id, source, title]: unknown[] = [map.get('id'), map.get('source'), map.get('title')]
  if (typeof id !== 'string' || !(source instanceof Y.Text)) return null
  return { id, source: source.toJSON(), ...(typeof title === 'string' && title !== '' ? { title } : {}) }
}

const languages = { PYTHON: true, SQL: true, SCALA: true, R: true } satisfies Record<NotebookLanguage, boolean>
const isLanguage = (word: unknown): word is NotebookLanguage => typeof word === 'string' && word in languages
export function languageOf(doc: Y.Doc): NotebookLanguage {
  const language = doc.getMap<unknown>('meta').get('language')
  return isLanguage(language) ? language : 'PYTHON'
}

/** A document with these cells and no history. */
export function newDoc(document: NotebookDocument): Y.Doc {
  const doc = new Y.Doc()
  replaceDocument(doc, document)
  return doc
}

/**
 * Makes the document that of `wanted` with as small an edit as possible: cells that stay keep their place and their text's
 * history, so what others type meanwhile stays too. A Y.Map cannot move, so cells that change their order are made anew.
 */
export function replaceDocument(doc: Y.Doc, wanted: NotebookDocument): void {
  doc.transact(() => {
    const meta = doc.getMap<unknown>('meta')
    if (meta.get('language') !== wanted.language) meta.set('language', wanted.language)
    const cells = doc.getArray<unknown>('cells')
    const place = new Map(wanted.cells.map((cell, at) => [cell.id, at]))
    const now = cellMaps(doc).map((map) => readCell(map)?.id)
    const stays = longestRise(now.map((id) => (id === undefined ? -1 : (place.get(id) ?? -1))))
    for (let at = now.length - 1; at >= 0; at--) if (!stays.has(at)) cells.delete(at)
    for (const [at, cell] of wanted.cells.entries()) {
      const map = cells.length > at ? cells.get(at) : undefined
      if (map instanceof Y.Map && map.get('id') === cell.id) changeCell(map, cell)
      else cells.insert(at, [newCell(cell)])
    }
  })
}

function newCell(cell: Cell): Y.Map<unknown> {
  const map = new Y.Map<unknown>([
    ['id', cell.id],
    ['source', new Y.Text(cell.source)],
  ])
  if (cell.title !== undefined) map.set('title', cell.title)
  return map
}

function changeCell(map: Y.Map<unknown>, cell: Cell): void {
  const source: unknown = map.get('source')
  if (source instanceof Y.Text) changeText(source, cell.source)
  else map.set('source', new Y.Text(cell.source))
  if (cell.title === undefined) map.delete('title')
  else if (map.get('title') !== cell.title) map.set('title', cell.title)
}

/** Replaces what lies between the common beginning and the common end. */
function changeText(text: Y.Text, wanted: string): void {
  const now = text.toJSON()
  if (now === wanted) return
  const most = Math.min(now.length, wanted.length)
  let start = 0
  while (start < most && now[start] === wanted[start]) start++
  let end = 0
  while (end < most - start && now[now.length - 1 - end] === wanted[wanted.length - 1 - end]) end++
  if (now.length > start + end) text.delete(start, now.length - start - end)
  if (wanted.length > start + end) text.insert(start, wanted.slice(start, wanted.length - end))
}

/** Which places form the longest rising run of non-negative numbers. */
function longestRise(numbers: readonly number[]): Set<number> {
  const best: { length: number; before: number }[] = []
  for (const [at, number] of numbers.entries()) {
    let one = { length: number < 0 ? 0 : 1, before: -1 }
    for (const [earlier, other] of numbers.slice(0, at).entries()) {
      const length = (best[earlier]?.length ?? 0) + 1
      if (number >= 0 && other >= 0 && other < number && length > one.length) one = { length, before: earlier }
    }
    best.push(one)
  }
  let at = best.reduce((top, one, place) => (one.length > (best[top]?.length ?? 0) ? place : top), -1)
  const stays = new Set<number>()
  while (at >= 0) {
    stays.add(at)
    at = best[at]?.before ?? -1
  }
  return stays
}
