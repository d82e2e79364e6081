import { closeSync, openSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import { defineApi, get, post, type Op } from './http/api.ts'

/**
 * What the owner of the data directory may ask the running product on `<dataDir>/run/control.sock`.
 * The socket lies in a folder that nobody else can enter: reaching it is the proof of ownership, as for the files beside it.
 */
const Status = z.object({
  pid: z.int(),
  startedAt: z.iso.datetime(),
  port: z.int(),
  urls: z.object({ portal: z.string(), arm: z.string(), login: z.string(), storage: z.string() }),
  caFile: z.string(),
  tenantId: z.string(),
  domain: z.string(),
  adminUpn: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  hosts: z.object({ kind: z.enum(['process', 'netns']), report: z.unknown() }),
  machines: z.array(z.object({ id: z.string(), power: z.string(), size: z.string() })),
  workspaces: z.array(z.object({ name: z.string(), workspaceId: z.string(), url: z.string(), state: z.string() })),
})
export type ProductStatus = z.infer<typeof Status>

export const controlApi = defineApi({
  status: get('/v1/status', { auth: false, reply: Status }),
  /** Stops the product in order. Machines are powered off unless they are to be kept. */
  shutdown: post('/v1/shutdown', { auth: false, body: z.object({ keepMachines: z.boolean().default(false) }), reply: z.object({}) }),
  /** The password that `up` shows: only answered by the start that made the administrator, and once. */
  firstPassword: post('/v1/first-password', { auth: false, reply: z.object({ upn: z.string(), password: z.string().nullable() }) }),
  resetPassword: post('/v1/reset-password', { auth: false, body: z.object({ upn: z.string() }), reply: z.object({ upn: z.string(), password: z.string() }) }),
  /** A dedicated account that can do what the service needs in one resource group, and no more. */
  createAccount: post('/v1/accounts', {
    auth: false,
    /** `owner`: of the subscription, for a person who is to make resource groups too. */
    body: z.object({ upn: z.string(), displayName: z.string().optional(), resourceGroup: z.string().optional(), owner: z.boolean().default(false) }),
    reply: z.object({ upn: z.string(), password: z.string(), role: z.string(), scope: z.string() }),
  }),
  deleteAccount: post('/v1/delete-account', { auth: false, body: z.object({ upn: z.string() }), reply: z.object({}) }),
  /** A service principal for automation, with a role on the subscription. */
  createCredential: post('/v1/credentials', {
    auth: false,
    body: z.object({ displayName: z.string().default('brickyard env'), role: z.enum(['Owner', 'Contributor', 'Reader']).default('Owner') }),
    reply: z.object({ clientId: z.string(), clientSecret: z.string(), objectId: z.string() }),
  }),
  /** A personal access token of the administrator for one workspace. */
  createToken: post('/v1/workspace-tokens', {
    auth: false,
    body: z.object({ workspace: z.string(), comment: z.string().default('brickyard env'), lifetimeSeconds: z.int().min(60).default(24 * 3600) }),
    reply: z.object({ token: z.string(), url: z.string() }),
  }),
})
export type ControlApi = typeof controlApi

/**
 * Gives `use` a path to the control socket that fits into a socket address (107 bytes), however long the data
 * directory's own path is: through an open file of the folder.
 */
export async function withControlSocket<T>(dataDir: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = openSync(join(dataDir, 'run'), 'r')
  try {
    return await use(`/proc/self/fd/${folder}/control.sock`)
  } finally {
    closeSync(folder)
  }
}

type Reply<O extends Op> = O['reply'] extends z.ZodType ? z.infer<O['reply']> : void
type Body<O extends Op> = O['body'] extends z.ZodType ? z.input<O['body']> : undefined

/** Nobody listens: the product is not running. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning'
}

/** Calls the running product. Throws `NotRunning`, or an Error with the product's own sentence. */
export async function callControl<K extends keyof ControlApi>(dataDir: string, name: K, body?: Body<ControlApi[K]>): Promise<Reply<ControlApi[K]>> {
  const op: Op = controlApi[name]
  const { status, text } = await withControlSocket(dataDir, (path) => exchange(path, op, body)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? new NotRunning('Brickyard is not running. Start it with `./brickyard up`.') : error
  })
  const answer: unknown = JSON.parse(text === '' ? '{}' : text)
  if (status >= 400) throw new Error(z.object({ message: z.string() }).parse(answer).message)
  // The reply was made by the same table on the other side of the socket.
  return op.reply?.parse(answer) as Reply<ControlApi[K]>
}

function exchange(socketPath: string, op: Op, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: op.paths[0], method: op.method, headers: body === undefined ? {} : { 'content-type': 'application/json' } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
      response.on('end', () => resolve({ status: response.statusCode ?? 500, text })).on('error', reject)
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
