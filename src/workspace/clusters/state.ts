import { Problem } from '#base/problem.ts'

/** Where a cluster is. Pausing is our extension: other clients see its states as the ones of `shown`. */
export const states = [
  'PENDING',
  'RUNNING',
  'RESIZING',
  'RESTARTING',
  'PAUSING',
  'PAUSED',
  'RESUMING',
  'TERMINATING',
  'TERMINATED',
] as const
export type State = (typeof states)[number]

/** Source: compute.State in databricks-sdk-py. A lost or refused machine ends a cluster with a reason, so ERROR never shows. */
export const wireStates = ['PENDING', 'RUNNING', 'RESIZING', 'RESTARTING', 'TERMINATING', 'TERMINATED', 'ERROR', 'UNKNOWN'] as const
export const shown = {
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  RESIZING: 'RESIZING',
  RESTARTING: 'RESTARTING',
  PAUSING: 'TERMINATING',
  PAUSED: 'TERMINATED',
  RESUMING: 'PENDING',
  TERMINATING: 'TERMINATING',
  TERMINATED: 'TERMINATED',
} as const satisfies Record<State, (typeof wireStates)[number]>

/** Every move that a cluster can make. Source: the docstring of compute.State; the moves around PAUSED are ours. */
export const moves = {
  PENDING: ['RUNNING', 'TERMINATING'],
  RUNNING: ['RESIZING', 'RESTARTING', 'PAUSING', 'TERMINATING'],
  RESIZING: ['RUNNING', 'RESTARTING', 'TERMINATING'],
  RESTARTING: ['RUNNING', 'TERMINATING'],
  PAUSING: ['PAUSED', 'TERMINATING'],
  PAUSED: ['RESUMING', 'TERMINATING'],
  RESUMING: ['RUNNING', 'TERMINATING'],
  TERMINATING: ['TERMINATED'],
  TERMINATED: ['PENDING'],
} as const satisfies Record<State, readonly State[]>

/** What a person may ask for, and when. Buttons read this table too. */
export const can = {
  start: ['TERMINATED', 'PAUSED'],
  restart: ['RUNNING', 'RESIZING'],
  resize: ['RUNNING', 'RESIZING'],
  pause: ['RUNNING'],
  terminate: ['PENDING', 'RUNNING', 'RESIZING', 'RESTARTING', 'PAUSING', 'PAUSED', 'RESUMING'],
  edit: ['RUNNING', 'TERMINATED'],
  changeOwner: ['TERMINATED', 'PAUSED'],
  use: ['RUNNING', 'RESIZING'],
  sparkUi: ['RUNNING', 'RESIZING'],
  remove: ['PENDING', 'RUNNING', 'RESIZING', 'RESTARTING', 'PAUSING', 'PAUSED', 'RESUMING', 'TERMINATING', 'TERMINATED'],
} as const satisfies Record<string, readonly State[]>
export type Verb = keyof typeof can

const words: Record<State, string> = {
  PENDING: 'Pending',
  RUNNING: 'Running',
  RESIZING: 'Resizing',
  RESTARTING: 'Restarting',
  PAUSING: 'Pausing',
  PAUSED: 'Paused',
  RESUMING: 'Resuming',
  TERMINATING: 'Terminating',
  TERMINATED: 'Terminated',
}

/** The wording is the API's own: "Cluster X is in unexpected state Pending." */
export function mustBeAbleTo(verb: Verb, cluster: { cluster_id: string; state: State }): void {
  const allowed: readonly State[] = can[verb]
  if (allowed.includes(cluster.state)) return
  throw new Problem(
    'wrong_state',
    `Cluster ${cluster.cluster_id} is in unexpected state ${words[cluster.state]}: cannot ${verb.replace('changeOwner', 'change the owner of')} it.${
      verb === 'edit' && cluster.state === 'PAUSED' ? ' Terminate it first, which gives up what is in its memory, or start it to resume it.' : ''
    }`,
  )
}

export function mustMove(from: State, to: State): void {
  const allowed: readonly State[] = moves[from]
  if (!allowed.includes(to)) throw new Error(`A cluster cannot go from ${from} to ${to}`)
}
