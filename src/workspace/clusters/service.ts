import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { UserStore } from '../identity/store.ts'
import type { Permissions } from '../permissions/service.ts'
import type { EventsQuery } from './api.ts'
import { changes } from './changes.ts'
import { eventsPage } from './events.ts'
import type { RootStorage } from './init-script-info.ts'
import { clustersPage, type Asked } from './list.ts'
import { reasons, type Reason } from './reasons.ts'
import { mayKnow, visible, type Verb } from './rights.ts'
import { show } from './show.ts'
import { checkedSpec, sized, type NodeTypeInfo, type Spec } from './spec.ts'
import { mustBeAbleTo } from './state.ts'
import type { Change, ClusterRow, ClusterStore } from './store.ts'

export type Deps = {
  store: ClusterStore
  users: UserStore
  permissions: Permissions
  nodeTypes: () => Promise<NodeTypeInfo[]>
  clock: Clock
  location: string
  vendor: string
  /** Where init scripts may lie; absent: nowhere. */
  root?: RootStorage
}
export type ClusterService = ReturnType<typeof clusterService>

// Clients tell a missing cluster by exactly these words. Source: databricks-sdk-py errors/overrides.py.
const missing = (id: string) => new Problem('invalid', `Cluster ${id} does not exist`)

export const clusterService = ({ store, users, permissions, nodeTypes, clock, location, vendor, root }: Deps) => {
  async function find(id: string, caller: WorkspaceCaller, verb: Verb): Promise<ClusterRow> {
    const row = await store.find(id)
    if (!row || row.removed || !(await mayKnow(permissions, caller, id, verb))) throw missing(id)
    return row
  }
  /** A person's verb: rights, then a pure change under the row's lock. */
  async function change(id: string, caller: WorkspaceCaller, verb: Verb, edit: (row: ClusterRow) => Change | null): Promise<ClusterRow> {
    await find(id, caller, verb)
    const row = await store.change(id, clock(), edit)
    if (!row) throw missing(id)
    return row
  }

  /** What is shown of clusters does not wait for a cloud that is away. */
  const knownTypes = () => nodeTypes().catch((): NodeTypeInfo[] => [])

  return {
    find,
    store,
    nodeTypes,

    /** For those who run something on it: it must be theirs to use, and run. */
    async usable(caller: WorkspaceCaller, id: string): Promise<ClusterRow> {
      const row = await find(id, caller, 'use')
      mustBeAbleTo('use', row)
      return row
    },

    async create(caller: WorkspaceCaller, asked: Spec & { idempotency_token?: string | undefined }) {
      if (!caller.admin && !caller.entitlements.includes('allow-cluster-create'))
        throw new Problem(
          'forbidden',
          `${caller.userName} is not allowed to create clusters: the entitlement allow-cluster-create is missing.`,
        )
      const { idempotency_token: token, ...wanted } = asked
      const { spec, num_workers } = checkedSpec(wanted, await nodeTypes(), root)
      const now = clock()
      const row = newRow(spec, num_workers, caller, now)
      const details = {
        user: caller.userName,
        cluster_size: spec.autoscale ? { autoscale: spec.autoscale } : { num_workers },
        attributes: { cluster_name: spec.cluster_name ?? '', spark_version: spec.spark_version, node_type_id: spec.node_type_id },
      }
      return { cluster_id: await store.create(row, [{ type: 'CREATING', details }], token) }
    },

    get: async (caller: WorkspaceCaller, id: string) => show(await find(id, caller, 'see'), await knownTypes(), vendor),
    list: async (caller: WorkspaceCaller, asked: Asked) =>
      clustersPage(
        await visible(permissions, caller, await store.list()),
        asked,
        await knownTypes(),
        vendor,
      ),
    async listAll(caller: WorkspaceCaller) {
      const [rows, types] = [await visible(permissions, caller, await store.list()), await knownTypes()]
      return { clusters: rows.map((row) => show(row, types, vendor)) }
    },

    async start(caller: WorkspaceCaller, id: string): Promise<void> {
      await change(id, caller, 'start', (row) => {
        mustBeAbleTo('start', row)
        return changes.start(row, caller.userName, clock())
      })
    },

    async restart(caller: WorkspaceCaller, id: string): Promise<void> {
      await change(id, caller, 'restart', (row) => {
        mustBeAbleTo('restart', row)
        return changes.restart(row, caller.userName, clock())
      })
    },

    async resize(
      caller: WorkspaceCaller,
      id: string,
      size: { num_workers?: number | undefined; autoscale?: Spec['autoscale'] },
    ): Promise<void> {
      const { autoscale, num_workers: asked } = size
      if ((asked === undefined) === (autoscale === undefined))
        throw new Problem('invalid', 'Missing required field: num_workers. Exactly one of num_workers and autoscale must be given.', {
          extra: { field: 'num_workers' },
        })
      await change(id, caller, 'resize', (row) => {
        mustBeAbleTo('resize', row)
        const workers = asked ?? Math.min(Math.max(row.num_workers, autoscale?.min_workers ?? 0), autoscale?.max_workers ?? 0)
        if (row.spec.is_single_node && workers > 0)
          throw new Problem('invalid', 'Invalid value for field num_workers: a single-node cluster has 0 workers', {
            extra: { field: 'num_workers' },
          })
        const spec = sized({ ...row.spec, autoscale }, workers)
        return workers === row.num_workers && JSON.stringify(spec.autoscale) === JSON.stringify(row.spec.autoscale)
          ? null
          : changes.resize({ ...row, spec }, workers, { user: caller.userName })
      })
    },

    async pause(caller: WorkspaceCaller, id: string): Promise<void> {
      await change(id, caller, 'pause', (row) => {
        if (row.state === 'PAUSED' || row.state === 'PAUSING') return null
        mustBeAbleTo('pause', row)
        return changes.pause(row, reasons.paused(caller.userName))
      })
    },

    /** Ending what is ended is no error: clients repeat. */
    async terminate(caller: WorkspaceCaller, id: string): Promise<void> {
      await change(id, caller, 'terminate', (row) =>
        row.state === 'TERMINATED' || row.state === 'TERMINATING' ? null : changes.end(row, reasons.userRequest(caller.userName)),
      )
    },

    async remove(caller: WorkspaceCaller, id: string): Promise<void> {
      await change(id, caller, 'permanently delete', (row) => removal(row, reasons.userRequest(caller.userName)))
    },

    /** Replaces the description; a running cluster restarts with it. Source: ClustersAPI.edit. */
    async edit(caller: WorkspaceCaller, id: string, asked: Spec): Promise<void> {
      const { spec, num_workers } = checkedSpec(asked, await nodeTypes(), root)
      await change(id, caller, 'edit', (row) => {
        mustBeAbleTo('edit', row)
        const details = {
          user: caller.userName,
          previous_attributes: { cluster_name: row.spec.cluster_name ?? '' },
          attributes: { cluster_name: spec.cluster_name ?? '' },
          previous_cluster_size: { num_workers: row.num_workers },
          cluster_size: { num_workers },
        }
        const edited = { spec, num_workers, workers: null }
        const event = { type: 'EDITED', details }
        if (row.state !== 'RUNNING') return { row: edited, events: [event] }
        const restart = changes.restart(row, caller.userName, clock())
        return { row: { ...restart.row, ...edited }, events: [event, ...(restart.events ?? [])] }
      })
    },

    async pin(caller: WorkspaceCaller, id: string, pinned: boolean): Promise<void> {
      if (!caller.admin) throw new Problem('forbidden', `Only workspace administrators may pin clusters; ${caller.userName} is not one.`)
      await change(id, caller, 'pin', (row) =>
        row.pinned === pinned
          ? null
          : { row: { pinned }, events: [{ type: pinned ? 'PINNED' : 'UNPINNED', details: { user: caller.userName } }] },
      )
    },

    async changeOwner(caller: WorkspaceCaller, id: string, userName: string): Promise<void> {
      if (!caller.admin)
        throw new Problem('forbidden', `Only workspace administrators may change a cluster's owner; ${caller.userName} is not one.`)
      const owner = await users.byName(userName)
      if (!owner) throw new Problem('not_found', `User ${userName} does not exist in this workspace.`)
      const before = await find(id, caller, 'change the owner of')
      const object = { type: 'clusters', id } as const
      mustBeAbleTo('changeOwner', before) // "the cluster must be terminated". Source: ClustersAPI.change_owner
      await permissions.handedOver(before.owner_id, owner.id, object)
      await change(id, caller, 'change the owner of', () => ({ row: { owner_id: owner.id, creator_user_name: owner.user_name } }))
    },

    async events(caller: WorkspaceCaller, query: z.infer<typeof EventsQuery>) {
      await find(query.cluster_id, caller, 'see')
      return eventsPage(store, query)
    },

    zones: () => ({ zones: [location], default_zone: location }),

    /** Before the workspace goes: every cluster ends and its row goes with its machines. True when none is left. */
    async removeAll(): Promise<boolean> {
      const rows = await store.all()
      for (const row of rows)
        await store.change(row.cluster_id, clock(), (now) => (now.removed ? null : removal(now, reasons.workspaceDeleted())))
      return rows.length === 0
    },
  }
}

