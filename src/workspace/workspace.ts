import type { Kysely, Transaction } from 'kysely'
import type { FastifyInstance } from 'fastify'
import { Problem } from '#base/problem.ts'
import { driverClient } from '#engine/driver.ts'
import type { Relay } from '#engine/relay.ts'
import { browserHeader } from '#base/http/own-page.ts'
import { webApp } from '#base/http/web-app.ts'
import type { Arm } from './arm.ts'
import { admitted, authenticator, type Authenticate } from './authentication/authenticate.ts'
import { browserDoor, type BrowserDoor } from './authentication/browser.ts'
import type { DirectoryTokens } from './authentication/directory.ts'
import { upgradeAuthenticator, type AuthenticateUpgrade } from './authentication/upgrade.ts'
import { workspaceTokens } from './authentication/workspace-token.ts'
import type { ClusterTokens } from './clusters/cluster-token.ts'
import { clusterLogs } from './cluster-insight/logs.ts'
import { clusterMetrics } from './cluster-insight/metrics.ts'
import { clusterProgress } from './cluster-insight/progress.ts'
import { clusterInsightRoutes } from './cluster-insight/routes.ts'
import { autoscaler } from './clusters/autoscaler.ts'
import { machineConsoles } from './clusters/console.ts'
import { initScripts } from './clusters/init-scripts.ts'
import type { DriverWatch } from './clusters/driver-watch.ts'
import { clusterMachines } from './clusters/machines.ts'
import { newMachines } from './clusters/new-machines.ts'
import { nodeTypeList } from './clusters/node-types.ts'
import { clusterReconciler } from './clusters/reconcile.ts'
import { clusterRoutes } from './clusters/routes.ts'
import { clusterService, type ClusterService } from './clusters/service.ts'
import { clusterStarts } from './clusters/starts.ts'
import { clusterStore, type Tables as ClusterTables } from './clusters/store.ts'
import { commandRoutes } from './commands/routes.ts'
import { commandService } from './commands/service.ts'
import { loginRedirectUri, type WorkspaceRecord, type WorkspacesDeps } from './contract.ts'
import { dbfsRoutes } from './dbfs/routes.ts'
import { dbfsService } from './dbfs/service.ts'
import { streamStore, type Tables as StreamTables } from './dbfs/streams.ts'
import { discoveryRoutes } from './discovery/routes.ts'
import { rootStorage } from './files/root-storage.ts'
import { fileRoutes } from './files/routes.ts'
import { filesService } from './files/service.ts'
import { uploads } from './files/uploads.ts'
import { roleOnWorkspace } from './identity/roles.ts'
import { peopleChanges } from './identity/changes.ts'
import { memberService } from './identity/members.ts'
import { identityRoutes } from './identity/routes.ts'
import { identityService, type Identity } from './identity/service.ts'
import { asCaller, userStore, type UserStore } from './identity/store.ts'
import { regionQuota } from './login/quota.ts'
import { hereRoutes } from './login/routes.ts'
import { loginPages } from './login/pages.ts'
import { sessionStore, type Tables as SessionTables } from './login/sessions.ts'
import { directorySignIn } from './login/sign-in.ts'
import { machineRoutes } from './machine/routes.ts'
import { storageCredentials } from './machine/sas.ts'
import { places } from './permissions/places.ts'
import { permissionRoutes } from './permissions/routes.ts'
import { permissionService, type Permissions } from './permissions/service.ts'
import { permissionStore, type Tables as PermissionTables } from './permissions/store.ts'
import type { readOperations } from './not-implemented/operations.ts'
import { unknownOperation } from './not-implemented/operations.ts'
import { notebookDocuments, openNotebooks, type Notebooks, type RequestStep } from './notebooks/room.ts'
import { notebookClusters } from './notebooks/sessions/cluster-view.ts'
import type { Tables as NotebookTables } from './notebooks/tables.ts'
import { grantStore, type Tables as GrantTables } from './oauth/grants.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { objectRoutes } from './objects/routes.ts'
import { objectService, type ObjectService } from './objects/service.ts'
import type { Tables as ObjectTables } from './objects/store.ts'
import { sparkUi } from './spark-ui/routes.ts'
import { sparkPages } from './spark-ui/upstream.ts'
import { registerOutputFrame } from './output-frame/routes.ts'
import { workspaceServer } from './server.ts'
import { tokenRoutes } from './tokens/routes.ts'
import { tokenService, type TokenService } from './tokens/service.ts'
import { tokenStore, type Tables as TokenTables } from './tokens/store.ts'
import { tourRoutes } from './tour/routes.ts'
import { tourService } from './tour/service.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import { volumeRoutes } from './volumes/routes.ts'
import { volumeService, type Tables as VolumeTables } from './volumes/service.ts'

