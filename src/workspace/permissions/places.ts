import type { ClusterStore } from '../clusters/store.ts'
import { refOf } from '../objects/access.ts'
import type { ObjectStore } from '../objects/store.ts'
import type { Deps, Locate } from './routes.ts'

/** Where objects that have permissions are found. */
export function places(clusters: Pick<ClusterStore, 'find'>, objects: Pick<ObjectStore, 'above'>): Deps['locate'] {
  const inTree =
    (type: 'notebooks' | 'directories' | 'files'): Locate =>
    async (id) => {
      if (!/^\d{1,15}$/.test(id)) return null
      const [object, ...folders] = (await objects.above(Number(id))).map(refOf).toReversed()
      return object?.type === type ? { parents: folders } : null
    }
  return {
    async clusters(id) {
      const row = await clusters.find(id)
      return row && !row.removed ? { parents: [] } : null
    },
    notebooks: inTree('notebooks'),
    directories: inTree('directories'),
    files: inTree('files'),
  }
}
