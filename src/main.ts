import { once } from 'node:events'
import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { systemClock } from '#base/clock.ts'
import { ports, readConfig, type Config } from '#base/config.ts'
import { openDatabase } from '#base/db.ts'
import { openApp } from '#base/http/app.ts'
import { serve, type RequestHandler } from '#base/http/serve.ts'
import { claimDataDir } from '#base/instance.ts'
import { openKeys } from '#base/keys.ts'
import { openLog, type Log } from '#base/log.ts'
import { startPostgres } from '#base/postgres/embedded.ts'
import { openAuthority } from '#base/tls.ts'
import { openWork } from '#base/work.ts'
import { flightsFolder } from '#cli/walkabout/flights.ts'
import { openCloud } from '#cloud/cloud.ts'
import { openHosts } from '#cloud/hosts/hosts.ts'
import { storageHandler } from '#cloud/storage/handler.ts'
import { openDirectory } from '#directory/directory.ts'
import { exposePaths, imageVersion } from '#engine/image/steps.ts'
import { connectGateway } from '#gateway/connect.ts'
import { openService } from '#service/service.ts'
import { openWorkspaces } from '#workspace/workspaces.ts'
import { serveControl } from './control.ts'
import { databricksApplication } from './databricks-application.ts'

/** The product: builds the rooms bottom-up, joins them, listens. Returns how to stop it. */
export async function startProduct(config: Config, log: Log): Promise<{ stop(keepMachines: boolean): Promise<void>; stopped: Promise<void> }> {
  const { dataDir, port } = config
  const claim = await claimDataDir(dataDir, port)
  const at = ports(port)
  const url = { portal: `https://localhost:${at.cloud}`, login: `https://localhost:${at.directory}`, storage: `https://localhost:${at.storage}`, service: `https://localhost:${at.service}` }
  const clock = systemClock
  const webDir = join(import.meta.dirname, '..', 'web', 'dist')
  const room = (name: string) => log.child({ room: name })

  // base
  const postgres = config.databaseUrl === undefined ? await startPostgres({ dataDir, log: room('postgres') }) : undefined
  const database = openDatabase(config.databaseUrl ?? postgres?.url ?? '')
  const keys = openKeys(dataDir)
  const authority = await openAuthority(dataDir)
  const tls = await authority.issue(['localhost', '127.0.0.1'])
  const work = await openWork(database, room('work'))
  const common = { database, keys, clock, work }

  // IaaS
  const directory = await openDirectory({ ...common, log: room('directory'), baseUrl: url.login, portalUrl: url.portal })
  const first = await directory.bootstrap()
  const application = await databricksApplication(directory, keys)
  const hosts = await openHosts({ mode: config.hosts, outbound: config.outbound, dataDir, imageDir: config.imageDir, exposePaths: await exposePaths(config.imageDir), ports: { from: port, to: at.workspaces.to }, storagePort: at.storage })
  const secretOfResourceManager = keys.derive('resource manager').toString('base64url')
  const storageRoot = join(dataDir, 'cloud', 'storage')
  const cloud = await openCloud({
    ...common, log: room('cloud'), hosts, directory, publicUrl: url.portal, loginUrl: url.login, portalUrl: url.portal, storageUrl: url.storage, storageRoot, webDir,
    serviceProvider: { url: url.service, secret: secretOfResourceManager, caPem: authority.caPem },
  })
  await cloud.bootstrap({ adminOid: first.adminId, resourceProviderOid: application.principalId })
  directory.warnWhen(cloud.overPrivileged)
  const storage = storageHandler({ root: storageRoot, account: cloud.account, authorizeBearer: cloud.authorizeBearer, authorizePrincipal: cloud.authorizePrincipal, delegate: cloud.delegate, log: room('storage'), clock })

  // PaaS: knows the IaaS by its URLs and a client secret, as it would know Azure
  const azure = { clientId: application.clientId, clientSecret: application.clientSecret, armUrl: url.portal, loginUrl: url.login, authorityUrl: url.login, portalUrl: url.portal, tenantId: directory.tenantId, caPem: authority.caPem }
  const workspaces = await openWorkspaces({ ...common, log: room('workspace'), authority, cloud: azure, imageVersion: await imageVersion(config.imageDir), webDir, grpc: connectGateway, flights: () => flightsFolder(process.env, (line) => log.info(line), AbortSignal.timeout(300_000)) })
  const service = await openService({
    ...common, ...azure, log: room('service'), secretOfResourceManager, directory: directory.applications, workspacePorts: at.workspaces,
    workspaces,
  })

  // listen
  const servers = await Promise.all([
    served(at.directory, directory.plugin),
    served(at.cloud, cloud.plugin),
    serve({ port: at.storage, tls, plain: true, onRequest: storage }),
    served(at.service, service.plugin),
  ])
  await work.start()
  await Promise.all([workspaces.resume(), service.resume(), cloud.resume()])
  directory.start()
  const stopping = Promise.withResolvers<void>()
  const control = await serveControl({ config, startedAt: clock(), url, caFile: authority.caFile, hosts, directory, cloud, service, workspaces, first, log: room('control'), shutdown: (keep) => void stop(keep) })
  log.info({ port, hosts: hosts.kind }, 'Brickyard is ready')

  let stopped: Promise<void> | undefined
  const stop = (keepMachines: boolean) => (stopped ??= orderly(keepMachines).then(stopping.resolve, stopping.reject))
  async function orderly(keepMachines: boolean): Promise<void> {
    await control.close()
    await workspaces.close()
    await Promise.all(servers.map((server) => server.close()))
    await Promise.all([work.stop(), directory.stop()])
    if (!keepMachines) await cloud.shutdownMachines()
    cloud.close()
    await database.close()
    await postgres?.stop()
    claim.release()
    log.info('Brickyard is stopped')
  }
  return { stop, stopped: stopping.promise }

  async function served(on: number, plugin: FastifyPluginAsync) {
    const app = openApp(log.child({ port: on }))
    await app.register(plugin)
    await app.ready()
    const onRequest: RequestHandler = (request, response) => app.routing(request, response)
    const server = await serve({ port: on, tls, onRequest })
    return { async close() { await server.close(); await app.close() } }
  }
}

if (import.meta.main) {
  const { config } = readConfig({ argv: process.argv.slice(2), env: process.env })
  const log = openLog({ level: config.logLevel })
  try {
    const product = await startProduct(config, log)
    // The signal of a person at the terminal, and of a service manager: both mean an orderly end.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void product.stop(false))
    await product.stopped
    process.exit(0)
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : String(error))
    await once(process.stdout, 'drain').catch(() => {})
    process.exit(1)
  }
}
