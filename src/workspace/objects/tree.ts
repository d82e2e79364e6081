import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import type { Level, ObjectRef, Permissions } from '../permissions/service.ts'
import type { Tables } from '../workspace.ts'
import { foundOf, objectAccess, refOf, type Found, type Seen } from './access.ts'
import { homes } from './homes.ts'
import { namesOf, parentOf, pathOf } from './paths.ts'
import { objectStore, type NewObject, type ObjectRow } from './store.ts'

export type Caller = Pick<WorkspaceCaller, 'id' | 'userName' | 'admin'>
/** A transaction. */
export type Tx = Kysely<Tables>
export type TreeDeps = { db: Kysely<Tables>; workspaceId: string; permissions: Permissions; contents: NotebookContents; clock: Clock }
export type Tree = ReturnType<typeof objectTree>

/** What is there: folders, notebooks and files, and who may see them. Everything else of this room stands on it. */
export const objectTree = ({ db, workspaceId, permissions, clock }: TreeDeps) => {
  const store = objectStore(db, workspaceId)
  const access = objectAccess({ store, permissions })
  const inTransaction = <T>(change: (tx: Tx) => Promise<T>): Promise<T> => db.transaction().execute(change)
  const home = homes({ db, workspaceId, store, access, clock, inTransaction })

  async function find(caller: Caller, where: string | number): Promise<Seen> {
    await home.enter(caller)
    if (typeof where === 'number') return access.byId(caller, where)
    try {
      return await access.at(caller, where)
    } catch (error) {
      const [users, userName] = namesOf(where)
      if (!(error instanceof Problem) || error.code !== 'not_found' || users !== 'Users' || userName === undefined) throw error
      if (!(await home.prepare(userName))) throw error
      return access.at(caller, where)
    }
  }

  async function insert(tx: Tx, caller: Caller, row: NewObject): Promise<ObjectRow | null> {
    try {
      return (await store.insert({ ...row, created_by: caller.id }, clock(), tx)) ?? null
    } catch (error) {
      if (isForeignKey(error)) throw new Problem('not_found', 'The parent folder does not exist any more.', { cause: error })
      throw error
    }
  }

  return {
    store,
    access,
    clock,
    inTransaction,

    enter: home.enter,
    isMember: home.isMember,
    isOfHomes: home.isOfHomes,
    prepareHomes: home.prepareAll,

    /** What the caller sees at a path or of an id. Nothing there: `not_found`; private: `forbidden`. */
    find,
    /** What has this id, when the caller's level of it is at least `needed`. `verb` completes "may not … /path". */
    must: async (caller: Caller, objectId: number, needed: Level, verb = 'open'): Promise<Seen> =>
      access.must(caller, await find(caller, objectId), needed, verb),

    /** Where something is, whoever asks; undefined when it is gone. */
    async pathOf(objectId: number): Promise<string | undefined> {
      return foundOf(await store.above(objectId))?.path
    },
    /** What is at a path, whoever asks. */
    async byPath(path: string): Promise<Found | undefined> {
      const names = namesOf(path)
      const rows = await store.along(names)
      return rows.length === names.length + 1 ? foundOf(rows) : undefined
    },
    /** An object as permissions know it, with its folders, nearest first. */
    async refs(objectId: number): Promise<{ object: ObjectRef; parents: ObjectRef[]; path: string } | undefined> {
      const found = foundOf(await store.above(objectId))
      return found && { object: refOf(found), parents: found.parents.map(refOf), path: found.path }
    },

    /** The folder that something at this path is in; whether the caller may add to it is another question. */
    async folderFor(caller: Caller, path: string): Promise<Seen> {
      const names = namesOf(path)
      if (names.length === 0) throw new Problem('already_exists', 'Path (/) already exists.')
      const parent = await find(caller, pathOf(parentOf(names))).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'not_found')
          throw new Problem('not_found', `The parent folder (${pathOf(parentOf(names))}) does not exist.`)
        throw error
      })
      if (parent.type !== 'DIRECTORY')
        throw new Problem('invalid', `The parent (${parent.path}) is not a folder.`, { extra: { field: 'path' } })
      return parent
    },
    /** Puts something new into a folder; null when the name is taken. The caller manages it. */
    async add(tx: Tx, caller: Caller, row: NewObject): Promise<ObjectRow | null> {
      const added = await insert(tx, caller, row)
      if (added && (await home.isOfHomes(added.parent_id))) await store.update(added.object_id, { created_by: null }, tx)
      else if (added) await access.created(tx, caller, added)
      return added
    },
    /** The same in a folder that is new itself: rights come from the folder. */
    addInside: insert,
    /** Says that a notebook or file was changed now. */
    touched: (tx: Tx, objectId: number): Promise<void> => store.update(objectId, { modified_at: clock() }, tx),
  }
}

/** PostgreSQL: foreign_key_violation. */
const isForeignKey = (error: unknown) => error instanceof Error && 'code' in error && error.code === '23503'
