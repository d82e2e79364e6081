import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import type { Machines } from './machines.ts'
import { machineNames } from './machine-names.ts'
import type { Reason } from './reasons.ts'
import type { ClusterRow, Tables } from './store.ts'

export type Console = ReturnType<typeof machineConsoles>
export type Deps = {
  db: Kysely<Tables>
  workspaceId: string
  machines: Machines
  fetch: Fetch
  clock: Clock
  log: Log
}

const bootFailures = [
  'BOOTSTRAP_TIMEOUT',
  'SPARK_STARTUP_FAILURE',
  'CLOUD_PROVIDER_LAUNCH_FAILURE',
  'WORKER_SETUP_FAILURE',
  'DRIVER_UNREACHABLE',
  'DRIVER_NODE_UNREACHABLE',
  'DRIVER_UNHEALTHY',
]
const tail = (text: string) => text.trimEnd().split('\n').slice(-15).join('\n').slice(-1500)
/** Azure's links to boot diagnostics are good for two hours. */
const linkMs = 60 * 60_000
const kept = 256 * 1024
const patienceMs = 3000

/** The consoles of a cluster's machines (boot diagnostics), and what they last said before the machines went. */
export function machineConsoles({ db, workspaceId, machines, fetch, clock, log }: Deps) {
  const links = new Map<string, { uri: string; until: number }>()
  const savedStarts = new Set<string>()

  /** Undefined when there is no such machine, or it never booted. */
  async function live(name: string): Promise<string | undefined> {
    const now = clock().getTime()
    const link = links.get(name)
    const uri = link && link.until > now ? link.uri : await machines.consoleUri(name).catch(unlessGone)
    if (uri === undefined) return undefined
    links.set(name, { uri, until: now + linkMs })
    const reply = await fetch(uri, { signal: AbortSignal.timeout(patienceMs) })
    if (reply.ok) return reply.text()
    links.delete(name)
    // A link of a machine that was made anew under the same name points to nothing; the next call asks for a new one.
    if (reply.status === 404 || reply.status === 403) return undefined
    throw new Error(`the boot diagnostics of ${name} answered ${reply.status}`)
  }

  return {
    live,
    async kept(clusterId: string, name: string): Promise<{ console: string; incarnation: number } | undefined> {
      const rows = db.selectFrom('cluster_consoles').select(['console', 'incarnation']).where('workspace_id', '=', workspaceId)
      return rows.where('cluster_id', '=', clusterId).where('machine', '=', name).executeTakeFirst()
    },

    /** Before machines go: what they said stays readable until the next start ends. Only told: nothing waits for it, nothing fails by it. */
    async keep(row: ClusterRow, names: readonly string[]): Promise<void> {
      const start = `${row.cluster_id}/${row.incarnation}`
      if (savedStarts.has(start)) return
      savedStarts.add(start)
      await Promise.all(
        names.map(async (name) => {
          try {
            const console = (await live(name))?.slice(-kept)
            links.delete(name)
            if (console === undefined) return
            // A NUL cannot be stored as text.
            const value = { incarnation: row.incarnation, kept_at: clock(), console: console.replaceAll('\0', '') }
            await db
              .insertInto('cluster_consoles')
              .values({ workspace_id: workspaceId, cluster_id: row.cluster_id, machine: name, ...value })
              .onConflict((c) => c.columns(['workspace_id', 'cluster_id', 'machine']).doUpdateSet(value))
              .execute()
          } catch (error) {
            log.info({ err: error, machine: name }, 'the console of a machine was not kept')
          }
        }),
      )
      if (savedStarts.size > 1000) savedStarts.clear()
    },

    /** Adds the last lines of the driver's console to a reason that they may explain. */
    async explain(reason: Reason, clusterId: string): Promise<Reason> {
      if (!bootFailures.includes(reason.code)) return reason
      try {
        const lines = tail((await live(machineNames(clusterId, 0)[0])) ?? '')
        return lines === ''
          ? reason
          : {
              ...reason,
              message: `${reason.message}\nThe driver's console ended with:\n${lines}`,
              parameters: { ...reason.parameters, driver_console: lines },
            }
      } catch (error) {
        log.info({ err: error, clusterId }, 'no boot diagnostics of a driver')
        return reason
      }
    },
  }
}

function unlessGone(error: unknown): undefined {
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined
  throw error
}
