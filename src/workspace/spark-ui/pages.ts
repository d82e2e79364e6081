import type { ClusterRow } from '../clusters/store.ts'
import { runtimeOf } from '../clusters/spark-versions.ts'
import { can, type State } from '../clusters/state.ts'
import { html, page } from '../page.ts'

const doing: Partial<Record<State, string>> = {
  PENDING: 'is starting',
  RESTARTING: 'is restarting',
  RESUMING: 'is resuming',
  PAUSING: 'is being paused',
  PAUSED: 'is paused',
  TERMINATING: 'is being terminated',
  TERMINATED: 'is terminated',
}

/** Why there are no Spark pages of this cluster now; undefined when there should be. */
export function whyNot(row: ClusterRow): string | undefined {
  if (runtimeOf(row.spec.spark_version) === 'bare') return 'This cluster has bare machines without Spark.'
  const running: readonly State[] = can.sparkUi
  if (running.includes(row.state)) return undefined
  const what = `Cluster ${row.spec.cluster_name || row.cluster_id} ${doing[row.state] ?? row.state}.`
  const why = row.state_message === '' ? '' : ` ${row.state_message.split('\n')[0] ?? ''}`
  const then = row.state === 'TERMINATED' || row.state === 'PAUSED' ? ' Spark has pages only while it runs: start the cluster and come back.' : ''
  return `${what}${why}${then}`
}

/** Comes back by itself while something is on its way. */
export const noPage = (row: ClusterRow, why: string): string =>
  page({
    title: 'Spark UI',
    header: html`<b>Spark UI</b>`,
    refresh: ['PENDING', 'RESTARTING', 'RESUMING', 'RUNNING', 'RESIZING'].includes(row.state) ? 5 : undefined,
    body: html`<section class="notice">
      <h1>There is no Spark UI now</h1>
      <p>${why}</p>
      <p class="soft">Cluster ${row.cluster_id}</p>
    </section>`,
  })
