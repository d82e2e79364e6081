import { firstWorkers, workerIndex, workersFor } from './machine-names.ts'
import type { Reason } from './reasons.ts'
import type { Change, ClusterRow, NewEvent } from './store.ts'
import { sized } from './spec.ts'
import { mustMove, type State } from './state.ts'

/** Moves of a cluster as pure changes of its row, each with the events that tell of it. */
const move = (row: ClusterRow, to: State, message: string, more: Change['row'] = {}, events: readonly NewEvent[] = []): Change => {
  mustMove(row.state, to)
  return { row: { ...more, state: to, state_message: message }, events }
}
const size = (workers: number) => ({ cluster_size: { num_workers: workers } })
/** Source: compute.ClusterSize: one of a number and a range. */
const showSize = (spec: ClusterRow['spec'], workers: number) => (spec.autoscale ? { autoscale: spec.autoscale, num_workers: workers } : { num_workers: workers })
/** A cluster with a range starts with the least: "the initial number of workers the cluster will have". Source: compute.AutoScale. */
const afresh = ({ spec, num_workers }: ClusterRow) => ({ num_workers: spec.autoscale?.min_workers ?? num_workers, workers: null, previous_workers: null })

export const changes = {
  start: (row: ClusterRow, user: string, now: Date): Change =>
    row.state === 'PAUSED'
      ? move(row, 'RESUMING', 'Resuming', { termination_reason: null, terminated_time: null }, [
          { type: 'STARTING', details: { user, driver_state_message: 'Resuming hibernated machines' } },
        ])
      : move(
          row,
          'PENDING',
          'Finding instances for new nodes, acquiring more instances if necessary',
          {
            incarnation: row.incarnation + 1,
            ...afresh(row),
            termination_reason: null,
            terminated_time: null,
            start_time: now,
            last_state_loss_time: now,
            machines: [],
            spark_context_id: null,
          },
          [{ type: 'STARTING', details: { user } }],
        ),

  restart: (row: ClusterRow, user: string, now: Date): Change =>
    move(
      row,
      'RESTARTING',
      'Restarting',
      { incarnation: row.incarnation + 1, ...afresh(row), last_state_loss_time: now, machines: [], spark_context_id: null },
      [{ type: 'RESTARTING', details: { user } }],
    ),

  /** `by`: who asked, or why the cluster does it by itself. `leave`: workers that go first. */
  resize: (row: ClusterRow, workers: number, by: { user: string } | { autoscale: string; leave?: readonly number[] }): Change => {
    const details = {
      previous_cluster_size: showSize(row.spec, row.num_workers),
      cluster_size: showSize(row.spec, workers),
      current_num_workers: row.num_workers,
      target_num_workers: workers,
      ...('user' in by ? { cause: 'USER_REQUEST', user: by.user } : { cause: 'AUTOSCALE', driver_state_message: by.autoscale }),
    }
    const wish = {
      num_workers: workers,
      workers: workersFor(row.workers ?? firstWorkers(row.num_workers), workers, 'leave' in by ? by.leave : []),
      previous_workers: row.previous_workers ?? row.num_workers,
      spec: sized(row.spec, workers),
    }
    const message = 'user' in by ? `Resizing to ${workers} workers` : `Autoscaling to ${workers} workers: ${by.autoscale}`
    return row.state === 'RESIZING'
      ? { row: { ...wish, state_message: message }, events: [{ type: 'RESIZING', details }] }
      : move(row, 'RESIZING', message, wish, [{ type: 'RESIZING', details }])
  },

  pause: (row: ClusterRow, reason: Reason): Change =>
    move(row, 'PAUSING', 'Pausing: hibernating the machines', { termination_reason: reason }, [
      { type: 'TERMINATING', details: { reason: publicReason(reason), user: reason.parameters.username ?? '' } },
    ]),

  paused: (row: ClusterRow, now: Date): Change =>
    move(row, 'PAUSED', row.termination_reason?.message ?? 'Paused', { terminated_time: now }),

  end: (row: ClusterRow, reason: Reason): Change => {
    const user = reason.parameters.username
    return move(row, 'TERMINATING', reason.message, { termination_reason: reason }, [
      { type: 'TERMINATING', details: { reason: publicReason(reason), ...(user ? { user } : {}) } },
    ])
  },

  ended: (row: ClusterRow, now: Date): Change =>
    move(row, 'TERMINATED', row.termination_reason?.message ?? 'Terminated', {
      terminated_time: now,
      machines: [],
      spark_context_id: null,
      last_state_loss_time: now,
    }),

  running: (row: ClusterRow, now: Date, short: boolean): Change => {
    const workers = row.machines.length - 1
    const settled: Change['row'] = {
      previous_workers: null,
      ...(short
        ? { num_workers: workers, workers: row.machines.slice(1).map(({ name }) => workerIndex(name)), spec: sized(row.spec, workers) }
        : {}),
    }
    if (row.state === 'RESIZING') {
      const details = { ...size(short ? workers : row.num_workers), current_num_workers: workers, target_num_workers: row.num_workers }
      return move(row, 'RUNNING', short ? `Running with ${workers} of ${row.num_workers} workers: the others did not start` : '', settled, [
        { type: short ? 'ADD_NODES_FAILED' : row.num_workers > (row.previous_workers ?? 0) ? 'UPSIZE_COMPLETED' : 'RUNNING', details },
      ])
    }
    const fresh =
      row.state === 'RESUMING'
        ? {}
        : { spark_context_id: now.getTime() * 1000 + row.incarnation, ...(row.state === 'RESTARTING' ? { last_restarted_time: now } : {}) }
    const events: NewEvent[] = [
      ...(row.state === 'RESUMING' ? [] : [{ type: 'DRIVER_HEALTHY' }]),
      {
        type: 'RUNNING',
        details: {
          ...size(row.num_workers),
          current_num_workers: row.num_workers,
          target_num_workers: row.num_workers,
          ...(row.state === 'RESUMING' ? { driver_state_message: 'Resumed' } : {}),
        },
      },
    ]
    return move(row, 'RUNNING', '', fresh, events)
  },
} as const

const publicReason = ({ code, type, parameters }: Reason) => ({ code, type, parameters })
