import { sql } from 'kysely'
import type { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { ObjectPermissions } from './api.ts'
import { givable, type Level, type ObjectRef, type ObjectType } from './levels.ts'
import type { Grant, NamedGrant, PermissionStore, Within } from './store.ts'

type Entry = {
  user_name?: string | undefined
  group_name?: string | undefined
  service_principal_name?: string | undefined
  permission_level: string
}
/** What an object is called in `object_type`. */
const singular: Record<ObjectType, string> = {
  clusters: 'cluster',
  notebooks: 'notebook',
  directories: 'directory',
  files: 'file',
  authorization: 'tokens',
}
/** What administrators have of everything comes from the top of each tree. */
const top = (type: ObjectType) => (type === 'notebooks' || type === 'files' ? '/directories/' : `/${type}/`)
const wireName = { user: 'user_name', service_principal: 'service_principal_name', group: 'group_name' } as const

/** Lists of who may do what with an object, as they are written and read. */
export const accessControl = (store: PermissionStore) => {
  const invalid = (field: string, why: string) =>
    new Problem('invalid', `Invalid value for field ${field}: ${why}`, { extra: { field } })

  async function granted(type: ObjectType, entry: Entry, index: number): Promise<Grant> {
    const at = `access_control_list.${index}`
    const names = (['user_name', 'group_name', 'service_principal_name'] as const).filter((name) => entry[name] !== undefined)
    const [name] = names
    if (name === undefined || names.length > 1)
      throw invalid(at, 'expected exactly one of user_name, group_name and service_principal_name')
    const level = givable(type).find((each) => each === entry.permission_level)
    if (level === undefined)
      throw invalid(
        `${at}.permission_level`,
        `${entry.permission_level} is not a permission level of ${type}; there are ${givable(type).join(', ')}`,
      )
    return { ...(await principal(name, entry[name] ?? '')), level }
  }

  async function principal(name: keyof Entry, value: string): Promise<Omit<Grant, 'level'>> {
    const kinds = { user_name: 'UserName', group_name: 'GroupName', service_principal_name: 'ServicePrincipalName' }
    const found = name === 'group_name' ? await store.group(value) : await store.person(value, name === 'user_name' ? 'user' : 'service_principal')
    if (found) return name === 'group_name' ? { user_id: null, group_id: found.id } : { user_id: found.id, group_id: null }
    const kind = name === 'permission_level' ? '' : kinds[name]
    throw new Problem('not_found', `Principal: ${kind}(${value}) does not exist`, { extra: { field: name } })
  }

  /** Who has a level directly, then what comes from the folders above (nearest first), then the administrators. */
  async function show(object: ObjectRef, parents: readonly ObjectRef[]): Promise<z.input<typeof ObjectPermissions>> {
    const list = new Map<string, z.input<typeof ObjectPermissions>['access_control_list'][number]>()
    const add = (who: Pick<NamedGrant, 'kind' | 'name' | 'display_name'>, permission_level: Level, from?: string) => {
      const key = `${who.kind} ${who.name}`
      const entry = list.get(key) ?? { [wireName[who.kind]]: who.name, display_name: who.display_name, all_permissions: [] }
      entry.all_permissions.push({
        permission_level,
        inherited: from !== undefined,
        ...(from === undefined ? {} : { inherited_from_object: [from] }),
      })
      list.set(key, entry)
    }
    for (const grant of await store.list(object)) add(grant, grant.level)
    for (const parent of parents)
      for (const grant of await store.list(parent)) add(grant, grant.level, `/${parent.type}/${parent.id}`)
    add({ kind: 'group', name: 'admins', display_name: 'admins' }, 'CAN_MANAGE', top(object.type))
    return {
      object_id: `/${object.type}/${object.id}`,
      object_type: singular[object.type],
      access_control_list: [...list.values()],
    }
  }

  return {
    show,
    /** Gives what a list says; `replace` takes everything else. Nothing changes when a part of it is wrong. */
    async write(object: ObjectRef, entries: readonly Entry[], replace: boolean): Promise<void> {
      const grants = await Promise.all(entries.map((entry, index) => granted(object.type, entry, index)))
      const twice = grants.findIndex((grant, index) =>
        grants.slice(0, index).some((before) => before.user_id === grant.user_id && before.group_id === grant.group_id),
      )
      if (twice >= 0) throw invalid(`access_control_list.${twice}`, 'the same user, group or service principal is in the list twice')
      await store.db.transaction().execute(async (tx) => {
        await oneAtATime(tx, object)
        if (replace) await store.clear(tx, object)
        await store.give(tx, object, grants)
        if (object.type === 'authorization') await store.revokeTokens(tx)
      })
    },
  }
}

/** Of two lists written at once one is there afterwards, not a mixture. */
const oneAtATime = (tx: Within, object: ObjectRef) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`grants ${object.type} ${object.id}`}, 0))`.execute(tx)
