import { Problem } from '#base/problem.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import { foundOf, type Found, type Seen } from './access.ts'
import { freeName } from './folders.ts'
import { namesOf, pathOf } from './paths.ts'
import { infoOf, trashedFrom } from './show.ts'
import type { ObjectRow } from './store.ts'
import type { Caller, Tree, Tx } from './tree.ts'

const mostCopied = 5000

/** Deleting, moving and copying. One change of a workspace's tree at a time, each in one transaction. */
export const moving = (tree: Tree, contents: NotebookContents) => {
  const { store, access } = tree

  /** What stays where it is: the halls, /Shared and the homes of members; a trash may only be emptied. */
  async function mustNotBeFixed(found: Found, verb: 'deleted' | 'moved or renamed'): Promise<void> {
    const [top, ...rest] = found.names
    const hall = top === undefined || (rest.length === 0 && (top === 'Users' || top === 'Shared'))
    const home = top === 'Users' && rest.length === 1 && (await tree.isMember(found.name))
    const bin = top === 'Users' && rest.length === 2 && found.name === 'Trash' && verb !== 'deleted'
    if (hall || home || bin)
      throw new Problem('wrong_state', `Folder ${found.path} is protected: it cannot be ${verb}.`, {
        extra: { wireCode: 'DIRECTORY_PROTECTED' },
      })
  }

  /** Runs a change alone, with the object as it is then. */
  const alone = <T>(seen: Seen, change: (tx: Tx, now: Found) => Promise<T>): Promise<T> =>
    tree.inTransaction(async (tx) => {
      await store.lockTree(tx)
      const now = foundOf(await store.above(seen.object_id, tx))
      if (!now || now.path !== seen.path) throw new Problem('conflict', `${seen.path} was moved or deleted just now.`)
      return change(tx, now)
    })

  async function place(tx: Tx, row: ObjectRow, folder: ObjectRow, name: string, trashed_from: ObjectRow['trashed_from']): Promise<void> {
    const nobodys = (await tree.isOfHomes(folder.object_id)) ? { created_by: null } : {}
    await store.update(row.object_id, { parent_id: folder.object_id, name, trashed_from, ...nobodys }, tx).catch((error: unknown) => {
      if (isTaken(error)) throw new Problem('already_exists', `The folder has something named ${name} already.`, { cause: error })
      throw error
    })
  }
  /** An object and all in it, of which nothing changes and to which nothing comes until the transaction ends. */
  async function frozen(tx: Tx, id: number): ReturnType<typeof store.below> {
    const rows = await store.below(id, tx)
    const ids = rows.map((row) => row.object_id)
    await store.locked(ids, tx)
    return (await store.below(id, tx)).length === rows.length ? rows : frozen(tx, id)
  }
  async function folderIn(tx: Tx, folder: Found, moved: Found): Promise<Found> {
    const now = foundOf(await store.above(folder.object_id, tx))
    if (!now) throw new Problem('not_found', `The folder ${folder.path} does not exist any more.`)
    if ([now, ...now.parents].some((each) => each.object_id === moved.object_id))
      throw new Problem('invalid', `${moved.path} cannot go into itself.`, { extra: { field: 'destination_path' } })
    return now
  }
  const shown = async (id: number) => {
    const found = foundOf(await store.above(id))
    if (!found) throw new Problem('not_found', `Object ${id} doesn't exist.`)
    return { ...infoOf(found, found.path), name: found.name, ...trashedFrom(found) }
  }

  async function trashOf(caller: Caller): Promise<Found> {
    const path = `/Users/${caller.userName}/Trash`
    const there = await tree.byPath(path)
    if (there?.type === 'DIRECTORY') return there
    const home = await tree.byPath(`/Users/${caller.userName}`)
    if (!home) throw new Problem('wrong_state', `${caller.userName} has no home folder, and so no trash; delete it for good instead.`)
    await tree.inTransaction((tx) => tree.add(tx, caller, { parent_id: home.object_id, name: 'Trash', type: 'DIRECTORY' }))
    const made = await tree.byPath(path)
    if (made?.type !== 'DIRECTORY')
      throw new Problem('already_exists', `${path} is not a folder; rename it, so that the trash has its place.`)
    return made
  }

  return {
    /** Source: WorkspaceAPI.delete. For good; a folder that holds something only with `recursive`. */
    async remove(caller: Caller, path: string, recursive: boolean): Promise<void> {
      const seen = await access.must(caller, await tree.find(caller, path), 'CAN_MANAGE', 'delete')
      await mustNotBeFixed(seen, 'deleted')
      await alone(seen, async (tx) => {
        const rows = await frozen(tx, seen.object_id)
        if (rows.length > 1 && !recursive)
          throw new Problem('wrong_state', `Folder (${seen.path}) is not empty.`, { extra: { wireCode: 'DIRECTORY_NOT_EMPTY' } })
        for (const row of rows) {
          if (row.type === 'NOTEBOOK') await contents.remove(tx, row.object_id)
          await access.removed(tx, row)
        }
        await store.remove(seen.object_id, tx)
      })
    },

    /** Moves or renames; in the trash too, which takes it out of the trash. */
    async move(caller: Caller, path: string, destination: string) {
      const seen = await access.must(caller, await tree.find(caller, path), 'CAN_MANAGE', 'move')
      await mustNotBeFixed(seen, 'moved or renamed')
      const target = namesOf(destination)
      if (pathOf(target) === seen.path) return shown(seen.object_id)
      const folder = await access.must(caller, await tree.folderFor(caller, destination), 'CAN_MANAGE', 'create anything in')
      await alone(seen, async (tx, now) => place(tx, now, await folderIn(tx, folder, now), target.at(-1) ?? '', null))
      return shown(seen.object_id)
    },

    /** Copies with everything in it. Permissions come from the new place. */
    async copy(caller: Caller, path: string, destination: string) {
      const seen = await access.must(caller, await tree.find(caller, path), 'CAN_READ', 'copy')
      const target = namesOf(destination)
      const folder = await access.must(caller, await tree.folderFor(caller, destination), 'CAN_MANAGE', 'create anything in')
      const id = await alone(seen, async (tx, now) => {
        const into = await folderIn(tx, folder, now)
        const rows = await store.below(now.object_id, tx)
        if (rows.length > mostCopied)
          throw new Problem('invalid', `${now.path} holds ${rows.length - 1} things; at most ${mostCopied} are copied at once.`)
        const made = new Map<number, number>()
        for (const row of rows) {
          const top = row.object_id === now.object_id
          const parent_id = top ? into.object_id : (made.get(row.parent_id ?? 0) ?? into.object_id)
          const wish = { parent_id, name: top ? (target.at(-1) ?? '') : row.name, type: row.type, language: row.language, size: row.size }
          const copy = await (top ? tree.add(tx, caller, wish) : tree.addInside(tx, caller, wish))
          if (!copy) throw new Problem('already_exists', `Path (${pathOf(target)}) already exists.`)
          made.set(row.object_id, copy.object_id)
          if (row.type === 'NOTEBOOK') await contents.copy(tx, row.object_id, copy.object_id)
          if (row.type === 'FILE') await store.copyContent(row.object_id, copy.object_id, tx)
        }
        return made.get(now.object_id) ?? 0
      })
      return shown(id)
    },

    /** Puts it into the caller's own trash, from where it can be brought back. */
    async trash(caller: Caller, path: string) {
      const seen = await access.must(caller, await tree.find(caller, path), 'CAN_MANAGE', 'delete')
      await mustNotBeFixed(seen, 'deleted')
      const bin = await trashOf(caller)
      if ([seen, ...seen.parents].some((each) => each.object_id === bin.object_id || each.trashed_from !== null))
        throw new Problem('wrong_state', `${seen.path} is in the trash already; delete it for good, or restore it.`)
      await alone(seen, async (tx, now) => {
        const into = await folderIn(tx, bin, now)
        const taken = new Set((await store.children(into.object_id, tx)).map((row) => row.name))
        const name = freeName(now.name, (each) => !taken.has(each))
        await place(tx, now, into, name, { parent_id: now.parent_id ?? 0, path: now.path })
      })
      return shown(seen.object_id)
    },

    /** Back to where it was. */
    async restore(caller: Caller, path: string) {
      const seen = await access.must(caller, await tree.find(caller, path), 'CAN_MANAGE', 'restore')
      const from = seen.trashed_from
      if (!from) throw new Problem('wrong_state', `${seen.path} is not in the trash.`)
      const folder = await tree.find(caller, from.parent_id).catch((error: unknown) => {
        if (error instanceof Problem && (error.code === 'not_found' || error.code === 'forbidden')) return null
        throw error
      })
      if (folder?.type !== 'DIRECTORY' || [folder, ...folder.parents].some((each) => each.trashed_from !== null))
        throw new Problem(
          'not_found',
          `The folder that ${from.path} was in does not exist any more: move ${seen.path} to another place instead.`,
        )
      await access.must(caller, folder, 'CAN_MANAGE', 'create anything in')
      await alone(seen, async (tx, now) => place(tx, now, await folderIn(tx, folder, now), namesOf(from.path).at(-1) ?? now.name, null))
      return shown(seen.object_id)
    },
  }
}

/** PostgreSQL: unique_violation. */
const isTaken = (error: unknown) => error instanceof Error && 'code' in error && error.code === '23505'
