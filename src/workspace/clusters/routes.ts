import { implementFor } from '../caller.ts'
import { clustersApi } from './api.ts'
import type { ClusterService } from './service.ts'
import { sparkVersions } from './spark-versions.ts'

export const clusterRoutes = (clusters: ClusterService) =>
  implementFor(clustersApi, {
    create: ({ caller, body }) => clusters.create(caller, body),
    edit: ({ caller, body: { cluster_id, ...spec } }) => clusters.edit(caller, cluster_id, spec),
    get: ({ caller, query }) => clusters.get(caller, query.cluster_id),
    list: ({ caller, query }) => clusters.list(caller, query),
    listAll: ({ caller }) => clusters.listAll(caller),
    start: ({ caller, body }) => clusters.start(caller, body.cluster_id),
    restart: ({ caller, body }) => clusters.restart(caller, body.cluster_id),
    pause: ({ caller, body }) => clusters.pause(caller, body.cluster_id),
    terminate: ({ caller, body }) => clusters.terminate(caller, body.cluster_id),
    remove: ({ caller, body }) => clusters.remove(caller, body.cluster_id),
    resize: ({ caller, body }) => clusters.resize(caller, body.cluster_id, body),
    pin: ({ caller, body }) => clusters.pin(caller, body.cluster_id, true),
    unpin: ({ caller, body }) => clusters.pin(caller, body.cluster_id, false),
    changeOwner: ({ caller, body }) => clusters.changeOwner(caller, body.cluster_id, body.owner_username),
    events: ({ caller, body }) => clusters.events(caller, body),
    sparkVersions: () => ({ versions: sparkVersions }),
    nodeTypes: async () => ({ node_types: await clusters.nodeTypes() }),
    zones: () => clusters.zones(),
  })
