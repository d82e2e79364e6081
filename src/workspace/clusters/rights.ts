import { atLeast, type Permissions } from '../permissions/service.ts'
import type { WorkspaceCaller } from '../caller.ts'

/** What each verb on a cluster needs. Source: "Compute permissions" of the Azure Databricks documentation. */
export const needs = {
  see: 'CAN_ATTACH_TO',
  use: 'CAN_ATTACH_TO',
  start: 'CAN_RESTART',
  restart: 'CAN_RESTART',
  resize: 'CAN_RESTART',
  pause: 'CAN_RESTART',
  terminate: 'CAN_RESTART',
  edit: 'CAN_MANAGE',
  'permanently delete': 'CAN_MANAGE',
  pin: 'CAN_MANAGE',
  'change the owner of': 'CAN_MANAGE',
} as const
export type Verb = keyof typeof needs

/** False when the caller must not learn that the cluster exists. With a lesser level the refusal says what is missing. */
export async function mayKnow(permissions: Permissions, caller: WorkspaceCaller, clusterId: string, verb: Verb): Promise<boolean> {
  const object = { type: 'clusters', id: clusterId } as const
  const level = await permissions.levelOf(caller, object)
  if (level === null) return false
  if (!atLeast('clusters', level, needs[verb])) await permissions.must(caller, object, needs[verb], verb)
  return true
}

/** Which of some clusters the caller sees. */
export async function visible<C extends { cluster_id: string }>(permissions: Permissions, caller: WorkspaceCaller, rows: C[]): Promise<C[]> {
  if (caller.admin) return rows
  const granted = await permissions.grantsOf(caller, 'clusters')
  return rows.filter((row) => granted.has(row.cluster_id))
}
