import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { ComputeManagementClient } from '@azure/arm-compute'
import { NetworkManagementClient } from '@azure/arm-network'
import { ResourceManagementClient } from '@azure/arm-resources'
import { StorageManagementClient } from '@azure/arm-storage'
import { ClientSecretCredential } from '@azure/identity'
import type { FastifyPluginAsync } from 'fastify'
import { systemClock } from '#base/clock.ts'
import { openApp } from '#base/http/app.ts'
import { serve, type RequestHandler } from '#base/http/serve.ts'
import { openKeys } from '#base/keys.ts'
import { openLog, silentLog } from '#base/log.ts'
import { testDatabase } from '#base/testing/database.ts'
import { openAuthority } from '#base/tls.ts'
import { openWork } from '#base/work.ts'
import { databricksApp, openDirectory } from '#directory/directory.ts'
import { openCloud, type CloudDeps } from '../cloud.ts'
import { openHosts } from '../hosts/hosts.ts'

export type RunningCloud = Awaited<ReturnType<typeof runningCloud>>
const scope = 'https://management.azure.com/.default'

/** A whole cloud for a test: real database, real directory, TLS, and machines made of processes. Only the resource provider is the test's own. */
export async function runningCloud(wish: { provider?: FastifyPluginAsync; hosts?: 'process' | 'netns'; capacity?: CloudDeps['capacity']; /** Without loops wishes are booked and nothing is done about them. */ loops?: boolean } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'brickyard-cloud-'))
  const log = process.env.BRICKYARD_TEST_LOG ? openLog({ level: 'debug' }) : silentLog()
  const { database, close } = await testDatabase()
  const keys = openKeys(dataDir)
  const authority = await openAuthority(dataDir)
  const tls = await authority.issue(['localhost', '127.0.0.1'])
  const work = await openWork(database, log)
  const open = async () => {
    let handle: RequestHandler = (_request, response) => void response.writeHead(503).end()
    const server = await serve({ port: 0, tls, onRequest: (request, response) => handle(request, response) })
    return {
      ...server,
      async mount(plugin: FastifyPluginAsync) {
        const app = openApp(log)
        await app.register(plugin)
        await app.ready()
        handle = (request, response) => app.routing(request, response)
      },
    }
  }
  const [arm, login, service] = await Promise.all([open(), open(), open()])
  const common = { database, keys, clock: systemClock, work, log }
  const directory = await openDirectory({ ...common, baseUrl: login.url, portalUrl: arm.url })
  const { adminId } = await directory.bootstrap()
  const hosts = await openHosts({ mode: wish.hosts ?? 'process', dataDir, ports: { from: arm.port, to: arm.port }, storagePort: arm.port, stopGraceMs: 1000 })
  const secret = randomUUID()
  const storageRoot = join(dataDir, 'cloud', 'storage')
  mkdirSync(storageRoot, { recursive: true })
  const cloud = await openCloud({
    ...common, hosts, directory, publicUrl: arm.url, loginUrl: login.url, portalUrl: arm.url, webDir: join(import.meta.dirname, '..', '..', '..', 'web', 'dist'), storageUrl: 'https://localhost:1', storageRoot,
    serviceProvider: { url: service.url, secret, caPem: authority.caPem }, ...(wish.capacity ? { capacity: wish.capacity } : {}),
  })
  const account = async (displayName: string, appId?: string) => {
    const app = await directory.applications.createApplication({ displayName, ...(appId ? { appId } : {}) })
    const principal = await directory.servicePrincipals.createServicePrincipal(app.appId)
    const { secretText } = await directory.applications.addSecret(app.appId)
    const credential = new ClientSecretCredential(directory.tenantId, app.appId, secretText, { authorityHost: login.url, disableInstanceDiscovery: true, tlsOptions: { ca: authority.caPem } })
    return { oid: principal.id, appId: app.appId, credential, ...clients(credential) }
  }
  const clients = (credential: ClientSecretCredential) => {
    const options = { endpoint: arm.url, credentials: { scopes: [scope] }, credentialScopes: [scope], tlsOptions: { ca: authority.caPem } }
    const raw = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const token = await credential.getToken(scope)
      const { request } = await import('node:https')
      return new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Record<string, never> & { error?: { code: string; message: string } } }>((resolve, reject) => {
        const sent = request(new URL(path, arm.url), { method, ca: authority.caPem, headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json', ...headers } }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => { text += part }).once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text ? JSON.parse(text) : {} }))
        })
        sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
      })
    }
    return {
      raw,
      resources: new ResourceManagementClient(credential, cloud.subscriptionId, options),
      network: new NetworkManagementClient(credential, cloud.subscriptionId, options),
      compute: new ComputeManagementClient(credential, cloud.subscriptionId, options),
      storage: new StorageManagementClient(credential, cloud.subscriptionId, options),
      authorization: new AuthorizationManagementClient(credential, cloud.subscriptionId, options),
    }
  }
  await Promise.all([arm.mount(cloud.plugin), login.mount(directory.plugin), service.mount(wish.provider ?? (async () => {}))])
  const provider = await account('resource provider', databricksApp)
  await cloud.bootstrap({ adminOid: adminId, resourceProviderOid: provider.oid })
  const owner = await account('owner')
  await cloud.grant(owner.oid, 'Owner', `/subscriptions/${cloud.subscriptionId}`)
  if (wish.loops !== false) await work.start()
  return {
    cloud, directory, hosts, owner, provider, account, adminId, database, keys, work, dataDir, secret, urls: { arm: arm.url, login: login.url, service: service.url }, caPem: authority.caPem,
    /** What an address of the resource manager answers to everyone, as text. */
    text: async (path: string): Promise<string> => {
      const { request } = await import('node:https')
      return new Promise((resolve, reject) => {
        request(new URL(path, arm.url), { ca: authority.caPem }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => { text += part }).once('end', () => resolve(text))
        }).once('error', reject).end()
      })
    },
    subscription: `/subscriptions/${cloud.subscriptionId}`,
    async stop() {
      cloud.close()
      await work.stop(500)
      for (const id of (await hosts.list(new AbortController().signal)).vms) await hosts.release(id, new AbortController().signal)
      await Promise.all([arm.close(), login.close(), service.close()])
      await directory.stop()
      await close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
