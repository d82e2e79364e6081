import * as Y from 'yjs'
import { asCell, between, changeText, type Cell } from './cells.ts'

// Somebody moves a cell while another types in it: the cell is made anew from what the mover knew. Every browser remembers what
// its own person typed lately; when a cell is made anew, whatever the mover had not seen is put into the new text.

type Edit = { /** Our clock after it. */ clock: number; /** The text before it. */ before: string }
const kept = 400
/** Marks what was carried over, so that it is not carried again as an edit of the person. */
export const carried = { carried: true }

/** Watches a document. Gives what ends the watch. */
export function carryEdits(doc: Y.Doc): () => void {
  const edits = new Map<string, Edit[]>()
  const texts = new Map<string, string>()
  const cells = doc.getArray<unknown>('cells')
  const remember = () => {
    for (const map of cells) {
      const cell = asCell(map)
      if (cell !== null && !texts.has(cell.id)) texts.set(cell.id, cell.text.toJSON())
    }
  }
  remember()
  const seen = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction) => {
    for (const event of events) {
      if (event.target instanceof Y.Text && event.target.parent instanceof Y.Map) {
        const cell = asCell(event.target.parent)
        if (cell === null) continue
        if (transaction.local) {
          const list = edits.get(cell.id) ?? []
          list.push({ clock: Y.getState(doc.store, doc.clientID), before: texts.get(cell.id) ?? '' })
          edits.set(cell.id, list.slice(-kept))
        }
        texts.set(cell.id, cell.text.toJSON())
      } else if (event.target === cells && !transaction.local) {
        for (const { insert } of event.delta) for (const map of Array.isArray(insert) ? insert : []) {
          const cell = asCell(map)
          if (cell !== null) queueMicrotask(() => carry(doc, cell, edits, texts))
        }
      }
    }
    remember()
  }
  cells.observeDeep(seen)
  return () => cells.unobserveDeep(seen)
}

function carry(doc: Y.Doc, cell: Cell, edits: Map<string, Edit[]>, texts: Map<string, string>): void {
  const vector = cell.map.get('seen')
  if (!(vector instanceof Uint8Array)) return
  const known = Y.decodeStateVector(vector).get(doc.clientID) ?? 0
  const unseen = (edits.get(cell.id) ?? []).filter(({ clock }) => clock > known)
  const mine = texts.get(cell.id)
  edits.delete(cell.id)
  texts.set(cell.id, cell.text.toJSON())
  const [first] = unseen
  if (first === undefined || mine === undefined) return
  const next = rebased(first.before, mine, cell.text.toJSON())
  changeText(cell.text, next, carried)
  texts.set(cell.id, next)
}

/** What `mine` changed of `base`, done to `theirs`. Where both changed the same place, both stay. */
export function rebased(base: string, mine: string, theirs: string): string {
  if (theirs === base) return mine
  if (mine === theirs || mine === base) return theirs
  const [m, t] = [between(base, mine), between(base, theirs)]
  const [mineEnd, theirsEnd] = [base.length - m.end, base.length - t.end]
  const mineText = mine.slice(m.start, mine.length - m.end)
  const shift = theirs.length - base.length
  if (mineEnd <= t.start) return theirs.slice(0, m.start) + mineText + theirs.slice(mineEnd)
  if (m.start >= theirsEnd) return theirs.slice(0, m.start + shift) + mineText + theirs.slice(mineEnd + shift)
  // The changes overlap: theirs as it is, mine after it.
  const at = theirs.length - t.end
  return theirs.slice(0, at) + mineText + theirs.slice(at)
}
