import { setTimeout as sleep } from 'node:timers/promises'
import { migrate } from '#base/db.ts'
import { serve, type Served } from '#base/http/serve.ts'
import { trustingFetch } from '#base/http/trusting-fetch.ts'
import { Problem } from '#base/problem.ts'
import type { Next } from '#base/work.ts'
import { openRelay, relayPath } from '#engine/relay.ts'
import { armAccess } from './arm.ts'
import { directoryTokens } from './authentication/directory.ts'
import { clusterTokens as makeClusterTokens } from './clusters/cluster-token.ts'
import { driverWatch } from './clusters/driver-watch.ts'
import type { WorkspaceRecord, Workspaces, WorkspacesDeps } from './contract.ts'
import { migrations } from './migrations.ts'
import { listenForNews } from './notebooks/news.ts'
import { readOperations } from './not-implemented/operations.ts'
import { workspaceRegistry, type Tables as RegistryTables } from './registry.ts'
import { openWorkspace, type LiveWorkspace, type Shared, type Tables } from './workspace.ts'

export type * from './contract.ts'
export { loginRedirectUri } from './contract.ts'

const removalMs = 240_000

/** Opens the room of all workspaces on its tables (schema `workspace`). `work.start()` comes after it. */
export async function openWorkspaces(deps: WorkspacesDeps): Promise<Workspaces> {
  const { database, keys, log, clock, work, authority, cloud } = deps
  await migrate(database, 'workspace', migrations)
  const registry = workspaceRegistry(database.schema<RegistryTables>('workspace'))
  const db = database.schema<Tables>('workspace')
  const live = new Map<string, { workspace: LiveWorkspace; served: Served; endGrpc: () => void }>()
  const clusterTokens = makeClusterTokens(keys)
  const fetch = trustingFetch(authority.caPem)

  /** A loop of all workspaces: the id of what is looked at comes after its workspace's. */
  const loopOf = (name: string, step: (workspace: LiveWorkspace, id: string, signal: AbortSignal) => Promise<Next>) =>
    work.loop(name, {
      async step(id, signal) {
        const [workspaceId = '', ...what] = id.split('/')
        const found = live.get(workspaceId)
        if (found) return step(found.workspace, what.join('/'), signal)
        return (await registry.find(workspaceId)) ? { again: 1000 } : 'done' // it listens in a moment, or belongs to nobody any more
      },
    })
  const loop = loopOf('clusters', (workspace, id, signal) => workspace.reconcile(id, signal))
  const notebookLoop = loopOf('notebooks', (workspace, id, signal) => workspace.notebooks.step(id, signal))
  const relay = openRelay({
    log,
    async authenticate(token) {
      const identity = clusterTokens.read(token)
      const row = identity && (await live.get(identity.workspaceId)?.workspace.clusters.store.find(identity.clusterId))
      if (!identity || !row || row.incarnation !== identity.incarnation || row.state === 'TERMINATED') return null
      return identity
    },
    // No need to wait for the next look.
    connected: ({ workspaceId, clusterId }) =>
      void loop
        .request(database, `${workspaceId}/${clusterId}`)
        .catch((error: unknown) => log.warn({ err: error }, 'a connected driver was not noted')),
  })
  const shared: Shared = {
    deps,
    db,
    relay,
    clusterTokens,
    fetch,
    arm: armAccess(cloud, authority.caPem),
    drivers: driverWatch(relay, () => clock().getTime()),
    directory: directoryTokens(cloud, fetch),
    nameOf: readOperations(),
    openedAt: clock().getTime(),
    wake: (tx, workspaceId, clusterId) => loop.request(tx, `${workspaceId}/${clusterId}`),
    requestNotebook: (within, id, delayMs) => notebookLoop.request(within, id, delayMs),
  }
  const news = await listenForNews(
    database,
    log,
    (workspaceId, objectId) => void live.get(workspaceId)?.workspace.notebooks.news(objectId).catch(warn),
    () => live.forEach(({ workspace }) => void workspace.notebooks.newsOfAll().catch(warn)),
  )
  const warn = (error: unknown) => log.warn({ err: error }, 'a change of a notebook was not told to its pages')

  async function listen(record: WorkspaceRecord): Promise<void> {
    await close(record.workspaceId)
    const workspace = openWorkspace(shared, record)
    await workspace.app.ready()
    const grpc = deps.grpc?.({ authenticate: workspace.authenticate, usable: workspace.clusters.usable, connect: relay.connect, log })
    const served = await serve({
      port: record.port,
      tls: await authority.issue(['localhost', '127.0.0.1']),
      plain: true,
      onRequest: (request, response) => workspace.app.routing(request, response),
      onUpgrade(request, socket, head) {
        if (request.url?.split('?', 1)[0] === relayPath) relay.onUpgrade(request, socket, head)
        else if (!workspace.notebooks.onUpgrade(request, socket, head)) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      },
      ...(grpc ? { onGrpc: (stream, headers) => void grpc.onGrpc(stream, headers) } : {}),
    })
    live.set(record.workspaceId, { workspace, served, endGrpc: () => grpc?.close() })
    log.info({ workspace: record.name, url: record.url }, 'a workspace answers')
    await workspace.notebooks.resume()
  }
  async function close(workspaceId: string): Promise<void> {
    const found = live.get(workspaceId)
    live.delete(workspaceId)
    found?.endGrpc()
    await found?.workspace.notebooks.close()
    await found?.served.close()
    await found?.workspace.app.close()
  }
  const known = (workspaceId: string): LiveWorkspace => {
    const found = live.get(workspaceId)
    if (!found) throw new Problem('not_found', `Workspace ${workspaceId} does not exist.`)
    return found.workspace
  }

  return {
    async register(record) {
      const same = JSON.stringify(live.get(record.workspaceId)?.workspace.record) === JSON.stringify(record)
      if (same) return
      await registry.save(record)
      await listen(record)
    },
    async unregister(workspaceId) {
      await registry.markRemoving(workspaceId)
      const found = live.get(workspaceId)
      if (found) {
        const until = clock().getTime() + removalMs
        while (!(await found.workspace.clusters.removeAll())) {
          if (clock().getTime() > until)
            throw new Error(`The clusters of workspace ${workspaceId} have not ended within ${removalMs / 1000} s`)
          await sleep(200)
        }
      }
      await close(workspaceId)
      await registry.remove(workspaceId)
    },
    async resume() {
      await Promise.all((await registry.all()).filter((record) => !live.has(record.workspaceId)).map(listen))
    },
    async createToken(workspaceId, wish) {
      const { identity, tokens } = known(workspaceId)
      const user =
        (await identity.store.byName(wish.userName)) ??
        (await identity.add({
          kind: 'user',
          oid: null,
          app_id: null,
          user_name: wish.userName,
          display_name: wish.userName,
          admin: true,
          entitlements: [],
        }))
      const made = await tokens.create(user.id, { comment: wish.comment ?? '', lifetime_seconds: wish.lifetimeSeconds })
      return made.token_value
    },
    async close() {
      await Promise.all([...live.keys()].map(close))
      await news.close()
      relay.close()
    },
  }
}
