import { RangeSetBuilder, type Extension } from '@codemirror/state'
import { Decoration, ViewPlugin, WidgetType, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { peopleColours } from '../people-colours.ts'

// Where the others are in this cell. (The binding's own part writes style attributes, which our content security policy forbids,
// and knows one editor a page.)

class Caret extends WidgetType {
  readonly name: string
  readonly colour: string
  constructor(name: string, colour: string) {
    super()
    this.name = name
    this.colour = colour
  }
  override eq(other: Caret) {
    return other.name === this.name && other.colour === this.colour
  }
  toDOM() {
    const [caret, name] = [document.createElement('span'), document.createElement('span')]
    caret.className = 'cm-remote-caret'
    caret.style.borderColor = this.colour
    name.className = 'cm-remote-name'
    name.style.backgroundColor = this.colour
    name.textContent = this.name
    caret.append(name)
    return caret
  }
  override ignoreEvent() {
    return true
  }
}

const tells = (update: ViewUpdate) => update.focusChanged || update.selectionSet || update.docChanged

/** Shows the cursors of others with their names, and tells them ours. */
export function people(text: Y.Text, awareness: Awareness): Extension {
  const doc = text.doc
  if (doc === null) return []
  const marks = (length: number): DecorationSet => {
    const found: { from: number; to: number; at: number; name: string; colour: string }[] = []
    for (const [client, state] of awareness.getStates()) {
      if (client === doc.clientID) continue
      const place = placeOf(state.cursor, text, doc)
      if (place === null) continue
      const user: { name?: unknown; colour?: unknown } = typeof state.user === 'object' && state.user !== null ? state.user : {}
      const colour = peopleColours[typeof user.colour === 'number' ? Math.abs(Math.trunc(user.colour)) % peopleColours.length : 0] ?? '#555'
      const [anchor, head] = [Math.min(place.anchor, length), Math.min(place.head, length)]
      found.push({ from: Math.min(anchor, head), to: Math.max(anchor, head), at: head, name: typeof user.name === 'string' ? user.name : 'Somebody', colour })
    }
    const ranges = found.flatMap(({ from, to, at, name, colour }) => [
      ...(to > from ? [{ from, to, decoration: Decoration.mark({ attributes: { style: `background-color: ${colour}40` } }) }] : []),
      { from: at, to: at, decoration: Decoration.widget({ widget: new Caret(name, colour), side: 1 }) },
    ])
    return Decoration.set(ranges.map(({ from, to, decoration }) => decoration.range(from, to)), true)
  }
  return ViewPlugin.define(
    (view) => {
      let dead = false
      const changed = () => queueMicrotask(() => !dead && view.dispatch({}))
      const self = {
        decorations: marks(view.state.doc.length),
        update(update: ViewUpdate) {
          if (tells(update)) tell(update.view)
          self.decorations = marks(update.state.doc.length)
        },
        destroy() {
          dead = true
          awareness.off('change', changed)
        },
      }
      const tell = ({ hasFocus, state }: EditorView) => {
        const known = awareness.getLocalState()?.cursor
        if (!hasFocus) {
          if (placeOf(known, text, doc) !== null) awareness.setLocalStateField('cursor', null)
          return
        }
        const { anchor, head } = state.selection.main
        if (anchor > text.length || head > text.length) return
        awareness.setLocalStateField('cursor', { anchor: Y.createRelativePositionFromTypeIndex(text, anchor), head: Y.createRelativePositionFromTypeIndex(text, head) })
      }
      awareness.on('change', changed)
      return self
    },
    { decorations: (plugin) => plugin.decorations },
  )
}

function placeOf(cursor: unknown, text: Y.Text, doc: Y.Doc): { anchor: number; head: number } | null {
  if (typeof cursor !== 'object' || cursor === null) return null
  const { anchor, head }: { anchor?: unknown; head?: unknown } = cursor
  const at = (relative: unknown) => {
    const place = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(relative), doc)
    return place !== null && place.type === text ? place.index : null
  }
  try {
    const [from, to] = [at(anchor), at(head)]
    return from === null || to === null ? null : { anchor: from, head: to }
  } catch {
    return null // another browser's mistake
  }
}

/** Marks of a search. */
export function marksOf(ranges: readonly { from: number; to: number }[], length: number): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of ranges) if (to <= length) builder.add(from, to, Decoration.mark({ class: 'cm-found' }))
  return builder.finish()
}
