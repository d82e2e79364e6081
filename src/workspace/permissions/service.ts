import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { atLeast, strongest, type Level, type ObjectRef, type ObjectType } from './levels.ts'
import type { PermissionStore, Within } from './store.ts'

export type { Level, ObjectRef, ObjectType } from './levels.ts'
export { atLeast, strongest } from './levels.ts'
export type Permissions = ReturnType<typeof permissionService>
type Person = Pick<WorkspaceCaller, 'id' | 'userName'>

/** Words for objects in sentences. */
const nouns: Record<ObjectType, string> = {
  clusters: 'cluster',
  notebooks: 'notebook',
  directories: 'folder',
  files: 'file',
  authorization: 'personal access',
}

/**
 * Who may do what with which object. Administrators may everything; a grant on a folder counts for all that is in it.
 * Answers come from the tables at the time of asking, so that a grant, a group or a deactivation counts at once.
 */
export const permissionService = ({ store }: { store: PermissionStore }) => {
  /** The strongest level of the caller; null: none, the object is not for their eyes. `parents`: its folders, nearest first. */
  const levelOf = async (caller: Pick<Person, 'id'>, object: ObjectRef, parents: readonly ObjectRef[] = []): Promise<Level | null> =>
    strongest(object.type, await store.held(caller.id, [object, ...parents]))

  /** Who may give somebody a level of it, in words. */
  async function givers(object: ObjectRef, parents: readonly ObjectRef[]): Promise<string> {
    const lists = await Promise.all([object, ...parents].map((each) => store.list(each)))
    const managers = lists.flat().filter((grant) => grant.level === 'CAN_MANAGE' && grant.name !== 'admins')
    const names = [...new Set(managers.map((grant) => (grant.kind === 'group' ? `the group ${grant.name}` : grant.name)))]
    const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names
    return [...shown, 'an administrator of the workspace'].join(' or ')
  }

  return {
    store,
    levelOf,

    /**
     * Refuses a caller who has less than `needed`, and says what is missing and who can give it. `verb` completes
     * "may not … <noun> <id>". Whoever wants to hide an object asks `levelOf` first. Gives back what the caller has.
     */
    async must(caller: Person, object: ObjectRef, needed: Level, verb: string, parents: readonly ObjectRef[] = []): Promise<Level> {
      const held = await levelOf(caller, object, parents)
      if (held !== null && atLeast(object.type, held, needed)) return held
      const having = held === null ? 'has no permission' : `has ${held}`
      throw new Problem(
        'forbidden',
        `${caller.userName} may not ${verb} ${nouns[object.type]} ${object.id}: ${needed} is needed, and ${caller.userName} ${having}. ` +
          `It can be given by ${await givers(object, parents)}.`,
      )
    },

    /** The caller's own grants on objects of one type, without those on folders above and without an administrator's right to all. */
    async grantsOf(caller: Pick<Person, 'id'>, type: ObjectType): Promise<Map<string, Level>> {
      const found = new Map<string, Level>()
      for (const { object_id, level } of await store.heldOfType(caller.id, type))
        found.set(object_id, strongest(type, [level, ...(found.has(object_id) ? [found.get(object_id) ?? level] : [])]) ?? level)
      return found
    },

    /** Who makes an object manages it. */
    created: (tx: Within, caller: Pick<Person, 'id'>, object: ObjectRef): Promise<void> =>
      store.give(tx, object, [{ user_id: caller.id, group_id: null, level: 'CAN_MANAGE' }]),

    /** Gives a group, e.g. `users`, a level of an object, as a folder for everybody has it from the start. */
    async giveGroup(tx: Within, groupName: string, object: ObjectRef, level: Level): Promise<void> {
      const group = await store.group(groupName)
      if (!group) throw new Problem('not_found', `Group ${groupName} does not exist.`)
      await store.give(tx, object, [{ user_id: null, group_id: group.id, level }])
    },

    /** A new owner manages it, and the one before no longer by having owned it. */
    handedOver: (from: number, to: number, object: ObjectRef): Promise<void> =>
      store.db.transaction().execute(async (tx) => {
        if (from !== to) await store.clear(tx, object, from)
        await store.give(tx, object, [{ user_id: to, group_id: null, level: 'CAN_MANAGE' }])
      }),

    /** Nothing is left of a removed object's grants. */
    removed: (tx: Within, object: ObjectRef): Promise<void> => store.clear(tx, object),
  }
}
