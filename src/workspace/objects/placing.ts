import { Problem } from '#base/problem.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import type { Found, Seen } from './access.ts'
import type { Item } from './formats/read.ts'
import { namesOf } from './paths.ts'
import { childPath } from './show.ts'
import type { ObjectRow } from './store.ts'
import type { Caller, Tree, Tx } from './tree.ts'

export type Placing = ReturnType<typeof placing>

/** Puts what was read into a folder. */
export const placing = (tree: Tree, contents: NotebookContents) => {
  const { store, access } = tree

  async function fill(tx: Tx, row: ObjectRow, item: Item): Promise<void> {
    const now = tree.clock()
    if (item.as === 'FILE') {
      await store.setContent(row.object_id, item.bytes, tx)
      await store.update(row.object_id, { size: item.bytes.length, modified_at: now }, tx)
    } else {
      await contents.write(tx, row.object_id, item.document)
      await store.update(row.object_id, { language: item.document.language, modified_at: now }, tx)
    }
  }

  return {
    /** Something new; null when the name is taken. */
    async add(tx: Tx, caller: Caller, folderId: number, item: Item): Promise<ObjectRow | null> {
      const row = await tree.add(tx, caller, { parent_id: folderId, name: item.name, type: item.as })
      if (row) await fill(tx, row, item)
      return row
    },
    /** The same in a folder that is new itself: what may be done with the folder may be done with it. */
    async addInside(tx: Tx, caller: Caller, folderId: number, item: Item): Promise<void> {
      const row = await tree.addInside(tx, caller, { parent_id: folderId, name: item.name, type: item.as })
      if (!row) throw new Error(`${item.name} is there twice`)
      await fill(tx, row, item)
    },

    /** Something new, or in the place of what is there when that was asked for. */
    async put(caller: Caller, folder: Seen, item: Item, overwrite: boolean): Promise<ObjectRow> {
      const path = childPath(folder, item.name)
      const there = await store.child(folder.object_id, item.name)
      if (there) return this.replace(caller, folder, { ...there, path, names: namesOf(path), parents: [folder, ...folder.parents] }, item, overwrite)
      await access.must(caller, folder, 'CAN_MANAGE', 'create anything in')
      const made = await tree.inTransaction((tx) => this.add(tx, caller, folder.object_id, item))
      return made ? ((await store.byId(made.object_id)) ?? made) : this.put(caller, folder, item, overwrite) // else somebody was faster
    },

    async replace(caller: Caller, folder: Seen, there: Found, item: Item, overwrite: boolean): Promise<ObjectRow> {
      const level = await access.levelOf(caller, there)
      // Who may not see it learns what they would learn if it were not there.
      if (level === null) await access.must(caller, folder, 'CAN_MANAGE', 'create anything in')
      if (!overwrite || there.type === 'DIRECTORY') throw new Problem('already_exists', `Path (${there.path}) already exists.`)
      await access.must(caller, { ...there, level }, 'CAN_EDIT', 'overwrite')
      if (there.type !== item.as)
        throw new Problem('invalid', `Cannot overwrite ${there.path} due to type mismatch (asked: ${item.as}, actual: ${there.type}).`, {
          extra: { field: 'path' },
        })
      await tree.inTransaction(async (tx) => {
        await store.update(there.object_id, { modified_at: tree.clock() }, tx) // whoever else writes it now waits
        await fill(tx, there, item)
      })
      return (await store.byId(there.object_id)) ?? there
    },
  }
}
