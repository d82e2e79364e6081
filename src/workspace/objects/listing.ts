import { Problem } from '#base/problem.ts'
import type { Seen } from './access.ts'
import { namesOf, pathOf } from './paths.ts'
import { childPath, details, info, infoOf, levelShown, trashedFrom } from './show.ts'
import type { ObjectRow } from './store.ts'
import type { Caller, Tree } from './tree.ts'

/** Looking around: what is where, and what a name finds. */
export const listing = (tree: Tree) => {
  const { store, access } = tree

  /** In a folder that only leads somewhere, just what it leads to. */
  async function within(caller: Caller, folder: Seen): Promise<ObjectRow[]> {
    if (folder.path === '/Users') await tree.prepareHomes()
    const rows = await store.children(folder.object_id)
    if (folder.level !== null) return rows
    const reach = await access.reach(caller)
    return rows.filter((row) => reach.has(row.object_id))
  }

  return {
    status: async (caller: Caller, path: string) => info(await tree.find(caller, path)),

    /** A folder's contents; the object itself when it is none. Source: WorkspaceAPI.list in databricks-sdk-py. */
    async list(caller: Caller, path: string, notebooksModifiedAfter = 0) {
      const folder = await tree.find(caller, path)
      if (folder.type !== 'DIRECTORY') return [info(folder)]
      const rows = await within(caller, folder)
      return rows
        .filter((row) => row.type !== 'NOTEBOOK' || row.modified_at.getTime() > notebooksModifiedAfter)
        .map((row) => infoOf(row, childPath(folder, row.name)))
    },

    details: async (caller: Caller, where: string | number) => details(await tree.find(caller, where)),
    /** A folder for a page: with what the caller may do there. */
    async browse(caller: Caller, where: string | number) {
      const folder = await tree.find(caller, where)
      if (folder.type !== 'DIRECTORY') throw new Problem('invalid', `Path (${folder.path}) is not a folder.`, { extra: { field: 'path' } })
      const [rows, levelOf] = await Promise.all([within(caller, folder), access.levelsIn(caller, folder)])
      const objects = rows.map((row) => ({
        ...infoOf(row, childPath(folder, row.name)),
        name: row.name,
        permission_level: levelShown(levelOf(row)),
        ...trashedFrom(row),
      }))
      return { folder: details(folder), objects }
    },

    /** Source: WorkspaceAPI.mkdirs: missing parents are made; a folder that is there is fine. */
    async mkdirs(caller: Caller, path: string): Promise<void> {
      await tree.enter(caller)
      const names = namesOf(path)
      const there = await store.along(names)
      const last = await tree.find(caller, pathOf(names.slice(0, there.length - 1)))
      if (last.type !== 'DIRECTORY') throw new Problem('already_exists', `Path (${last.path}) already exists and is not a folder.`)
      if (last.names.length === names.length) return
      await access.must(caller, last, 'CAN_MANAGE', 'create a folder in')
      await tree.inTransaction(async (tx) => {
        let parent = last.object_id
        for (const [index, name] of names.entries()) {
          if (index < last.names.length) continue
          const row = (await tree.add(tx, caller, { parent_id: parent, name, type: 'DIRECTORY' })) ?? (await store.child(parent, name, tx))
          if (row?.type !== 'DIRECTORY')
            throw new Problem('already_exists', `Path (${pathOf(names.slice(0, index + 1))}) already exists and is not a folder.`)
          parent = row.object_id
        }
      })
    },

    /** What the caller may see whose name contains the text, without what is in the trash. */
    async search(caller: Caller, text: string, atMost: number) {
      await tree.enter(caller)
      const [root] = await store.along([])
      if (!root) return []
      const all = (await access.levelOf(caller, { ...root, names: [], path: '/', parents: [] })) !== null
      const rows = await store.named(text, all ? null : await access.given(caller), atMost)
      return rows.map((row) => ({ ...infoOf(row, pathOf(row.names)), name: row.name }))
    },
  }
}
