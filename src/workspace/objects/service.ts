import { folders } from './folders.ts'
import { listing } from './listing.ts'
import { moving } from './moving.ts'
import { placing } from './placing.ts'
import { details } from './show.ts'
import { transfer } from './transfer.ts'
import { objectTree, type Caller, type TreeDeps } from './tree.ts'

export type { Caller, Tx } from './tree.ts'
export type { Found, Seen } from './access.ts'
export type ObjectService = ReturnType<typeof objectService>

/** Folders, notebooks and files of one workspace. Other rooms use `find`, `must`, `pathOf`, `byPath`, `refs` and `touched`. */
export const objectService = (deps: TreeDeps) => {
  const tree = objectTree(deps)
  const place = placing(tree, deps.contents)
  const archives = folders(tree, deps.contents, place)
  return {
    store: tree.store,
    find: tree.find,
    must: tree.must,
    enter: tree.enter,
    pathOf: tree.pathOf,
    byPath: tree.byPath,
    refs: tree.refs,
    touched: tree.touched,
    ...listing(tree),
    ...transfer(tree, deps.contents, place, archives),
    ...moving(tree, deps.contents),
    async zip(caller: Caller, path: string) {
      const found = await tree.access.must(caller, await tree.find(caller, path), 'CAN_READ', 'export')
      return { bytes: await archives.pack(found, true, archiveBytes), fileName: `${found.name || 'workspace'}.zip` }
    },
    async unzip(caller: Caller, path: string, archive: Buffer) {
      const top = await archives.unpack(caller, path, archive, 'AUTO')
      return details(await tree.find(caller, top.object_id))
    },
  }
}
const archiveBytes = 200 * 1024 * 1024
