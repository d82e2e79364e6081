import { openArm } from './arm.ts'
import type { Service, ServiceDeps } from './contract.ts'
import { madeOf } from './made-of.ts'
import { reconciler } from './reconcile.ts'
import { serviceRoutes } from './routes.ts'
import { openStore } from './store.ts'
import { workspaceVerbs } from './workspaces.ts'

export type * from './contract.ts'
export { secretHeader } from './routes.ts'

const loopName = 'service'

/** Opens the resource provider `Microsoft.Databricks`: its tables, its loop, and the plugin for its port. */
export async function openService(deps: ServiceDeps): Promise<Service> {
  const { database, clock, work, log, armUrl, secretOfResourceManager } = deps
  const arm = openArm(deps)
  const store = await openStore(database, { clock, ports: deps.workspacePorts })
  const loop = work.loop(loopName, { step: reconciler({ ...deps, arm, store, log }) })
  const verbs = workspaceVerbs({ store, loop, arm, clock, locations: deps.locations ?? ['local'] })

  return {
    plugin: serviceRoutes({ workspaces: verbs, secretOfResourceManager, armUrl }),
    async list() {
      const rows = await store.everything()
      return rows.map((row) => ({ name: row.name, workspaceId: row.workspaceId, url: madeOf(row).url, state: row.state }))
    },
    async resume() {
      for (const row of await store.everything()) {
        if (row.phase !== 'ready' && row.phase !== 'failed') await loop.request(database, row.key)
      }
    },
  }
}
