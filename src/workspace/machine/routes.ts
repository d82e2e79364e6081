import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { defineApi, get, post } from '#base/http/api.ts'
import { Problem } from '#base/problem.ts'
import { implementFor } from '../caller.ts'
import type { ClusterTokens } from '../clusters/cluster-token.ts'
import type { InitScripts } from '../clusters/init-scripts.ts'
import type { ClusterRow, ClusterStore } from '../clusters/store.ts'
import type { StorageCredentials } from './sas.ts'

const auth = false // the cluster's token is no person's
const Result = z.object({
  status: z.enum(['SUCCEEDED', 'FAILED_EXECUTION', 'FAILED_FETCH', 'NOT_EXECUTED']),
  seconds: z.number(),
  error: z.string().max(4000).optional(),
  exit_code: z.int().optional(),
  last_lines: z.string().max(8000).optional(),
})
/** What a cluster's machines ask the workspace, with the cluster's token. */
const machineApi = defineApi({
  storageCredential: get('/api/2.0/brickyard/machine/storage-credential', {
    auth,
    query: z.object({ account: z.string(), container: z.string() }),
    reply: z.object({ sas: z.string(), expires_at: z.string() }),
  }),
  initScripts: get('/api/2.0/brickyard/machine/init-scripts', {
    auth,
    reply: z.object({
      scripts: z.array(z.object({ name: z.string(), text: z.string().optional(), file: z.string().optional(), error: z.string().optional() })),
    }),
  }),
  initReport: post('/api/2.0/brickyard/machine/init-scripts', {
    auth,
    body: z.object({
      phase: z.enum(['started', 'finished']),
      machine: z.string().regex(/^(driver|worker-\d+)$/),
      address: z.string().max(64),
      results: z.array(Result).max(10),
    }),
  }),
})
export type Deps = { workspaceId: string; tokens: ClusterTokens; store: ClusterStore; credential: StorageCredentials['forContainer']; initScripts: InitScripts }

export const machineRoutes = ({ workspaceId, tokens, store, credential, initScripts }: Deps) => {
  async function cluster(headers: Readonly<IncomingHttpHeaders>): Promise<ClusterRow> {
    const identity = tokens.read(/^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '')
    const row = identity?.workspaceId === workspaceId ? await store.find(identity.clusterId) : undefined
    if (!identity || !row || row.incarnation !== identity.incarnation || row.state === 'TERMINATED')
      throw new Problem('unauthenticated', 'This is not the token of a running cluster.')
    return row
  }
  return implementFor(machineApi, {
    async storageCredential({ headers, query }) {
      await cluster(headers)
      return credential(query)
    },
    initScripts: async ({ headers }) => ({ scripts: await initScripts.scripts(await cluster(headers)) }),
    initReport: async ({ headers, body }) => initScripts.report(await cluster(headers), body),
  })
}
