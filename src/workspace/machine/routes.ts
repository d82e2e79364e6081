import { z } from 'zod'
import { defineApi, get } from '#base/http/api.ts'
import { Problem } from '#base/problem.ts'
import { implementFor } from '../caller.ts'
import type { ClusterTokens } from '../clusters/cluster-token.ts'
import type { ClusterStore } from '../clusters/store.ts'
import type { StorageCredentials } from './sas.ts'

/** What a cluster's machines ask the workspace, with the cluster's token. */
const machineApi = defineApi({
  storageCredential: get('/api/2.0/brickyard/machine/storage-credential', {
    auth: false, // the cluster's token is no person's
    query: z.object({ account: z.string(), container: z.string() }),
    reply: z.object({ sas: z.string(), expires_at: z.string() }),
  }),
})
export type Deps = { workspaceId: string; tokens: ClusterTokens; store: ClusterStore; credential: StorageCredentials }

export const machineRoutes = ({ workspaceId, tokens, store, credential }: Deps) =>
  implementFor(machineApi, {
    async storageCredential({ headers, query }) {
      const identity = tokens.read(/^Bearer (\S+)$/i.exec(String(headers.authorization ?? ''))?.[1] ?? '')
      const row = identity?.workspaceId === workspaceId ? await store.find(identity.clusterId) : undefined
      if (!identity || !row || row.incarnation !== identity.incarnation || row.state === 'TERMINATED')
        throw new Problem('unauthenticated', 'This is not the token of a running cluster.')
      return credential(query)
    },
  })
