import { Problem } from '#base/problem.ts'
import { implementFor, type WorkspaceCaller } from '../caller.ts'
import { accessControl } from './access-control.ts'
import { permissionsApi } from './api.ts'
import { descriptions } from './descriptions.ts'
import { givable, levels, type ObjectRef, type ObjectType } from './levels.ts'
import type { Permissions } from './service.ts'

/** Where an object is: its folders, nearest first. Null: there is none of that type and id. */
export type Locate = (id: string) => Promise<{ parents: readonly ObjectRef[] } | null>
export type Deps = { permissions: Permissions; locate: Record<Exclude<ObjectType, 'authorization'>, Locate> }

/** Types that Databricks has and this workspace not yet. Source: iam.PermissionsAPI.get in databricks-sdk-py. */
const later =
  'alerts alertsv2 apps cluster-policies dashboards database-instances database-projects dbsql-dashboards experiments genie instance-pools jobs ' +
  'knowledge-assistants pipelines queries registered-models repos serving-endpoints supervisor-agents vector-search-endpoints warehouses'
const nouns = { clusters: 'Cluster', notebooks: 'Notebook', directories: 'Directory', files: 'File' } as const

export const permissionRoutes = ({ permissions, locate }: Deps) => {
  const lists = accessControl(permissions.store)
  type Named = { type: string; id: string }

  function refOf({ type, id }: Named): ObjectRef {
    if (isType(type) && (type !== 'authorization' || id === 'tokens')) return { type, id }
    if (later.split(' ').includes(type) || (type === 'authorization' && id === 'passwords'))
      throw new Problem('not_implemented', `Operations on permissions/${type} are not implemented yet by this workspace.`)
    if (type === 'authorization') throw new Problem('not_found', `authorization/${id} does not exist`)
    throw new Problem('invalid', `Invalid value for field request_object_type: ${type} is not a type of object that has permissions`, {
      extra: { field: 'request_object_type' },
    })
  }
  const placeOf = (object: ObjectRef) => (object.type === 'authorization' ? { parents: [] } : locate[object.type](String(object.id)))

  /** An object that the caller knows of: has some level of. For others it does not exist. */
  async function known(caller: WorkspaceCaller, named: Named) {
    const object = refOf(named)
    const place = await placeOf(object)
    const level = place && (await permissions.levelOf(caller, object, place.parents))
    if (!place || (level === null && object.type !== 'authorization'))
      throw new Problem('not_found', `${object.type === 'authorization' ? 'Object' : nouns[object.type]} ${object.id} does not exist`)
    return { object, parents: place.parents }
  }
  async function write(caller: WorkspaceCaller, named: Named, entries: Parameters<typeof lists.write>[1], replace: boolean) {
    const { object, parents } = await known(caller, named)
    await permissions.must(caller, object, 'CAN_MANAGE', 'change the permissions of', parents)
    await lists.write(object, entries, replace)
    return lists.show(object, parents)
  }

  return implementFor(permissionsApi, {
    async get({ caller, params }) {
      const { object, parents } = await known(caller, params)
      if (object.type === 'authorization') await permissions.must(caller, object, 'CAN_MANAGE', 'see the permissions of')
      return lists.show(object, parents)
    },
    set: ({ caller, params, body }) => write(caller, params, body.access_control_list, true),
    update: ({ caller, params, body }) => write(caller, params, body.access_control_list, false),
    async levels({ caller, params }) {
      const { object } = await known(caller, params)
      return {
        permission_levels: givable(object.type).map((level) => ({
          permission_level: level,
          description: descriptions[object.type][level] ?? '',
        })),
      }
    },
    async mine({ caller, params }) {
      const object = refOf(params)
      const place = await placeOf(object)
      return { level: place && (await permissions.levelOf(caller, object, place.parents)) }
    },
  })
}

const isType = (type: string): type is ObjectType => Object.hasOwn(levels, type)