export type Tables = TokenTables & ClusterTables & SessionTables & GrantTables & PermissionTables & ObjectTables & NotebookTables & StreamTables & VolumeTables
/** What all workspaces share. */
export type Shared = {
  deps: WorkspacesDeps
  db: Kysely<Tables>
  arm: (subscriptionId: string) => Arm
  relay: Relay
  drivers: DriverWatch
  clusterTokens: ClusterTokens
  directory: DirectoryTokens
  nameOf: ReturnType<typeof readOperations>
  fetch: Fetch
  openedAt: number
  wake: (tx: Kysely<Tables> | Transaction<Tables>, workspaceId: string, clusterId: string) => Promise<void>
  requestNotebook: RequestStep
}
export type LiveWorkspace = {
  record: WorkspaceRecord
  app: FastifyInstance
  authenticate: Authenticate
  /** Who opens a WebSocket. */
  authenticateUpgrade: AuthenticateUpgrade
  browser: BrowserDoor
  clusters: ClusterService
  identity: Identity
  tokens: TokenService
  permissions: Permissions
  objects: ObjectService
  notebooks: Notebooks
  reconcile: ReturnType<typeof clusterReconciler>
}

/** One workspace: its rooms, joined. */
export function openWorkspace(shared: Shared, record: WorkspaceRecord): LiveWorkspace {
  const { deps, db, directory, drivers, clusterTokens } = shared
  const { clock, keys, cloud } = deps
  const { workspaceId } = record
  const log = deps.log.child({ workspace: record.name })
  const arm = shared.arm(record.subscriptionId)

  const users = userStore(db, workspaceId)
  const identity = identityService({ record, store: users, roleOf: (oid, ownToken) => roleOnWorkspace(arm, record.armId, oid, ownToken) })
  const permissions = permissionService({ store: permissionStore(db, workspaceId) })
  const documents = notebookDocuments({ db, workspaceId, clock, log, request: shared.requestNotebook })
  const objects = objectService({ db, workspaceId, permissions, contents: documents.contents, clock })
  const tokens = tokenService({ store: tokenStore(db, workspaceId), clock, workspaceId })
  const oauthTokens = workspaceTokens(keys, workspaceId, record.url)
  const sessions = sessionStore(db, workspaceId, clock)
  const browser = browserDoor({ keys, sessions, workspaceId, url: record.url })
  const authenticate = authenticator({ armId: record.armId, tokens, identity, workspaceTokens: oauthTokens, directory, browser, clock })
  const authenticateUpgrade = upgradeAuthenticator(browser, authenticate, admitted)

  const store = clusterStore(db, workspaceId, (tx, clusterId) => shared.wake(tx, workspaceId, clusterId), permissions)
  const nodeTypes = nodeTypeList(arm, record.location, clock)
  const machines = clusterMachines(arm, record, deps.imageVersion)
  const clusters = clusterService({ store, users, permissions, nodeTypes, clock, location: record.location, vendor: 'Databricks', root: record.storage })
  const credentials = storageCredentials(arm, record, clock)
  const credential = credentials.forContainer
  const root = rootStorage({ record, credentials, caPem: deps.authority.caPem, clock })
  const volumes = volumeService({ db, record, root })
  const consoles = machineConsoles({ db, workspaceId, machines, fetch: shared.fetch, clock, log })
  const starts = clusterStarts(db, workspaceId, clock, log)
  const scripts = initScripts({ record, store, starts, credential, fetch: shared.fetch, clock, readFile: (owner, path) => fileOf(users, objects, owner, path) })
  const reconcile = clusterReconciler({
    store,
    machines,
    drivers,
    clock,
    log,
    openedAt: shared.openedAt,
    autoscaler: autoscaler(clock),
    starts,
    newMachines: newMachines({
      record,
      machines,
      nodeTypes,
      tokens: clusterTokens,
      keySecret: keys.derive('machine-ssh'),
      caPem: deps.authority.caPem,
    }),
    console: consoles,
  })

  const unknownPath = unknownOperation(shared.nameOf)
  const login = loginPages({
    record,
    keys,
    clock,
    sessions,
    signIn: directorySignIn(cloud, loginRedirectUri(record.url), shared.fetch),
    identity,
    browser,
    web: webApp({ dist: deps.webDir, entry: 'workspace' }),
    unknownPath,
  })
  const oauth = oauthRoutes({
    record,
    grants: grantStore(db, workspaceId, clock),
    signer: oauthTokens,
    directory,
    identity,
    browserCaller: login.caller,
    clock,
  })

  const notebooks = openNotebooks({
    documents,
    objects,
    clusters: notebookClusters(clusters),
    driver: (clusterId) => driverClient(shared.relay, clusterId),
    edited: (objectId, language) => objects.store.update(objectId, { language, modified_at: clock() }),
    async member(userId) {
      const user = await users.byId(userId)
      return user?.active ? asCaller(user, 'token') : null
    },
    reader: async (request) =>
      request.headers.authorization === undefined && request.headers[browserHeader] === undefined
        ? admitted(await browser.read(request.raw))
        : authenticate(request.headers),
    authenticateUpgrade,
  })

  const rooms = [
    discoveryRoutes(record, cloud.tenantId),
    hereRoutes(record, cloud.portalUrl, regionQuota(arm, record.location)),
    identityRoutes(memberService({ store: users, people: peopleChanges(db, workspaceId) })),
    permissionRoutes({ permissions, locate: places(store, objects.store) }),
    ...objectRoutes(objects),
    notebooks.room,
    tokenRoutes(tokens, permissions),
    tourRoutes(tourService({ objects, root, flights: deps.flights })),
    clusterRoutes(clusters),
    clusterInsightRoutes({
      clusters,
      machines,
      progress: clusterProgress({ machines, drivers, starts, now: () => clock().getTime() }),
      logs: clusterLogs({ consoles, find: store.find, now: () => clock().getTime() }),
      metrics: clusterMetrics({ arm, machines, nodeTypes, fetch: shared.fetch, now: () => clock().getTime() }),
    }),
    commandRoutes(commandService({ clusters, relay: shared.relay })),
    dbfsRoutes(dbfsService({ root, streams: streamStore(db, workspaceId), clock })),
    fileRoutes(filesService({ root, volumes, parts: uploads({ root, keys, workspaceId, fetch: shared.fetch, clock }) })),
    volumeRoutes(volumes),
    machineRoutes({ workspaceId, tokens: clusterTokens, store, credential, initScripts: scripts }),
  ]
  const app = workspaceServer({
    record,
    log,
    rooms,
    authenticate,
    unknownPath,
    pages: (served) => {
      notebooks.register(served)
      login.register(served)
      registerOutputFrame(served)
      oauth(served)
      sparkUi({ workspaceId, keys, sessions, authenticate, admitted, clusters, spark: sparkPages(shared.relay) })(served)
    },
  })
  return { record, app, authenticate, authenticateUpgrade, browser, clusters, identity, tokens, permissions, objects, notebooks, reconcile }
}

/** A workspace file as the owner of a cluster may read it. */
async function fileOf(users: UserStore, objects: ObjectService, ownerId: number, path: string): Promise<string> {
  const owner = await users.byId(ownerId)
  if (!owner?.active) throw new Problem('forbidden', 'The owner of the cluster is no member of this workspace any more.')
  return (await objects.read(asCaller(owner, 'session'), path)).bytes.toString('utf8')
}
