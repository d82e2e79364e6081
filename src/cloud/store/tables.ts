import type { Generated } from 'kysely'
import { z } from 'zod'
import type { PortalSessionRow } from '../portal/rows.ts'

/** Whatever a client put there: kept as it came, so that answers round-trip. */
export type Bag = Record<string, unknown>
export const bag = z.record(z.string(), z.unknown())
export const tags = z.record(z.string(), z.string())
export type Tags = z.infer<typeof tags>

/** Provisioning states that this resource manager uses. Source: ARM RPC, asynchronous operations. */
export type State = 'Creating' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed'

export type SettingRow = { name: string; value: string }
export type GroupRow = {
  /** Lower-case id: Azure's ids compare without case and keep the first-written one. */
  key: string
  id: string
  name: string
  location: string
  managed_by: string | null
  tags: Tags | null
  state: State
  created_at: Date
  changed_at: Date
}
export type ResourceRow = {
  key: string
  id: string
  type: string
  name: string
  group_key: string
  location: string
  tags: Tags | null
  /** Top-level fields beside the common ones: sku, kind, identity, zones … */
  envelope: Bag
  properties: Bag
  /** Secrets (account keys, user data), sealed with the master key. */
  sealed: string | null
  etag: string
  state: State
  /** Lives in a registered provider; this row only says that it exists. */
  forwarded: boolean
  created_at: Date
  changed_at: Date
  created_by: string
}
export type OperationRow = {
  id: string
  /** Namespace the status address is below, `Microsoft.Resources` for groups. */
  namespace: string
  resource_key: string
  verb: 'put' | 'delete' | 'action'
  caller: string
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled'
  error: { code: string; message: string } | null
  /** Body of the final answer of an action; a PUT's is the resource. */
  result: Bag | null
  started_at: Date
  ended_at: Date | null
}
export type RoleDefinitionRow = { id: string; name: string; description: string; scope_key: string; permissions: Permission[]; assignable_scopes: string[]; created_at: Date; changed_at: Date }
export type RoleAssignmentRow = {
  name: string
  scope: string
  scope_key: string
  role: string
  principal_id: string
  principal_type: string
  description: string | null
  created_at: Date
  created_by: string
}
export type Permission = { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] }
export type DenyAssignmentRow = {
  name: string
  scope: string
  scope_key: string
  title: string
  description: string
  permissions: Permission[]
  not_for_children: boolean
  principals: Principal[]
  excluded: Principal[]
  system_protected: boolean
  created_at: Date
  created_by: string
}
export type Principal = { id: string; type: string }
export type LockRow = { name: string; scope: string; scope_key: string; level: 'CanNotDelete' | 'ReadOnly'; notes: string | null; created_at: Date }
export type MachineRow = {
  /** The virtual machine's resource key. */
  key: string
  /** Name of the host behind it, derived once from the machine's id. */
  host: string
  wish: Wish
  power: Power
  /** Counts restarts asked for and restarts done, so that a restart is done once. */
  restarts_wished: number
  restarts_done: number
  size: string
  cores: number
  memory_mb: number
  holds_cores: boolean
  holds_memory: boolean
  message: string | null
  since: Date
  booted_at: Date | null
}
export type Wish = 'running' | 'stopped' | 'deallocated' | 'hibernated' | 'deleted'
export type Power = 'creating' | 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated' | 'hibernated' | 'deleting'
export type ActivityRow = {
  id: Generated<number>
  at: Date
  action: string
  scope: string
  scope_key: string
  caller: string
  caller_name: string
  status: string
  http_status: number
  correlation_id: string
  operation_id: string | null
}

/** What a machine had used by then: processor time since its boot, and memory. */
export type MachineSampleRow = { key: string; at: Date; cpu_seconds: number; memory_mb: number }

export type Tables = {
  settings: SettingRow
  groups: GroupRow
  resources: ResourceRow
  operations: OperationRow
  role_definitions: RoleDefinitionRow
  role_assignments: RoleAssignmentRow
  deny_assignments: DenyAssignmentRow
  locks: LockRow
  machines: MachineRow
  activity: ActivityRow
  portal_sessions: PortalSessionRow
  machine_samples: MachineSampleRow
}
