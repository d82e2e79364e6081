import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '#base/clock.ts'
import type { Database } from '#base/db.ts'
import type { Keys } from '#base/keys.ts'
import type { Log } from '#base/log.ts'
import type { Work } from '#base/work.ts'

/** What a workspace has to know of the service it belongs to, and of the infrastructure that was made for it. */
export type WorkspaceRecord = {
  /** Digits, as Azure Databricks numbers workspaces (`x-databricks-org-id`). */
  workspaceId: string
  name: string
  /** `/subscriptions/…/providers/Microsoft.Databricks/workspaces/<name>` */
  armId: string
  managedResourceGroupId: string
  subscriptionId: string
  location: string
  tier: Sku
  /** Its own port on this machine, and the address made of it, without a slash at the end. */
  port: number
  url: string
  storage: { account: string; container: string; dfsEndpoint: string }
  network: { vnetId: string; publicSubnetId: string; privateSubnetId: string; nsgId: string }
  /** Object id of the one who created the service: the workspace's first administrator. */
  createdBy: string
  /** Cloud tags of the service: its machines may carry them too. */
  tags: Record<string, string>
}
export type Sku = 'standard' | 'premium' | 'trial'
export type Person = { oid: string; name: string | null; applicationId: string | null }

/** The part of the workspace that the service needs; both verbs are repeatable. */
export type Workspaces = {
  /** Makes the workspace, or tells it what has changed. Resolves when it answers at its address. */
  register(record: WorkspaceRecord): Promise<void>
  /** Ends its clusters, then forgets the workspace. Resolves when its machines are gone; throws to be asked again. */
  unregister(workspaceId: string): Promise<void>
}

export type ServiceDeps = {
  database: Database
  keys: Keys
  log: Log
  clock: Clock
  work: Work
  /** Where the resource manager answers: `https://localhost:P`, or `https://management.azure.com`. */
  armUrl: string
  /** Where tokens come from: `https://localhost:P+1`, or `https://login.microsoftonline.com`. */
  loginUrl: string
  tenantId: string
  /** The Databricks application: the service acts on the cloud as its service principal. */
  clientId: string
  clientSecret: string
  caPem?: string
  /** What the resource manager shows to prove that a request comes from it. */
  secretOfResourceManager: string
  workspaces: Workspaces
  /** `clientId`'s addresses to come back to after a sign-in. Both verbs are repeatable. */
  directory: { addRedirectUri(appId: string, uri: string): Promise<void>; removeRedirectUri(appId: string, uri: string): Promise<void> }
  /** Both ends belong to the range. */
  workspacePorts: { from: number; to: number }
  /** Regions that this cloud has. */
  locations?: readonly string[]
}

export type Service = {
  /** What the resource manager calls, on a port of its own. */
  plugin: FastifyPluginAsync
  /** Every service, for its owner. `url` is where its workspace answers. */
  list(): Promise<{ name: string; workspaceId: string; url: string; state: string }[]>
  /** Goes on with what a stopped process has left unfinished. */
  resume(): Promise<void>
}
