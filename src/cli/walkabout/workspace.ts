import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { z } from 'zod'

/** A line of the helper: news while it works, then a result or an error. */
const Line = z.object({ id: z.int(), news: z.string().optional(), result: z.unknown().optional(), error: z.string().optional() })
export type Workspace = Awaited<ReturnType<typeof openWorkspace>>
const jsonOf = (text: string): unknown => { try { return JSON.parse(text) } catch { return null } }
export type News = (text: string) => void

export const Cluster = z.object({ cluster_id: z.string(), state: z.string(), state_message: z.string().nullish(), termination_reason: z.string().nullish(), paused: z.boolean().nullish() })
const Table = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))) })

/** The workspace by the official Python SDK, in a process of its own that speaks JSON lines (`python/workspace.py`). */
export async function openWorkspace(deps: { python: string; url: string; token: string; caFile: string; signal: AbortSignal }) {
  const child = spawn(deps.python, ['-u', join(import.meta.dirname, 'python', 'workspace.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // Ctrl-C is for us: we clean up through the helper
    env: {
      PATH: process.env.PATH, HOME: '/nonexistent', LANG: 'C.UTF-8', REQUESTS_CA_BUNDLE: deps.caFile, DATABRICKS_HOST: deps.url, DATABRICKS_TOKEN: deps.token, DATABRICKS_AUTH_TYPE: 'pat',
    },
  })
  const waiting = new Map<number, { news: News; resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaints = (complaints + text).slice(-4000) })
  child.stdin.on('error', () => {}) // it ended: `close` says so
  createInterface({ input: child.stdout }).on('line', (text) => {
    const read = Line.safeParse(jsonOf(text))
    const line = read.data
    const call = line && waiting.get(line.id)
    if (!call) { complaints = (complaints + text).slice(-4000); return }
    if (line.news !== undefined) return call.news(line.news)
    waiting.delete(line.id)
    if (line.error === undefined) call.resolve(line.result)
    else call.reject(new Error(line.error))
  })
  child.once('error', (error) => { complaints = String(error) }).once('close', () => {
    for (const call of waiting.values()) call.reject(new Error(`The program that speaks to the workspace has ended. ${complaints.trim().split('\n').at(-1) ?? ''}`))
    waiting.clear()
  })

  const call = <S extends z.ZodType>(verb: string, args: Record<string, unknown>, reply: S, news: News = () => {}): Promise<z.infer<S>> => new Promise((resolve, reject) => {
    const id = ++last
    waiting.set(id, { news, reject, resolve: (value) => { try { resolve(reply.parse(value)) } catch (error) { reject(error instanceof Error ? error : new Error(String(error))) } } })
    child.stdin.write(`${JSON.stringify({ id, verb, args })}\n`, (error) => { if (error) reject(new Error(`The program that speaks to the workspace has ended. ${complaints.trim().split('\n').at(-1) ?? ''}`)) })
  })
  const nothing = z.unknown()

  return {
    me: () => call('me', {}, z.string()),
    sparkVersion: () => call('spark_version', {}, z.string()),
    createCluster: (args: { name: string; node_type: string; workers: number }, news: News) => call('create_cluster', args, Cluster, news),
    cluster: (cluster_id: string) => call('cluster', { cluster_id }, Cluster),
    terminate: (cluster_id: string, news: News) => call('terminate', { cluster_id }, Cluster, news),
    start: (cluster_id: string, news: News) => call('start', { cluster_id }, Cluster, news),
    pause: (cluster_id: string, news: News) => call('pause', { cluster_id }, Cluster, news),
    /** Sends the files of the data package to the driver's disk. */
    upload: (cluster_id: string, folder: string, news: News) => call('upload', { cluster_id, folder }, z.record(z.string(), z.int()), news),
    /** Runs Python; what it prints comes back. */
    python: (cluster_id: string, command: string) => call('python', { cluster_id, command }, z.string()),
    sql: (cluster_id: string, statement: string) => call('sql', { cluster_id, statement }, Table),
    quit: () => call('quit', {}, nothing).catch(() => {}).finally(() => child.stdin.end()),
    kill: () => void child.kill('SIGKILL'),
  }
}
