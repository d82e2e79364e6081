import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keys } from '#base/keys.ts'

export type ClusterIdentity = { workspaceId: string; clusterId: string; incarnation: number }
export type ClusterTokens = ReturnType<typeof clusterTokens>

/**
 * What a cluster's machines show to the workspace. Derived, so that a repeated `ensure` of a machine gives the same user
 * data; it names one start of one cluster and is void after it.
 */
export function clusterTokens(keys: Keys) {
  const key = keys.derive('cluster-token')
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  return {
    make({ workspaceId, clusterId, incarnation }: ClusterIdentity): string {
      const text = `bkc.${workspaceId}.${clusterId}.${incarnation}`
      return `${text}.${mac(text)}`
    },
    /** Null when it was not made by us. Whether the cluster still is in that start is for the caller to see. */
    read(token: string): ClusterIdentity | null {
      const [, text = '', workspaceId = '', clusterId = '', incarnation = '', sent = ''] =
        /^(bkc\.(\d+)\.([a-z0-9-]+)\.(\d+))\.([\w-]{43})$/.exec(token) ?? []
      if (text === '' || !timingSafeEqual(Buffer.from(mac(text)), Buffer.from(sent))) return null
      return { workspaceId, clusterId, incarnation: Number(incarnation) }
    },
  }
}
