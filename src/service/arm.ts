import { NetworkManagementClient } from '@azure/arm-network'
import { ResourceManagementClient } from '@azure/arm-resources'
import { StorageManagementClient } from '@azure/arm-storage'
import { ClientSecretCredential } from '@azure/identity'
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline'
import { Problem } from '#base/problem.ts'

export type ArmDeps = { armUrl: string; loginUrl: string; tenantId: string; clientId: string; clientSecret: string; caPem?: string; pollMs?: number }
export type Arm = ReturnType<typeof openArm>

/** Azure's audience whatever the cloud's address: real Azure and the embedded resource manager both take it. */
const scope = 'https://management.azure.com/.default'

/** The cloud, seen by the official clients, as the Databricks application. Nothing else of the cloud is used. */
export function openArm(deps: ArmDeps) {
  const tls = deps.caPem === undefined ? {} : { tlsOptions: { ca: deps.caPem } }
  const credential = new ClientSecretCredential(deps.tenantId, deps.clientId, deps.clientSecret, {
    authorityHost: deps.loginUrl, disableInstanceDiscovery: true, ...tls,
  })
  const options = { endpoint: deps.armUrl, credentials: { scopes: [scope] }, credentialScopes: [scope], ...tls }
  const clients = new Map<string, ReturnType<typeof make>>()
  const make = (subscriptionId: string) => ({
    resources: new ResourceManagementClient(credential, subscriptionId, options),
    network: new NetworkManagementClient(credential, subscriptionId, options),
    storage: new StorageManagementClient(credential, subscriptionId, options),
  })
  const of = (subscriptionId: string) => {
    const found = clients.get(subscriptionId) ?? make(subscriptionId)
    clients.set(subscriptionId, found)
    return found
  }
  return {
    of,
    /** Long operations ask again this often; the embedded cloud answers in milliseconds. */
    pollMs: deps.pollMs ?? 100,

    /** A call that the clients have no method for, through the same pipeline: token, retries, request ids. */
    async send(subscriptionId: string, method: 'PUT' | 'DELETE' | 'GET', path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
      const request = createPipelineRequest({
        url: new URL(path, deps.armUrl).href,
        method,
        headers: createHttpHeaders({ 'content-type': 'application/json' }),
        abortSignal: signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const { resources } = of(subscriptionId)
      const response = await resources.pipeline.sendRequest(await transport(), request)
      if (response.status >= 400) throw refusal(response.status, response.bodyAsText ?? '')
      return response.bodyAsText ? JSON.parse(response.bodyAsText) : undefined
    },

    /** Object id of our own service principal, as our token says it (`oid`, Entra's access token claims). */
    async ownObjectId(): Promise<string> {
      const { token } = await credential.getToken(scope)
      const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
      if (typeof claims === 'object' && claims && 'oid' in claims && typeof claims.oid === 'string') return claims.oid
      throw new Error('The token of the Databricks application has no object id (oid).')
    },
  }
}

const transport = async () => {
  const { createDefaultHttpClient } = await import('@azure/core-rest-pipeline')
  return createDefaultHttpClient()
}

function refusal(status: number, text: string): Error {
  let message = text
  let code = String(status)
  try {
    const body: { error?: { code?: string; message?: string } } = JSON.parse(text)
    code = body.error?.code ?? code
    message = body.error?.message ?? message
  } catch { /* not JSON: the text says it */ }
  return Object.assign(new Error(message), { statusCode: status, code })
}

/** What the cloud said no to, in its own words, and whether saying it again could help. */
export function readFailure(error: unknown): { code: string; message: string; lasting: boolean } {
  if (error instanceof Problem) return { code: error.extra.wireCode ?? error.code, message: error.message, lasting: error.code !== 'unavailable' && error.code !== 'timeout' && error.code !== 'internal' }
  if (!(error instanceof Error)) return { code: 'Unknown', message: String(error), lasting: false }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const longRunning = /^The long-running operation has (failed|been canceled)/.test(error.message)
  const refused = status !== undefined && status >= 400 && status < 500 && ![401, 408, 409, 429].includes(status)
  // A conflict passes when it is another operation's; quota (OperationNotAllowed) does not.
  const quota = status === 409 && ['OperationNotAllowed', 'ScopeLocked', 'StorageAccountAlreadyTaken', 'StorageAccountAlreadyExists'].includes(code)
  return { code, message: error.message, lasting: refused || quota || longRunning }
}

export const isMissing = (error: unknown): boolean => error instanceof Error && 'statusCode' in error && error.statusCode === 404
