import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { migrate, type Database } from '#base/db.ts'
import { webApp } from '#base/http/web-app.ts'
import type { Keys } from '#base/keys.ts'
import type { Log } from '#base/log.ts'
import type { Work } from '#base/work.ts'
import type { Directory } from '#directory/directory.ts'
import { openAccess } from './authorization/access.ts'
import { resourceProviderRole } from './authorization/built-in-roles.ts'
import { openGrants } from './authorization/grants.ts'
import { linkedAccess } from './authorization/linked.ts'
import { hostCapacity, usedCapacity, type CapacityOptions } from './compute/capacity.ts'
import { consoleLinks, consolePath } from './compute/console.ts'
import { openFleet } from './compute/fleet.ts'
import { openInstanceView } from './compute/instance-view.ts'
import { machineStep } from './compute/machine-loop.ts'
import { metricSamples } from './compute/metric-samples.ts'
import type { HostProvider } from './hosts/provider.ts'
import { openEnforcement } from './network/enforcement.ts'
import { activityLog } from './resource-manager/activity.ts'
import { asyncOperations } from './resource-manager/async-operations.ts'
import type { Core } from './resource-manager/core.ts'
import { openDispatch } from './resource-manager/dispatch.ts'
import { forwarded } from './resource-manager/forward.ts'
import { groupStep } from './resource-manager/group-loop.ts'
import { housekeeping } from './resource-manager/housekeeping.ts'
import { keyOf, subscriptionIdOf } from './resource-manager/id.ts'
import { ok } from './resource-manager/operation.ts'
import { frontPage, type FrontPageDeps } from './front-page.ts'
import { openPortal } from './portal/portal.ts'
import { armPlugin } from './resource-manager/plugin.ts'
import { providerClient, type ServiceProvider } from './resource-manager/provider-client.ts'
import { catalogue } from './resource-manager/providers.ts'
import { resourceStep } from './resource-manager/resource-loop.ts'
import { resourceWrites } from './resource-manager/resource-writes.ts'
import { metadata } from './resource-manager/subscriptions.ts'
import { dataAccess } from './storage-accounts/data-access.ts'
import { accountStore } from './storage/account-store.ts'
import type { StorageDeps } from './storage/contract.ts'
import { migrations } from './store/migrations.ts'
import type { Tables } from './store/tables.ts'
import { allOperations, allTypes } from './table.ts'

/** What the cloud asks the directory. */
export type CloudDirectory = Pick<Directory, 'verify' | 'memberOf' | 'tenantId' | 'tenantName' | 'domain' | 'principals' | 'applications' | 'servicePrincipals'>
export type CloudDeps = {
  database: Database
  keys: Keys
  log: Log
  clock: Clock
  work: Work
  hosts: HostProvider
  directory: CloudDirectory
  /** Addresses without a slash at the end. `publicUrl` is the resource manager's own. */
  publicUrl: string
  loginUrl: string
  portalUrl: string
  storageUrl: string
  /** `<dataDir>/cloud/storage` */
  storageRoot: string
  /** Where the built pages are (`web/dist`). */
  webDir: string
  serviceProvider: ServiceProvider
  capacity?: CapacityOptions
}
export type Cloud = {
  /** The resource manager on its port: `/subscriptions`, `/providers`, `/tenants`, `/metadata`. Other paths stay free. */
  plugin: FastifyPluginAsync
  subscriptionId: string
  /** Makes the administrator owner of the subscription and gives the resource provider what it needs. Repeatable. */
  bootstrap(wish: { adminOid: string; resourceProviderOid: string }): Promise<void>
  /** Goes on with what a dead process left. The loops do it by themselves; this makes them look at every machine at once. */
  resume(): Promise<void>
  account: StorageDeps['account']
  /** What the storage endpoint asks. */
  authorizeBearer: NonNullable<StorageDeps['authorizeBearer']>
  authorizePrincipal: NonNullable<StorageDeps['authorizePrincipal']>
  delegate: NonNullable<StorageDeps['delegate']>
  overPrivileged(oid: string): Promise<string | null>
  grant(principalId: string, role: string, scope: string): Promise<void>
  grantDedicated(principalId: string, group?: string): Promise<{ role: string; scope: string }>
  machines(): Promise<{ id: string; power: string; size: string }[]>
  sweep(): Promise<{ vms: string[]; networks: string[] }>
  shutdownMachines(): Promise<void>
  quota(): Promise<{ limit: { cores: number; memoryMb: number }; used: { cores: number; memoryMb: number; machines: number } }>
  close(): void
}

