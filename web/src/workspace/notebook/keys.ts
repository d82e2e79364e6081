import type { Commands } from './commands.ts'

export type Key = {
  /** As it is shown; `Ctrl` is Command on a Mac. Two keys after each other: `D D`. */
  keys: readonly string[]
  when: 'always' | 'command' | 'edit'
  title: string
  act: (commands: Commands, cell: string) => void
}

/** Keys as people know them from other notebooks. The help dialog and the documentation list the same table. */
export const keys: readonly Key[] = [
  { keys: ['Shift+Enter'], when: 'always', title: 'Run the cell and go to the next one', act: (c, id) => c.runGo(id) },
  { keys: ['Ctrl+Enter'], when: 'always', title: 'Run the cell and stay', act: (c, id) => c.runStay(id) },
  { keys: ['Alt+Enter'], when: 'always', title: 'Run the cell and add one below', act: (c, id) => c.runInsert(id) },
  { keys: ['Ctrl+Shift+Enter'], when: 'always', title: 'Run all cells', act: (c) => c.runAll() },
  { keys: ['Ctrl+S'], when: 'always', title: 'Save a revision', act: (c) => c.save() },
  { keys: ['Ctrl+F'], when: 'always', title: 'Find and replace in the notebook', act: (c) => c.find() },
  { keys: ['Alt+Shift+ArrowUp'], when: 'always', title: 'Move the cell up', act: (c, id) => c.moveUp(id) },
  { keys: ['Alt+Shift+ArrowDown'], when: 'always', title: 'Move the cell down', act: (c, id) => c.moveDown(id) },
  { keys: ['Escape'], when: 'edit', title: 'To command mode', act: (c, id) => c.leave(id) },
  { keys: ['Enter'], when: 'command', title: 'Edit the cell', act: (c, id) => c.edit(id) },
  { keys: ['ArrowUp', 'K'], when: 'command', title: 'Choose the cell above', act: (c, id) => c.up(id) },
  { keys: ['ArrowDown', 'J'], when: 'command', title: 'Choose the cell below', act: (c, id) => c.down(id) },
  { keys: ['Home'], when: 'command', title: 'Choose the first cell', act: (c) => c.first() },
  { keys: ['End'], when: 'command', title: 'Choose the last cell', act: (c) => c.last() },
  { keys: ['A'], when: 'command', title: 'Add a cell above', act: (c, id) => c.insertAbove(id) },
  { keys: ['B'], when: 'command', title: 'Add a cell below', act: (c, id) => c.insertBelow(id) },
  { keys: ['D D'], when: 'command', title: 'Delete the cell', act: (c, id) => c.remove(id) },
  { keys: ['Z'], when: 'command', title: 'Take back the last change of cells', act: (c) => c.undo() },
  { keys: ['Shift+Z'], when: 'command', title: 'Do it again', act: (c) => c.redo() },
  { keys: ['X'], when: 'command', title: 'Cut the cell', act: (c, id) => c.cut(id) },
  { keys: ['C'], when: 'command', title: 'Copy the cell', act: (c, id) => c.copy(id) },
  { keys: ['V'], when: 'command', title: 'Paste below', act: (c, id) => c.paste(id) },
  { keys: ['Shift+M'], when: 'command', title: 'Merge with the cell below', act: (c, id) => c.merge(id) },
  { keys: ['M'], when: 'command', title: 'Make it Markdown', act: (c, id) => c.setLanguage(id, 'markdown') },
  { keys: ['Y'], when: 'command', title: 'Make it Python', act: (c, id) => c.setLanguage(id, 'python') },
  { keys: ['O'], when: 'command', title: 'Fold or show the output', act: (c, id) => c.foldOutput(id) },
  { keys: ['L'], when: 'command', title: 'Line numbers on or off', act: (c) => c.lineNumbers() },
  { keys: ['I I'], when: 'command', title: 'Cancel what runs', act: (c) => c.cancel() },
  { keys: ['0 0'], when: 'command', title: 'Restart: forget all variables', act: (c) => c.restart() },
  { keys: ['?', 'H'], when: 'command', title: 'Show these keys', act: (c) => c.help() },
]
/** Keys that the editor itself knows; listed in the help. */
export const editorKeys: readonly Pick<Key, 'keys' | 'title'>[] = [
  { keys: ['Tab', 'Ctrl+Space'], title: 'Complete' },
  { keys: ['Shift+Tab'], title: 'Show what the name at the cursor is' },
  { keys: ['Ctrl+/'], title: 'Comment the lines in or out' },
  { keys: ['Ctrl+Shift+-'], title: 'Split the cell at the cursor' },
  { keys: ['Ctrl+Z', 'Ctrl+Y'], title: 'Undo, redo your own typing' },
]

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>
/** `Ctrl+Shift+Enter`, `D`, `?`. */
export function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  const letter = key.length === 1 ? key.toUpperCase() : key
  const shift = shiftKey && (key.length > 1 || letter !== key.toLowerCase() || ctrlKey || metaKey || altKey)
  return [ctrlKey || metaKey ? 'Ctrl' : '', altKey ? 'Alt' : '', shift ? 'Shift' : '', letter].filter(Boolean).join('+')
}

const pairMs = 700
/** Finds the command of a key press; keeps the first one of a pair. */
export function keyFinder(): (pressed: Pressed, mode: 'command' | 'edit', now?: number) => Key | 'first' | undefined {
  let first: { name: string; at: number } | null = null
  return (pressed, mode, now = Date.now()) => {
    const name = nameOf(pressed)
    const legal = keys.filter(({ when }) => when === 'always' || when === mode)
    const pair = first !== null && now - first.at < pairMs ? `${first.name} ${name}` : null
    first = null
    const found = legal.find(({ keys }) => (pair !== null && keys.includes(pair)) || keys.includes(name))
    if (found) return found
    if (!legal.some(({ keys }) => keys.some((each) => each.startsWith(`${name} `)))) return undefined
    first = { name, at: now }
    return 'first'
  }
}
