import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asEnvironment, type Config } from '#base/config.ts'
import { callControl, type ProductStatus } from '#base/control.ts'
import { silentLog } from '#base/log.ts'
import { stopPostgres } from '#base/postgres/embedded.ts'
import { logFile } from '../log-file.ts'
import { startProduct, untilGone, untilReady } from '../product.ts'
import type { Place } from '../setup/place.ts'
import { writeBundle } from '../trust.ts'
import { freePorts } from './ports.ts'

export type RunningProduct = {
  config: Config
  status: ProductStatus
  /** All that a suite is told: addresses, the administrator, a service principal that owns the subscription, whom to trust. */
  env: NodeJS.ProcessEnv
  /** Aborts when the product ends by itself: what talks to it then need not go on. */
  alive: AbortSignal
  /** Stops it and removes its data. Says what did not stop in order. */
  stop(): Promise<string | null>
  lastLog(): string
}

/** Starts the product of this checkout with a data folder and ports of its own. */
export async function runProduct({ base, place, hosts, signal }: { base: Config; place: Place; hosts: 'netns' | 'process'; signal: AbortSignal }): Promise<RunningProduct> {
  const dataDir = mkdtempSync(join(tmpdir(), 'brickyard-run-'))
  const config: Config = { ...base, dataDir, hosts, port: await freePorts(), databaseUrl: undefined }
  const child = startProduct({ config, place, foreground: false })
  const death = new AbortController()
  child.once('exit', () => death.abort())
  const stop = async () => {
    const died = death.signal.aborted
    // A product that died left its machines running: only another one of its kind can power them off.
    if (died) await untilReady(config, startProduct({ config, place, foreground: false }), signal).catch(() => {})
    // Whether its answer arrived does not matter: that it goes does.
    await callControl(dataDir, 'shutdown', { keepMachines: false }).catch(() => {})
    const gone = await untilGone(config, 120_000)
    if (!gone) child.kill('SIGKILL')
    await stopPostgres({ dataDir, log: silentLog() })
    rmSync(dataDir, { recursive: true, force: true })
    if (died) return 'the product died while the suite ran'
    return gone ? null : 'the product did not stop in order'
  }
  const lastLog = () => readFileSync(logFile(config), 'utf8').split('\n').slice(-40).join('\n')
  try {
    const status = await untilReady(config, child, signal)
    return { config, status, env: await environment(config, status), alive: death.signal, stop, lastLog }
  } catch (error) {
    await stop()
    throw error
  }
}

async function environment(config: Config, status: ProductStatus): Promise<NodeJS.ProcessEnv> {
  const admin = await callControl(config.dataDir, 'firstPassword')
  const owner = await callControl(config.dataDir, 'createCredential', { displayName: 'conformance' })
  const bundle = writeBundle(config.dataDir, status.caFile, process.env)
  return {
    ...asEnvironment(config),
    BRICKYARD_TEST_PORTAL: status.urls.portal,
    BRICKYARD_TEST_HOSTS: status.hosts.kind,
    BRICKYARD_TEST_LOCATION: status.location,
    BRICKYARD_TEST_DOMAIN: status.domain,
    BRICKYARD_LOGIN_URL: status.urls.login,
    BRICKYARD_TENANT: status.tenantId,
    BRICKYARD_ADMIN_UPN: admin.upn,
    BRICKYARD_ADMIN_PASSWORD: admin.password ?? '',
    BRICKYARD_CA: status.caFile,
    ARM_ENDPOINT: status.urls.arm,
    AZURE_AUTHORITY_HOST: status.urls.login,
    AZURE_TENANT_ID: status.tenantId,
    AZURE_SUBSCRIPTION_ID: status.subscriptionId,
    AZURE_CLIENT_ID: owner.clientId,
    AZURE_CLIENT_SECRET: owner.clientSecret,
    AZURE_STORAGE_ENDPOINT: status.urls.storage,
    REQUESTS_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
    NODE_EXTRA_CA_CERTS: bundle,
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: bundle,
  }
}
