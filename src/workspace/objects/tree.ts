import { sql, type Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import type { Level, ObjectRef, Permissions } from '../permissions/service.ts'
import type { Tables } from '../workspace.ts'
import { foundOf, objectAccess, refOf, type Found, type Seen } from './access.ts'
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
  const housed = new Map<number, string>()
  let ready: Promise<void> | undefined

  const inTransaction = <T>(change: (tx: Tx) => Promise<T>): Promise<T> => db.transaction().execute(change)

  /** The folder of that name, made when it is not there. `made` runs in the transaction that makes it. */
  async function folder(parentId: number | null, name: string, made?: (tx: Tx, row: ObjectRow) => Promise<void>): Promise<ObjectRow> {
    const there = await store.child(parentId, name)
    if (there) return there
    await inTransaction(async (tx) => {
      const row = await store.insert({ parent_id: parentId, name, type: 'DIRECTORY' }, clock(), tx)
      if (row) await made?.(tx, row)
    })
    const row = await store.child(parentId, name)
    if (!row) throw new Error(`Folder ${name} was made and is not there`)
    return row
  }

  async function makeHalls(): Promise<void> {
    const root = await folder(null, '')
    await folder(root.object_id, 'Users')
    await folder(root.object_id, 'Shared', access.openToAll)
  }

  return {
    store,
    access,
    clock,
    inTransaction,

    /** The root, /Users, /Shared and the caller's own home are there, whoever comes first. */
    async enter(caller: Caller): Promise<void> {
      await (ready ??= makeHalls().catch((error: unknown) => {
        ready = undefined
        throw error
      }))
      if (housed.get(caller.id) === caller.userName || caller.userName.includes('/')) return
      const [, users] = await store.along(['Users'])
      if (!users) throw new Error('The folder of homes is not there')
      const home = await folder(users.object_id, caller.userName, (tx, row) => settle(tx, row, caller))
      // Somebody who comes back under the name of a removed member gets the home of that name.
      if (home.created_by !== caller.id && !(await stillThere(home.created_by))) await inTransaction((tx) => settle(tx, home, caller))
      housed.set(caller.id, caller.userName)
    },

    /** What the caller sees at a path or of an id. Nothing there: `not_found`; private: `forbidden`. */
    async find(caller: Caller, where: string | number): Promise<Seen> {
      await this.enter(caller)
      return typeof where === 'string' ? access.at(caller, where) : access.byId(caller, where)
    },
    /** What has this id, when the caller's level of it is at least `needed`. `verb` completes "may not … /path". */
    async must(caller: Caller, objectId: number, needed: Level, verb = 'open'): Promise<Seen> {
      return access.must(caller, await this.find(caller, objectId), needed, verb)
    },

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
      const parent = await this.find(caller, pathOf(parentOf(names))).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'not_found')
          throw new Problem('not_found', `The parent folder (${pathOf(parentOf(names))}) does not exist.`)
        throw error
      })
      if (parent.type !== 'DIRECTORY') throw new Problem('invalid', `The parent (${parent.path}) is not a folder.`, { extra: { field: 'path' } })
      return parent
    },
    /** Puts something new into a folder; null when the name is taken. The caller manages it. */
    async add(tx: Tx, caller: Caller, row: NewObject): Promise<ObjectRow | null> {
      const added = await insert(tx, caller, row)
      if (added) await access.created(tx, caller, added)
      return added
    },
    /** The same in a folder that is new itself: rights come from the folder. */
    addInside: insert,
    /** Whether a member of the workspace has this name, and so this home. */
    async isMember(userName: string): Promise<boolean> {
      const name = sql`lower(user_name)`
      const user = await db.selectFrom('users').select('id').where('workspace_id', '=', workspaceId).where(name, '=', userName.toLowerCase()).executeTakeFirst()
      return user !== undefined
    },
    /** Says that a notebook or file was changed now. */
    touched: (tx: Tx, objectId: number): Promise<void> => store.update(objectId, { modified_at: clock() }, tx),
  }

  async function insert(tx: Tx, caller: Caller, row: NewObject): Promise<ObjectRow | null> {
    try {
      return (await store.insert({ ...row, created_by: caller.id }, clock(), tx)) ?? null
    } catch (error) {
      if (isForeignKey(error)) throw new Problem('not_found', 'The parent folder does not exist any more.', { cause: error })
      throw error
    }
  }
  async function settle(tx: Tx, home: ObjectRow, caller: Caller): Promise<void> {
    await store.update(home.object_id, { created_by: caller.id }, tx)
    await access.created(tx, caller, home)
  }
  async function stillThere(userId: number | null): Promise<boolean> {
    if (userId === null) return false
    const user = await db.selectFrom('users').select('id').where('workspace_id', '=', workspaceId).where('id', '=', userId).executeTakeFirst()
    return user !== undefined
  }
}

/** PostgreSQL: foreign_key_violation. */
const isForeignKey = (error: unknown) => error instanceof Error && 'code' in error && error.code === '23503'
