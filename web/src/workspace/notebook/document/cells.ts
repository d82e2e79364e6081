import * as Y from 'yjs'
import type { NotebookLanguage } from '#web/api/generated/notebook-wire.ts'

/** A cell as the page works with it. `map` and `text` are the shared document's own objects. */
export type Cell = { id: string; map: Y.Map<unknown>; text: Y.Text }
/** Marks edits of the order of cells, so that undo takes back these and not what is typed. */
export const structure = { structure: true }
/** Marks edits of a text that this browser's person makes outside of an editor (replace, change of language). */
export const typed = { typed: true }

const list = (doc: Y.Doc): Y.Array<unknown> => doc.getArray<unknown>('cells')

/** Cells in their order. A cell that two people moved at once is there twice: the first one counts, as on the server. */
export function readCells(doc: Y.Doc): readonly Cell[] {
  const seen = new Set<string>()
  return list(doc).toArray().flatMap((map) => {
    const cell = asCell(map)
    if (cell === null || seen.has(cell.id)) return []
    seen.add(cell.id)
    return [cell]
  })
}
export function asCell(map: unknown): Cell | null {
  if (!(map instanceof Y.Map)) return null
  const [id, text]: unknown[] = [map.get('id'), map.get('source')]
  return typeof id === 'string' && text instanceof Y.Text ? { id, map, text } : null
}

export function notebookLanguage(doc: Y.Doc): NotebookLanguage {
  const language = doc.getMap<unknown>('meta').get('language')
  return language === 'SQL' || language === 'SCALA' || language === 'R' ? language : 'PYTHON'
}
export const titleOf = (cell: Cell): string => {
  const title = cell.map.get('title')
  return typeof title === 'string' ? title : ''
}

export const newId = (): string => crypto.randomUUID()

function newMap(id: string, source: string, more: Record<string, unknown> = {}): Y.Map<unknown> {
  const map = new Y.Map<unknown>([['id', id], ['source', new Y.Text(source)]])
  for (const [name, value] of Object.entries(more)) map.set(name, value)
  return map
}

/** Adds a cell at a place of the list as it is shown. */
export function insertCell(doc: Y.Doc, index: number, source = '', more: Record<string, unknown> = {}): string {
  const id = newId()
  doc.transact(() => list(doc).insert(placeOf(doc, index), [newMap(id, source, more)]), structure)
  return id
}

export function deleteCells(doc: Y.Doc, ids: readonly string[]): void {
  const gone = new Set(ids)
  doc.transact(() => {
    const cells = list(doc)
    for (let at = cells.length - 1; at >= 0; at--) {
      const cell = asCell(cells.get(at))
      if (cell !== null && gone.has(cell.id)) cells.delete(at)
    }
  }, structure)
}

/** Everything of a cell beside its id and text, e.g. its title and how its table is drawn. */
export const extrasOf = (cell: Cell): Record<string, unknown> => Object.fromEntries([...cell.map.entries()].filter(([name]) => !['id', 'source', 'seen'].includes(name)))

/**
 * Moves a cell to another place. A Y.Map cannot move: it is made anew under its id. `seen` says how far this browser knew
 * the others' edits at that moment; whoever has typed more puts it into the new text (moves.ts). Nothing is lost.
 */
export function moveCell(doc: Y.Doc, id: string, to: number): void {
  const before = readCells(doc)
  const from = before.findIndex((cell) => cell.id === id)
  const cell = before[from]
  if (cell === undefined || to < 0 || to >= before.length || to === from) return
  const seen = Y.encodeStateVector(doc)
  doc.transact(() => {
    const copy = newMap(id, cell.text.toJSON(), { ...extrasOf(cell), seen })
    const target = placeOf(doc, to > from ? to + 1 : to)
    const old = list(doc).toArray().indexOf(cell.map)
    list(doc).insert(target, [copy])
    list(doc).delete(target <= old ? old + 1 : old)
  }, structure)
}

/** Puts the text after `at` into a new cell below, in the same language. */
export function splitCell(doc: Y.Doc, id: string, at: number, magic = ''): string | null {
  const cells = readCells(doc)
  const index = cells.findIndex((cell) => cell.id === id)
  const cell = cells[index]
  if (cell === undefined) return null
  const source = cell.text.toJSON()
  const below = source.slice(at).replace(/^\n/, '')
  const kept = source.slice(0, at).replace(/\n$/, '').length
  const newCell = newId()
  doc.transact(() => {
    cell.text.delete(kept, source.length - kept)
    list(doc).insert(placeOf(doc, index + 1), [newMap(newCell, magic === '' ? below : `${magic}\n${below}`)])
  }, structure)
  return newCell
}

/** Appends the cell below to this one. */
export function mergeBelow(doc: Y.Doc, id: string, bodyOf: (source: string) => string): void {
  const cells = readCells(doc)
  const index = cells.findIndex((cell) => cell.id === id)
  const [cell, next] = [cells[index], cells[index + 1]]
  if (cell === undefined || next === undefined) return
  doc.transact(() => {
    cell.text.insert(cell.text.length, `\n${bodyOf(next.text.toJSON())}`)
    deleteCells(doc, [next.id])
  }, structure)
}

/** Where the cell that is shown at `index` is in the list. */
function placeOf(doc: Y.Doc, index: number): number {
  const at = readCells(doc)[index]
  return at === undefined ? list(doc).length : list(doc).toArray().indexOf(at.map)
}

/** Makes a text equal to `wanted` by replacing what lies between the common beginning and the common end. */
export function changeText(text: Y.Text, wanted: string, origin: unknown): void {
  const now = text.toJSON()
  if (now === wanted) return
  const { start, end } = between(now, wanted)
  text.doc?.transact(() => {
    if (now.length > start + end) text.delete(start, now.length - start - end)
    if (wanted.length > start + end) text.insert(start, wanted.slice(start, wanted.length - end))
  }, origin)
}
/** Lengths of the common beginning and end. */
export function between(a: string, b: string): { start: number; end: number } {
  const most = Math.min(a.length, b.length)
  let start = 0
  while (start < most && a[start] === b[start]) start++
  let end = 0
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return { start, end }
}
