import { acceptCompletion, autocompletion, startCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { StateEffect, StateField, type Extension } from '@codemirror/state'
import { hoverTooltip, keymap, showTooltip, type EditorView, type Tooltip } from '@codemirror/view'
import type { Completions, Inspection } from '#web/api/generated/notebook-wire.ts'
import { plainText, screenOf } from '../output/screen.ts'

export type Kernel = {
  /** Whether asking makes sense: a context lives and is idle. */
  ready: () => boolean
  complete: (code: string, cursor: number) => Promise<Completions>
  inspect: (code: string, cursor: number) => Promise<Inspection>
}
const kinds: Record<string, string> = { function: 'function', method: 'method', class: 'class', module: 'namespace', instance: 'variable', keyword: 'keyword', statement: 'variable', path: 'text', table: 'type', view: 'type', column: 'property', database: 'namespace', schema: 'namespace', catalog: 'namespace', param: 'property', property: 'property' }

/** Completion from the live kernel and its tables; Tab completes after a word, else it indents. */
export function completion(kernel: Kernel): Extension {
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.matchBefore(/[\w.`%]+$/)
    if (!kernel.ready() || (!context.explicit && (before === null || !/[.\w]{2}$|\.$/.test(before.text)))) return null
    const { matches, start, end } = await kernel.complete(context.state.doc.toString(), context.pos)
    if (context.aborted || matches.length === 0) return null
    return {
      from: start,
      to: end,
      options: matches.map(({ text, type, detail }, index): Completion => ({ label: text, boost: -index / matches.length, ...(type === undefined ? {} : { type: kinds[type] ?? 'text' }), ...(detail === undefined ? {} : { detail }) })),
      validFor: /^[\w`]*$/,
    }
  }
  return [
    autocompletion({ override: [async (context) => source(context).catch(() => null)], activateOnTypingDelay: 180, maxRenderedOptions: 60 }),
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      {
        key: 'Tab',
        run: (view) => {
          const { head, empty } = view.state.selection.main
          return empty && /[\w.]$/.test(view.state.doc.lineAt(head).text.slice(0, head - view.state.doc.lineAt(head).from)) && kernel.ready() ? startCompletion(view) : false
        },
      },
    ]),
  ]
}

const setTip = StateEffect.define<Tooltip | null>()
const tip = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setTip)) return effect.value
    return transaction.docChanged || transaction.selection ? null : value
  },
  provide: (field) => showTooltip.from(field),
})

function boxOf(text: string): HTMLElement {
  const box = document.createElement('div')
  box.className = 'cm-inspection'
  box.setAttribute('role', 'note')
  box.textContent = plainText(screenOf(text))
  return box
}
const shown = ({ found, data }: Inspection): string | null => (found ? (data['text/plain'] ?? data['text/markdown'] ?? null) : null)

/** What the name at the cursor (Shift+Tab) or under the pointer is, by the live kernel. */
export function inspection(kernel: Kernel): Extension {
  const ask = async (view: EditorView, pos: number): Promise<Tooltip | null> => {
    const text = shown(await kernel.inspect(view.state.doc.toString(), pos))
    return text === null ? null : { pos, above: true, create: () => ({ dom: boxOf(text) }) }
  }
  return [
    tip,
    keymap.of([
      {
        key: 'Shift-Tab',
        run(view) {
          const { head, empty } = view.state.selection.main
          const line = view.state.doc.lineAt(head)
          if (!empty || !kernel.ready() || !/[\w)\]]/.test(line.text.slice(Math.max(0, head - line.from - 1), head - line.from + 1))) return false
          void ask(view, head).then((found) => view.dispatch({ effects: setTip.of(found ?? { pos: head, above: true, create: () => ({ dom: boxOf('Nothing is known about this name. Run the cell that makes it first.') }) }) }), () => {})
          return true
        },
      },
      { key: 'Escape', run: (view) => view.state.field(tip) !== null && (view.dispatch({ effects: setTip.of(null) }), true) },
    ]),
    hoverTooltip(
      async (view, pos) => {
        const word = view.state.wordAt(pos)
        if (word === null || !kernel.ready() || /^\d/.test(view.state.sliceDoc(word.from, word.to))) return null
        return ask(view, word.to).catch(() => null)
      },
      { hoverTime: 700 },
    ),
  ]
}