function removal(row: ClusterRow, reason: Reason): Change {
  if (row.state === 'TERMINATED' || row.state === 'TERMINATING') return { row: { removed: true } }
  const end = changes.end(row, reason)
  return { ...end, row: { ...end.row, removed: true } }
}

function newRow(spec: Spec, workers: number, caller: WorkspaceCaller, now: Date): Omit<ClusterRow, 'workspace_id'> {
  return {
    cluster_id: newClusterId(now),
    spec,
    owner_id: caller.id,
    creator_user_name: caller.userName,
    source: caller.by === 'session' ? 'UI' : 'API',
    state: 'PENDING',
    state_message: 'Finding instances for new nodes, acquiring more instances if necessary',
    since: now,
    incarnation: 1,
    num_workers: workers,
    workers: null,
    previous_workers: null,
    machines: [],
    termination_reason: null,
    created_at: now,
    start_time: now,
    terminated_time: null,
    last_restarted_time: null,
    last_state_loss_time: now,
    spark_context_id: null,
    pinned: false,
    removed: false,
  }
}

/** `MMDD-HHMMSS-xxxxxxxx`, as Databricks' ids look. Ours are also names of machines: lower case and digits. */
function newClusterId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T')
  const letters = Array.from(randomBytes(8), (byte) => 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(byte % 36)).join('')
  return `${date.slice(5).replace('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${letters}`
}
