import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, indentLess, indentMore } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { Compartment, EditorState, Prec, StateEffect, StateField } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { memo, useEffect, useRef } from 'react'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import * as Y from 'yjs'
import type { Completions, Inspection } from '#web/api/generated/notebook-wire.ts'
import { cspNonce } from '#web/kit/root.tsx'
import type { Cell } from '../document/cells.ts'
import { expressionOf, matchesIn } from '../document/find.ts'
import { languageOf } from '../document/magic.ts'
import { keyFinder, nameOf } from '../keys.ts'
import { languageOfNotebook } from '../live/live.ts'
import { useNotebook, useView } from '../notebook-context.ts'
import { completion, inspection } from './kernel.ts'
import { grammarOf } from './languages.ts'
import { marksOf, people } from './people.ts'
import { editorLooks } from './theme.ts'

const setMarks = StateEffect.define<readonly { from: number; to: number }[]>()
const found = StateField.define({
  create: () => marksOf([], 0),
  update(marks, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return marksOf(effect.value, transaction.newDoc.length)
    return marks.map(transaction.changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})
/** A person's own typing in one cell can be taken back for as long as the page is open. */
const histories = new WeakMap<Y.Text, Y.UndoManager>()
const historyOf = (text: Y.Text): Y.UndoManager => {
  const known = histories.get(text) ?? new Y.UndoManager(text, { captureTimeout: 400 })
  histories.set(text, known)
  return known
}

/** Where the cursor was when a cell was moved by somebody: its editor is made anew then. */
const cursors = new Map<string, { anchor: number; head: number }>()

/** The editor of one cell, bound to the shared text. */
export const CellEditor = memo(function CellEditor({ cell, label, readOnly }: { cell: Cell; label: string; readOnly: boolean }) {
  const { live, view: page, commands } = useNotebook()
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(null)
  const numbers = useView('lines', (view) => view.lineNumbers())
  const find = useView('find', (view) => view.find())
  const focused = useView(`focus:${cell.id}`, (view) => view.focusCount(cell.id))
  const place = useView(`reveal:${cell.id}`, (view) => view.revealed(cell.id))
  const parts = useRef({ language: new Compartment(), lines: new Compartment(), looks: new Compartment() })
  const atFirst = useRef({ numbers, label, readOnly })

  useEffect(() => {
    if (host.current === null) return
    const { language, lines, looks } = parts.current
    let now = languageOf(cell.text.toJSON(), languageOfNotebook(live))
    const find = keyFinder()
    const kernel = {
      ready: () => live.state.attachment.context === 'ready' && commands.mayRun() && live.connection().phase === 'open',
      complete: (code: string, cursor: number) => live.request<Completions>({ type: 'complete', cell_id: cell.id, code, cursor }),
      inspect: (code: string, cursor: number) => live.request<Inspection>({ type: 'inspect', cell_id: cell.id, code, cursor }),
    }
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: cell.text.toJSON(),
        extensions: [
          cspNonce === '' ? [] : EditorView.cspNonce.of(cspNonce),
          // Before all others: what the notebook does on a key wins.
          Prec.highest(
            EditorView.domEventHandlers({
              keydown(event, self) {
                if (nameOf(event) === 'Ctrl+Shift+_' || nameOf(event) === 'Ctrl+Shift+-') {
                  commands.split(cell.id, self.state.selection.main.head)
                  return true
                }
                if (event.key === 'Escape') return false
                const key = find(event, 'edit')
                if (typeof key !== 'object') return false
                event.preventDefault()
                event.stopPropagation()
                key.act(commands, cell.id)
                return true
              },
              focus: () => page.select(cell.id, 'edit', false),
            }),
          ),
          yCollab(cell.text, null, { undoManager: historyOf(cell.text) }),
          people(cell.text, live.awareness),
          found,
          completion(kernel),
          inspection(kernel),
          keymap.of([
            ...closeBracketsKeymap,
            ...yUndoManagerKeymap,
            { key: 'Escape', run: () => (commands.leave(cell.id), true) },
            { key: 'Tab', run: indentMore, shift: indentLess },
            { key: 'ArrowUp', run: (self) => atEdge(self, true) && (commands.up(cell.id), true) },
            { key: 'ArrowDown', run: (self) => atEdge(self, false) && (commands.down(cell.id), true) },
            ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter' && key !== 'Shift-Mod-Enter'),
          ]),
          indentUnit.of('    '),
          EditorState.tabSize.of(4),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          drawSelection(),
          editorLooks,
          language.of(grammarOf(now)),
          lines.of(atFirst.current.numbers ? lineNumbers() : []),
          looks.of(manner(atFirst.current.label, atFirst.current.readOnly)),
          EditorView.lineWrapping,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return
            const next = languageOf(update.state.doc.toString(), languageOfNotebook(live))
            if (next === now) return
            now = next
            queueMicrotask(() => view.dispatch({ effects: language.reconfigure(grammarOf(next)) }))
          }),
        ],
      }),
    })
    editor.current = view
    const { anchor, head } = cursors.get(cell.id) ?? { anchor: 0, head: 0 }
    if (Math.max(anchor, head) <= view.state.doc.length) view.dispatch({ selection: { anchor, head } })
    return () => {
      cursors.set(cell.id, { anchor: view.state.selection.main.anchor, head: view.state.selection.main.head })
      editor.current = null
      view.destroy()
    }
  }, [cell, commands, live, page])

  useEffect(() => editor.current?.dispatch({ effects: parts.current.lines.reconfigure(numbers ? lineNumbers() : []) }), [numbers])
  useEffect(() => editor.current?.dispatch({ effects: parts.current.looks.reconfigure(manner(label, readOnly)) }), [label, readOnly])
  useEffect(() => {
    const expression = find === null ? null : expressionOf(find)
    editor.current?.dispatch({ effects: setMarks.of(expression === null ? [] : matchesIn(cell.text.toJSON(), expression)) })
  }, [cell, find])
  useEffect(() => {
    if (focused > 0 && page.selected() === cell.id && page.mode() === 'edit') editor.current?.focus()
  }, [cell, focused, page])
  useEffect(() => {
    const length = editor.current?.state.doc.length ?? 0
    if (place !== null && place.to <= length) editor.current?.dispatch({ selection: { anchor: place.from, head: place.to }, effects: EditorView.scrollIntoView(place.from, { y: 'center' }) })
  }, [place])
  return <div ref={host} />
})

const manner = (label: string, readOnly: boolean) => [
  EditorView.contentAttributes.of({ 'aria-label': label }),
  EditorState.readOnly.of(readOnly),
  EditorView.editable.of(!readOnly),
  readOnly ? [] : placeholder('Type code; % chooses a language: %sql, %md, %sh …'),
]
/** On the first or the last line an arrow leads to the next cell. */
function atEdge({ state }: EditorView, up: boolean): boolean {
  const { head, empty } = state.selection.main
  if (!empty) return false
  return up ? head === 0 : head === state.doc.length
}
