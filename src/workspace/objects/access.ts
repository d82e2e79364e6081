import type { Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { atLeast, strongest, type Level, type ObjectRef, type Permissions } from '../permissions/service.ts'
import type { Tables } from '../workspace.ts'
import { namesOf, pathOf } from './paths.ts'
import type { ObjectRow, ObjectStore, ObjectType } from './store.ts'

/** An object where it is: its names from the root, and its folders, the nearest first and the root last. */
export type Found = ObjectRow & { path: string; names: string[]; parents: ObjectRow[] }
/** What the caller may do with it. Null: it only leads to something that the caller may see. */
export type Seen = Found & { level: Level | null }
type Caller = Pick<WorkspaceCaller, 'id' | 'userName'>
export type Access = ReturnType<typeof objectAccess>

const types = ['directories', 'notebooks', 'files'] as const
const permissionTypes = { DIRECTORY: 'directories', NOTEBOOK: 'notebooks', FILE: 'files' } as const satisfies Record<
  ObjectType,
  ObjectRef['type']
>
export const refOf = (row: Pick<ObjectRow, 'type' | 'object_id'>): ObjectRef => ({ type: permissionTypes[row.type], id: row.object_id })
export const foundOf = (rootFirst: readonly ObjectRow[]): Found | undefined => {
  const row = rootFirst.at(-1)
  if (!row) return undefined
  const names = rootFirst.slice(1).map((each) => each.name)
  return { ...row, names, path: pathOf(names), parents: rootFirst.slice(0, -1).toReversed() }
}
export const missing = (path: string) => new Problem('not_found', `Path (${path}) doesn't exist.`)
/** The root and the folder of homes: everybody sees them, and in them what is theirs to see. */
export const isHall = (names: readonly string[]): boolean => names.length === 0 || (names.length === 1 && names[0] === 'Users')

/**
 * Who sees what of the tree. Folders that only lead to something shared show their names and nothing else; beneath a private
 * folder, what exists and what does not look the same. Source: "Manage access control lists with folders" (Azure Databricks).
 */
export const objectAccess = ({ store, permissions }: { store: ObjectStore; permissions: Permissions }) => {
  const levelOf = (caller: Caller, found: Found): Promise<Level | null> =>
    permissions.levelOf(caller, refOf(found), found.parents.map(refOf))

  /** What was given to the caller, and the folders that lead to it. */
  const reach = async (caller: Caller): Promise<Set<number>> => store.withFolders(await given(caller))
  async function given(caller: Caller): Promise<string[]> {
    const maps = await Promise.all(types.map((type) => permissions.grantsOf(caller, type)))
    return maps.flatMap((each) => [...each.keys()])
  }

  /** The caller's levels of what is in a folder: the folder's, or a stronger one that was given on the thing itself. */
  async function levelsIn(caller: Caller, folder: Pick<Seen, 'level'>): Promise<(row: ObjectRow) => Level | null> {
    const maps = await Promise.all(types.map((type) => permissions.grantsOf(caller, type)))
    return (row) => {
      const { type, id } = refOf(row)
      const own = maps[types.findIndex((each) => each === type)]?.get(String(id))
      return strongest(
        type,
        [folder.level, own].filter((level) => level !== null && level !== undefined),
      )
    }
  }

  /** Says who can open the door, and nothing about what is behind it. */
  async function refuse(caller: Caller, asked: string, rootFirst: readonly ObjectRow[]): Promise<never> {
    const door = foundOf(rootFirst.slice(0, rootFirst[1]?.name === 'Users' ? 3 : 2))
    if (door) await permissions.must(caller, refOf(door), 'CAN_READ', `see ${asked} in`, door.parents.map(refOf))
    throw new Problem('forbidden', `${caller.userName} may not see ${asked}.`)
  }

  async function seen(caller: Caller, rootFirst: readonly ObjectRow[], asked: string): Promise<Seen> {
    const found = foundOf(rootFirst)
    if (!found) throw missing(asked)
    const level = await levelOf(caller, found)
    const visible = level !== null || isHall(found.names) || (found.type === 'DIRECTORY' && (await reach(caller)).has(found.object_id))
    return visible ? { ...found, level } : refuse(caller, asked, rootFirst)
  }

  return {
    levelOf,
    reach,
    /** Ids of what was given to the caller directly or by a group. */
    given,
    levelsIn,
    /** The object at a path, as the caller may see it. */
    async at(caller: Caller, path: string): Promise<Seen> {
      const names = namesOf(path)
      const rows = await store.along(names)
      if (rows.length === names.length + 1) return seen(caller, rows, pathOf(names))
      const last = foundOf(rows)
      if (last && !isHall(last.names) && (await levelOf(caller, last)) === null) return refuse(caller, pathOf(names), rows)
      throw missing(pathOf(names))
    },
    /** The object of an id. */
    async byId(caller: Caller, id: number): Promise<Seen> {
      const rows = await store.above(id)
      if (rows.length === 0) throw new Problem('not_found', `Object ${id} doesn't exist.`)
      return seen(caller, rows, `object ${id}`) // its path is a part of what is private
    },
    /** Refuses who has less than `needed` of something they see, and says who can give it. */
    async must(caller: Caller, found: Seen, needed: Level, verb: string): Promise<Seen> {
      const ref = refOf(found)
      if (!atLeast(ref.type, found.level, needed))
        await permissions.must(caller, ref, needed, `${verb} ${found.path},`, found.parents.map(refOf))
      return found
    },
    /** Who makes an object manages it, wherever it is moved. */
    created: (tx: Kysely<Tables>, caller: Caller, row: ObjectRow): Promise<void> => permissions.created(tx, caller, refOf(row)),
    removed: (tx: Kysely<Tables>, row: ObjectRow): Promise<void> => permissions.removed(tx, refOf(row)),
    openToAll: (tx: Kysely<Tables>, row: ObjectRow): Promise<void> => permissions.giveGroup(tx, 'users', refOf(row), 'CAN_MANAGE'),
  }
}
