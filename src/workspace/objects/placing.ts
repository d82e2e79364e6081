import { Problem } from '#base/problem.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import type { Found, Seen } from './access.ts'
import type { Item } from './formats/read.ts'
import { namesOf } from './paths.ts'
import { childPath } from './show.ts'
import type { ObjectRow } from './store.ts'
import type { Caller, Tree, Tx } from './tree.ts'

/** Whether to replace what is there, and when it must have been changed last for that. */
export type Overwriting = { overwrite: boolean; ifModifiedAt?: number | undefined }
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
    /** Many things in folders that are new themselves: what may be done with the folders may be done with them. */
    async addAll(tx: Tx, caller: Caller, wishes: readonly { folderId: number; item: Item }[]): Promise<void> {
      const rows = await store.insertAll(
        wishes.map(({ folderId, item }) => ({
          parent_id: folderId,
          name: item.name,
          type: item.as,
          created_by: caller.id,
          ...(item.as === 'FILE' ? { size: item.bytes.length } : { language: item.document.language }),
        })),
        tree.clock(),
        tx,
      )
      const made = new Map(rows.map((row) => [`${row.parent_id}/${row.name}`, row.object_id]))
      const files: { object_id: number; content: Buffer }[] = []
      for (const { folderId, item } of wishes) {
        const object_id = made.get(`${folderId}/${item.name}`)
        if (object_id === undefined) throw new Error(`${item.name} was made and is not there`)
        if (item.as === 'FILE') files.push({ object_id, content: item.bytes })
        else await contents.write(tx, object_id, item.document)
      }
      await store.setContents(files, tx)
    },

    /** Something new, or in the place of what is there when that was asked for. */
    async put(caller: Caller, folder: Seen, item: Item, how: Overwriting): Promise<ObjectRow> {
      const path = childPath(folder, item.name)
      const there = await store.child(folder.object_id, item.name)
      if (there)
        return this.replace(caller, folder, { ...there, path, names: namesOf(path), parents: [folder, ...folder.parents] }, item, how)
      await access.must(caller, folder, 'CAN_MANAGE', 'create anything in')
      const made = await tree.inTransaction((tx) => this.add(tx, caller, folder.object_id, item))
      return made ? ((await store.byId(made.object_id)) ?? made) : this.put(caller, folder, item, how) // else somebody was faster
    },

    async replace(caller: Caller, folder: Seen, there: Found, item: Item, { overwrite, ifModifiedAt }: Overwriting): Promise<ObjectRow> {
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
        const [now] = await store.locked([there.object_id], tx)
        if (!now) throw new Problem('not_found', `Path (${there.path}) doesn't exist any more.`)
        if (ifModifiedAt !== undefined && now.modified_at.getTime() !== ifModifiedAt)
          throw new Problem(
            'conflict',
            `${there.path} was changed by somebody since you opened it. Save under another name, or load it again.`,
            {
              extra: { wireCode: 'ABORTED' },
            },
          )
        await fill(tx, there, item)
      })
      return (await store.byId(there.object_id)) ?? there
    },
  }
}
