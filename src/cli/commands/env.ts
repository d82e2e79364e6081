import { callControl, NotRunning, type ProductStatus } from '#base/control.ts'
import type { Context } from '../command.ts'
import { productStatus } from '../product.ts'
import { Stop } from '../setup/failure.ts'
import { writeBundle } from '../trust.ts'

/** `./brickyard env`. */
export async function run(context: Context): Promise<number> {
  const status = await productStatus(context.config)
  if (status === null) throw new NotRunning('Brickyard is not running. Start it with ./brickyard up.')
  const variables = { ...addresses(status), ...trust(context, status), ...(await workspace(context, status)), ...(await credential(context)) }
  context.out(context.flags.json ? JSON.stringify(variables) : asShell(variables, status))
  return 0
}

/** Names are those that the clients themselves read, where there are such. */
const addresses = (status: ProductStatus): Record<string, string> => ({
  ARM_ENDPOINT: status.urls.arm,
  ARM_METADATA_HOSTNAME: new URL(status.urls.arm).host,
  AZURE_AUTHORITY_HOST: status.urls.login,
  AZURE_TENANT_ID: status.tenantId,
  AZURE_SUBSCRIPTION_ID: status.subscriptionId,
  AZURE_STORAGE_ENDPOINT: status.urls.storage,
  AZURE_CORE_INSTANCE_DISCOVERY: 'false',
})

function trust({ config }: Context, status: ProductStatus): Record<string, string> {
  const bundle = writeBundle(config.dataDir, status.caFile, process.env)
  return { REQUESTS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle, NODE_EXTRA_CA_CERTS: bundle, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: bundle }
}

async function workspace({ config, flags }: Context, { workspaces }: ProductStatus): Promise<Record<string, string>> {
  const wanted = flags.workspace
  const found = wanted === undefined ? workspaces[0] : workspaces.find(({ name, workspaceId }) => name === wanted || workspaceId === wanted)
  if (wanted !== undefined && !found) throw new Stop(`There is no workspace ${JSON.stringify(wanted)}. Workspaces: ${workspaces.map(({ name }) => name).join(', ') || 'none yet'}.`)
  if (!found) return {}
  if (flags['no-token']) return { DATABRICKS_HOST: found.url }
  const { token } = await callControl(config.dataDir, 'createToken', { workspace: found.workspaceId })
  return { DATABRICKS_HOST: found.url, DATABRICKS_TOKEN: token }
}

async function credential({ config, flags }: Context): Promise<Record<string, string>> {
  if (!flags.credential) return {}
  const made = await callControl(config.dataDir, 'createCredential', {})
  return { AZURE_CLIENT_ID: made.clientId, AZURE_CLIENT_SECRET: made.clientSecret }
}

function asShell(variables: Record<string, string>, status: ProductStatus): string {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
  const login = 'AZURE_CLIENT_ID' in variables ? '--service-principal -u "$AZURE_CLIENT_ID" -p "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID"' : '--use-device-code --tenant "$AZURE_TENANT_ID"'
  return `${lines.join('\n')}
# az:  az cloud register -n Brickyard --endpoint-resource-manager ${status.urls.arm} && az cloud set -n Brickyard && az login ${login}`
}
