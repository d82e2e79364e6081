import type { Clock } from '#base/clock.ts'
import { asProblem } from '#base/problem.ts'
import type { InitReport, InitScript as ForMachine } from '#engine/agent/init-scripts.ts'
import type { StorageCredentials } from '../machine/sas.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import { changes } from './changes.ts'
import { placeOf, type InitScript, type Place } from './init-script-info.ts'
import { reasons } from './reasons.ts'
import type { Starts } from './starts.ts'
import type { Change, ClusterRow, ClusterStore, NewEvent } from './store.ts'

/** The text of a workspace file, as the cluster's owner may read it. Throws a Problem that says why not. */
export type ReadWorkspaceFile = (ownerId: number, path: string) => Promise<string>
export type Deps = {
  record: WorkspaceRecord
  store: ClusterStore
  credential: StorageCredentials['forContainer']
  fetch: Fetch
  readFile: ReadWorkspaceFile
  starts: Starts
  clock: Clock
}
export type InitScripts = ReturnType<typeof initScripts>

/** "The size of the init script must be at most 64 KB". Source: "What are init scripts?", Azure Databricks. */
const largest = 64 * 1024
const booting: readonly ClusterRow['state'][] = ['PENDING', 'RESTARTING']

/** What the machines of a cluster are given to run before Spark, and what they tell of it. */
export const initScripts = ({ record, store, credential, fetch, readFile, starts, clock }: Deps) => {
  async function fromRoot(path: string): Promise<string> {
    const { account, container, dfsEndpoint } = record.storage
    // The storage port speaks TLS beside plain HTTP.
    const endpoint = new URL(dfsEndpoint.replace(/^http:/, 'https:'))
    // Azure's host is the account; of our own cloud the path begins with it.
    const base = endpoint.host.startsWith(`${account}.`) ? `${endpoint.origin}/${container}` : `${endpoint.origin}/${account}/${container}`
    const { sas } = await credential({ account, container })
    const reply = await fetch(`${base}${path.split('/').map(encodeURIComponent).join('/')}?${sas}`, { headers: { 'x-ms-version': '2023-11-03' } })
    if (reply.status === 404) throw new Error('the root storage has no such file')
    if (!reply.ok) throw new Error(`the root storage answered ${reply.status}`)
    return reply.text()
  }
  async function read(place: Place, ownerId: number): Promise<ForMachine> {
    if (place.from === 'machine') return { name: place.name, file: place.path }
    try {
      const text = place.from === 'root' ? await fromRoot(place.path) : await readFile(ownerId, place.path)
      return Buffer.byteLength(text) > largest ? { name: place.name, error: 'it is larger than 64 KB' } : { name: place.name, text }
    } catch (error) {
      const problem = asProblem(error)
      return { name: place.name, error: problem.code === 'internal' && error instanceof Error ? error.message : problem.message }
    }
  }

  return {
    scripts: async (row: ClusterRow): Promise<ForMachine[]> => Promise.all((row.spec.init_scripts ?? []).map((script) => read(placeOf(script), row.owner_id))),

    /** The driver's story becomes events; a failure anywhere ends a cluster that starts, and keeps one that grows as it is. */
    async report(row: ClusterRow, report: InitReport): Promise<void> {
      const script = report.results.findIndex((each) => each.status === 'FAILED_EXECUTION' || each.status === 'FAILED_FETCH')
      const failure = report.results[script]
      const tell = report.machine === 'driver' || failure !== undefined
      if (report.machine === 'driver' && report.phase === 'finished' && !failure) await starts.reached(row, 'init_scripts')
      const events = tell ? [eventOf(row.spec.init_scripts ?? [], report)] : []
      await store.change(row.cluster_id, clock(), (now) => {
        if (now.incarnation !== row.incarnation || events.length === 0) return null
        if (!failure) return { row: {}, events }
        const name = placeOf(row.spec.init_scripts?.[script] ?? {}).name
        const why = reasons.initScript(`${row.cluster_id}-${report.machine}`, name, failure.error ?? failure.status, failure.last_lines ?? '')
        return failed(now, events, why, clock())
      })
    },
  }
}

function failed(row: ClusterRow, events: NewEvent[], why: ReturnType<typeof reasons.initScript>, now: Date): Change {
  const after = (change: Change): Change => ({ row: change.row, events: [...events, ...(change.events ?? [])] })
  if (booting.includes(row.state)) return after(changes.end(row, why))
  if (row.state !== 'RESIZING') return { row: {}, events: [...events, { type: 'ADD_NODES_FAILED', details: { driver_state_message: why.message } }] }
  const smaller = changes.running(row, now, true)
  return after({ ...smaller, row: { ...smaller.row, state_message: why.message } })
}

/** Source: compute.InitScriptEventDetails in databricks-sdk-py. */
const eventOf = (scripts: readonly InitScript[], report: InitReport): NewEvent =>
  report.phase === 'started'
    ? { type: 'INIT_SCRIPTS_STARTED', details: { init_scripts: { cluster: scripts } } }
    : {
        type: 'INIT_SCRIPTS_FINISHED',
        details: {
          init_scripts: {
            cluster: scripts.map((script, at) => {
              const result = report.results[at]
              return {
                ...script,
                status: result?.status ?? 'UNKNOWN',
                execution_duration_seconds: Math.round(result?.seconds ?? 0),
                ...(result?.error === undefined ? {} : { error_message: [result.error, result.last_lines].filter(Boolean).join('\n') }),
              }
            }),
            reported_for_node: report.address,
          },
        },
      }
