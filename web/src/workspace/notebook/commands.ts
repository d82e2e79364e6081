import { deleteCells, extrasOf, insertCell, mergeBelow, moveCell, splitCell, typed, type Cell } from './document/cells.ts'
import { bodyOf, changeLanguage, languageOf, magicOf, type CellLanguage } from './document/magic.ts'
import { languageOfNotebook, type Live } from './live/live.ts'
import type { View } from './view.ts'

/** Everything a person does to a notebook; keys, menus and buttons all lead here. */
export type Commands = ReturnType<typeof notebookCommands>
export type CommandDeps = {
  live: Live
  view: View
  /** Says that something did not work. */
  failed: (what: string, error: unknown) => void
  done: (what: string) => void
  /** No cluster yet: the person chooses one, then it runs. */
  askCluster: (then: () => void) => void
  askRestart: () => void
  openDialog: (dialog: 'keys' | 'find') => void
}

export function notebookCommands({ live, view, failed, done, askCluster, askRestart, openDialog }: CommandDeps) {
  const cells = (): readonly Cell[] => live.cells() ?? []
  const indexOf = (id: string) => cells().findIndex((cell) => cell.id === id)
  const at = (id: string) => cells()[indexOf(id)]
  const ask = (what: string, asked: Promise<unknown>) => void asked.catch((error: unknown) => failed(what, error))
  const mayEdit = () => live.state.level === 'CAN_EDIT' || live.state.level === 'CAN_MANAGE'
  const mayRun = () => live.state.level !== null && live.state.level !== 'CAN_READ'
  const edits = <A extends unknown[]>(act: (...given: A) => void) => (...given: A) => {
    if (mayEdit()) act(...given)
  }
  const languageAt = (cell: Cell) => languageOf(cell.text.toJSON(), languageOfNotebook(live))

  function start(what: string, choice: Parameters<Live['run']>[0]): void {
    if (!mayRun()) return
    if (live.state.attachment.cluster_id === null) return askCluster(() => start(what, choice))
    ask(what, live.run(choice))
  }
  /** Markdown is drawn where it is; everything else goes to the cluster. */
  function run(id: string): void {
    const cell = at(id)
    if (cell === undefined) return
    if (languageAt(cell) === 'markdown') return view.showSource(id, false)
    start('The cell was not started', { cell_ids: [id] })
  }
  function go(id: string, by: number): void {
    const next = cells()[indexOf(id) + by]
    if (next !== undefined) view.select(next.id, 'command')
  }
  const insert = edits((index: number, source: string = '') => {
    const id = insertCell(live.doc, index, source)
    view.showSource(id, true)
    view.select(id, 'edit')
  })
  const remove = edits((id: string) => {
    const index = indexOf(id)
    deleteCells(live.doc, [id])
    const next = cells()[Math.min(index, cells().length - 1)]
    view.select(next?.id ?? null, 'command')
  })
  const copy = (id: string) => {
    const cell = at(id)
    if (cell !== undefined) view.clipboard = [{ source: cell.text.toJSON(), more: extrasOf(cell) }]
  }
  const setLanguage = edits((id: string, language: CellLanguage) => {
    const cell = at(id)
    if (cell === undefined) return
    const change = changeLanguage(cell.text.toJSON(), language, languageOfNotebook(live))
    live.doc.transact(() => {
      if (change.remove > 0) cell.text.delete(0, change.remove)
      if (change.insert !== '') cell.text.insert(0, change.insert)
    }, typed)
    if (language === 'markdown') view.showSource(id, true)
  })

  return {
    mayEdit,
    mayRun,
    run,
    runStay(id: string) {
      run(id)
      if (view.selected() !== id) view.select(id, 'command', false)
    },
    /** As Shift+Enter does: run, then on to the next cell; a new one after the last. */
    runGo(id: string) {
      const index = indexOf(id)
      run(id)
      const next = cells()[index + 1]
      if (next !== undefined) view.select(next.id, view.mode() === 'edit' && languageAt(next) !== 'markdown' ? 'edit' : 'command')
      else if (mayEdit()) insert(index + 1)
      else view.select(id, 'command')
    },
    runInsert(id: string) {
      run(id)
      insert(indexOf(id) + 1)
    },
    runAll: () => start('The cells were not started', { all: true }),
    runAbove: (id: string) => start('The cells were not started', { above: id }),
    runBelow: (id: string) => start('The cells were not started', { below: id }),
    cancel(id?: string) {
      const run_id = id === undefined ? undefined : live.state.runs.get(id)?.run_id
      ask('It was not cancelled', live.request({ type: 'cancel', ...(run_id === undefined ? {} : { run_id }) }))
    },
    restart: askRestart,
    clear: (id?: string) => ask('The results were not cleared', live.request({ type: 'clear', ...(id === undefined ? {} : { cell_ids: [id] }) })),
    edit(id: string) {
      view.showSource(id, true)
      view.select(id, 'edit')
    },
    leave: (id: string) => view.select(id, 'command'),
    up: (id: string) => go(id, -1),
    down: (id: string) => go(id, 1),
    first: () => cells()[0] && view.select(cells()[0]?.id ?? null, 'command'),
    last: () => view.select(cells().at(-1)?.id ?? null, 'command'),
    insertAt: insert,
    insertAbove: (id: string) => insert(indexOf(id)),
    insertBelow: (id: string) => insert(indexOf(id) + 1),
    remove,
    undo: edits(() => void live.undo.undo()),
    redo: edits(() => void live.undo.redo()),
    moveUp: edits((id: string) => {
      moveCell(live.doc, id, indexOf(id) - 1)
      view.select(id, 'command')
    }),
    moveDown: edits((id: string) => {
      moveCell(live.doc, id, indexOf(id) + 1)
      view.select(id, 'command')
    }),
    copy,
    cut(id: string) {
      copy(id)
      remove(id)
    },
    paste: edits((id: string) => {
      let index = indexOf(id) + 1
      for (const { source, more } of view.clipboard) view.select(insertCell(live.doc, index++, source, more), 'command')
    }),
    merge: edits((id: string) => mergeBelow(live.doc, id, bodyOf)),
    split: edits((id: string, place: number) => {
      const cell = at(id)
      if (cell === undefined) return
      const language = languageAt(cell)
      const made = splitCell(live.doc, id, place, bodyOf(cell.text.toJSON()) === cell.text.toJSON() ? '' : magicOf[language])
      if (made !== null) view.select(made, 'edit')
    }),
    setLanguage,
    setTitle: edits((id: string, title: string) => {
      const cell = at(id)
      if (cell === undefined) return
      live.doc.transact(() => (title.trim() === '' ? cell.map.delete('title') : cell.map.set('title', title.trim())), typed)
    }),
    foldOutput: (id: string) => view.fold(id, !view.folded(id)),
    lineNumbers: () => view.toggleLineNumbers(),
    save(name?: string) {
      if (!mayEdit()) return
      const at = new Date().toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
      ask('The revision was not saved', live.request({ type: 'saveRevision', name: name ?? `Saved ${at}` }).then(() => done('Saved as a revision')))
    },
    find: () => openDialog('find'),
    help: () => openDialog('keys'),
  }
}
