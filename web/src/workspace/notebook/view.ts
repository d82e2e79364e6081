import { newTopics, type Topics } from './live/topics.ts'

export type Mode = 'command' | 'edit'
export type FindQuery = { text: string; caseSensitive: boolean; regex: boolean }
/** What one person sees of the notebook and nobody else: which cell is chosen, what is folded, what is searched. */
export type View = {
  topics: Topics
  /** Topic `selected`. */
  selected: () => string | null
  mode: () => Mode
  /** Chooses a cell; `focus` moves the keyboard there (topic `focus:<cell>`). */
  select(cell: string | null, mode?: Mode, focus?: boolean): void
  /** How often the keyboard was sent to a cell. */
  focusCount(cell: string): number
  /** A Markdown cell that shows its source (topic `source:<cell>`). */
  showsSource(cell: string): boolean
  showSource(cell: string, on: boolean): void
  /** Topic `folded:<cell>`. */
  folded(cell: string): boolean
  fold(cell: string, on: boolean): void
  /** Topic `lines`. */
  lineNumbers: () => boolean
  toggleLineNumbers(): void
  /** Topic `find`. Null: not searching. */
  find: () => FindQuery | null
  setFind(query: FindQuery | null): void
  /** A place of a cell that should be shown (topic `reveal:<cell>`). */
  reveal(cell: string, from: number, to: number): void
  revealed(cell: string): { from: number; to: number } | null
  /** Cells that were cut or copied. */
  clipboard: { source: string; more: Record<string, unknown> }[]
}

export function newView(): View {
  const topics = newTopics()
  let [selected, mode, lines]: [string | null, Mode, boolean] = [null, 'command', localStorage.getItem('brickyard-line-numbers') === 'on']
  let find: FindQuery | null = null
  const focus = new Map<string, number>()
  const places = new Map<string, { from: number; to: number }>()
  const [sources, folds] = [new Set<string>(), new Set<string>()]
  const put = (set: Set<string>, topic: string) => (cell: string, on: boolean) => {
    if (set.has(cell) === on) return
    if (on) set.add(cell)
    else set.delete(cell)
    topics.emit(`${topic}:${cell}`)
  }
  return {
    topics,
    clipboard: [],
    selected: () => selected,
    mode: () => mode,
    select(cell, nextMode = mode, move = true) {
      const changed = selected !== cell || mode !== nextMode
      selected = cell
      mode = nextMode
      if (changed) topics.emit('selected')
      if (!move || cell === null) return
      focus.set(cell, (focus.get(cell) ?? 0) + 1)
      topics.emit(`focus:${cell}`)
    },
    focusCount: (cell) => focus.get(cell) ?? 0,
    showsSource: (cell) => sources.has(cell),
    showSource: put(sources, 'source'),
    folded: (cell) => folds.has(cell),
    fold: put(folds, 'folded'),
    lineNumbers: () => lines,
    toggleLineNumbers() {
      lines = !lines
      localStorage.setItem('brickyard-line-numbers', lines ? 'on' : 'off')
      topics.emit('lines')
    },
    find: () => find,
    setFind(query) {
      find = query
      topics.emit('find')
    },
    reveal(cell, from, to) {
      places.set(cell, { from, to })
      topics.emit(`reveal:${cell}`)
    },
    revealed: (cell) => places.get(cell) ?? null,
  }
}