/** Opens the embedded cloud on its tables (Postgres schema `cloud`). */
export async function openCloud(deps: CloudDeps): Promise<Cloud> {
  const { database, keys, log, clock, work, hosts, directory, publicUrl } = deps
  await migrate(database, 'cloud', migrations)
  const db = database.schema<Tables>('cloud')
  const subscriptionId = await setting(db, 'subscription', randomUUID)
  const provider = providerClient(deps.serviceProvider)
  const access = openAccess(db)
  const operations = asyncOperations(db, publicUrl)
  const capacity = hostCapacity(deps.capacity)
  const enforcement = openEnforcement(db, hosts)
  const grants = openGrants({ db, subscriptionId, directory })
  const common = { db, access, operations, clock, log, subscriptionId, publicUrl, tenantId: directory.tenantId }
  const others = forwarded(common, provider)

  const samples = metricSamples(db, log)
  const types = allTypes({
    db, hosts, keys, directory, enforcement, capacity, linked: linkedAccess(access), instanceView: openInstanceView(db, hosts), storageUrl: deps.storageUrl, folders: accountStore(deps.storageRoot),
    step: machineStep({ db, hosts, keys, enforcement, operations, samples, log }),
  })
  const byType = new Map(types.map((type) => [keyOf(type.type), type]))
  const resources = work.loop('cloud-resources', { step: resourceStep(common, byType, others.follow) })
  const core: Core = {
    ...common, resources,
    groups: work.loop('cloud-groups', { step: (key) => step(key) }),
  }
  const writes = types.map((type) => resourceWrites(core, type))
  const step = groupStep(core, new Map(writes.map((each) => [keyOf(each.type.type), each])), others)
  const tidying = work.loop('cloud-housekeeping', { step: housekeeping(db) })
  const links = consoleLinks({ db, hosts, keys, publicUrl })
  let providerOid = await setting(db, 'resource provider') // chosen once and for ever
  const isProvider = (oid: string) => oid === providerOid

  const dispatch = openDispatch({
    access, subscriptionId, catalogue,
    operations: allOperations({
      core, writes, byType, enforcement, capacity, provider, directory, isProvider, links, hosts, keys, samples,
      storageRoot: deps.storageRoot, storageUrl: deps.storageUrl, linked: linkedAccess(access),
      // A group that a resource provider makes for a resource it manages is the provider's own.
      created: async (tx, group, call) => {
        if (group.managed_by && isProvider(call.caller.oid)) await grants.grantWithin(tx, call.caller.oid, 'Owner', group.id)
      },
    }),
  })
  const portal = openPortal({ db, keys, clock, directory, publicUrl, loginUrl: deps.loginUrl, storageUrl: deps.storageUrl, caPem: deps.serviceProvider.caPem, subscriptionId, networkRules: enforcement.said })
  const fleet = openFleet({ db, hosts, resources, log })
  const data = dataAccess({ db, keys, access, directory })
  const urls = { publicUrl, loginUrl: deps.loginUrl, portalUrl: deps.portalUrl, storageUrl: deps.storageUrl, tenantId: directory.tenantId }
  return {
    ...fleet, ...data, subscriptionId,
    plugin: withFrontPage({ publicUrl, portal, web: webApp({ dist: deps.webDir, entry: 'portal' }) }, armPlugin({
      dispatch, directory, browserToken: portal.armToken, loginUrl: deps.loginUrl, activity: activityLog(db, log), log,
      anonymous: {
        '/metadata/endpoints': async () => ok(metadata(urls)),
        '/metadata/images': async () => ok({ outputs: { aliases: { value: { Linux: { Spark: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: 'latest' } } } } } }),
        [`${consolePath}/*`]: (request) => links.answer(tokenOf(request.params)),
      },
    })),
    async bootstrap({ adminOid, resourceProviderOid }) {
      await portal.register()
      providerOid = await setting(db, 'resource provider', () => resourceProviderOid)
      // Only the first time: an owner may take the administrator's rights away later.
      if ((await setting(db, 'first owner', () => adminOid)) === adminOid && !(await setting(db, 'owner granted'))) {
        await grants.grant(adminOid, 'Owner', subscriptionIdOf(subscriptionId))
        await setting(db, 'owner granted', () => 'yes')
      }
      await grants.grant(resourceProviderOid, resourceProviderRole.id, subscriptionIdOf(subscriptionId))
    },
    async resume() {
      await fleet.resume()
      await tidying.request(database, 'daily')
    },
    overPrivileged: grants.overPrivileged,
    grant: (principalId, role, scope) => grants.grant(principalId, role, scope),
    grantDedicated: grants.grantDedicated,
    quota: async () => ({ limit: capacity, used: await usedCapacity(db) }),
    close() { provider.close(); portal.close() },
  }
}

/** A value chosen once and kept for ever; null when it was never chosen. */
async function setting(db: Kysely<Tables>, name: string, choose: () => string): Promise<string>
async function setting(db: Kysely<Tables>, name: string): Promise<string | null>
async function setting(db: Kysely<Tables>, name: string, choose?: () => string): Promise<string | null> {
  if (choose) await db.insertInto('settings').values({ name, value: choose() }).onConflict((c) => c.doNothing()).execute()
  return (await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value ?? null
}

const tokenOf = (params: unknown): string => (typeof params === 'object' && params !== null && '*' in params && typeof params['*'] === 'string' ? params['*'] : '')

const withFrontPage = (deps: FrontPageDeps, api: FastifyPluginAsync): FastifyPluginAsync => async (app) => {
  await app.register(api)
  await frontPage(deps)(app, {}) // on the same level, so that unknown paths are its to refuse
}
