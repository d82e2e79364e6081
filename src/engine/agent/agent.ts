import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DriverStatus } from '../wire.ts'
import { answer } from './api.ts'
import { openContexts } from './contexts.ts'
import { keepDialing } from './dial.ts'
import { connectHost, machinePorts, type DriverPlan, type Machine } from './plan.ts'
import { startSpark, type Spark } from './spark.ts'

export type Agent = { stop(): Promise<void> }

/** Starts Spark on this machine, offers it to the workspace and answers the workspace's calls until told to stop. */
export function startAgent(plan: DriverPlan, machine: Machine): Agent {
  const began = Date.now()
  const log = (line: string) => void process.stdout.write(`brickyard: ${line}\n`)
  const status: DriverStatus = { state: 'starting', executors: [], steps: [], lastActivity: began, clusterId: plan.clusterId, incarnation: plan.incarnation }
  const step = (name: string) => {
    const seconds = (Date.now() - began) / 1000
    status.steps.push({ name, seconds })
    log(`${name} (${seconds.toFixed(2)} s)`)
  }
  const fail = (why: string) => {
    if (status.state === 'failed' || stopping) return
    Object.assign(status, { state: 'failed', why })
    log(`failed: ${why}`)
  }
  let stopping = false
  let spark: Spark | undefined
  const session = Promise.withResolvers<Spark>()
  session.promise.catch(() => {}) // told by the status; contexts that wait for it get the reason
  const contexts = openContexts({ plan, machine, log, spark: session.promise, touched: (at) => { status.lastActivity = Math.max(status.lastActivity, at) } })

  async function start(): Promise<void> {
    if (plan.runtime === 'bare') {
      session.reject(new Error('This cluster has bare machines without Spark. Choose a spark_version with Spark to run commands.'))
      status.state = 'ready'
      return
    }
    spark = await startSpark(plan, machine)
    step('driver JVM')
    void spark.ended.then((why) => fail(why))
    status.sparkVersion = await spark.gateway.text('z:brickyard.Driver', 'start')
    step('session')
    session.resolve(spark)
    await listening(connectHost(machine.address), machinePorts.connect)
    step('Spark Connect')
    status.state = 'ready'
    void warmWhenIdle(spark).catch((error: Error) => log(`Delta could not be warmed up: ${error.message.slice(0, 300)}`))
  }

  /** The first use of Delta costs seconds: take them while nobody waits. */
  async function warmWhenIdle({ gateway }: Spark): Promise<void> {
    if (plan.storage.account === '') return
    const readyAt = Date.now()
    for (let quiet = 0; quiet < 3; await sleep(1_000)) {
      const { state, executors, lastActivity } = await refresh(status, spark, contexts.busy())
      if (state !== 'ready' || stopping || Date.now() - readyAt > 120_000) return
      quiet = executors.length > 0 && Date.now() - lastActivity > 900 ? quiet + 1 : 0
    }
    await gateway.call('z:brickyard.Driver', 'warm', `/.brickyard/warm-${plan.clusterId}-${plan.incarnation}`)
    step('Delta warmed up')
  }

  const server = createServer((request, response) => void answer({ status: () => refresh(status, spark, contexts.busy()), retire: (hosts) => retire(spark, hosts), contexts, began }, request, response))
  server.requestTimeout = 0
  // The workspace keeps its connections: opening one through the relay is slower than most calls.
  server.keepAliveTimeout = 300_000
  const dialing = readFile(machine.caFile ?? '/dev/null', 'utf8').then((ca) =>
    keepDialing({
      workspaceUrl: plan.workspaceUrl, token: machine.token, ca: ca === '' ? undefined : ca, log,
      hostOf: (port) => (port === machinePorts.connect ? connectHost(machine.address) : machine.address),
      onAgentStream: (stream) => server.emit('connection', stream),
    }),
  )
  void start().catch((error: Error) => {
    fail(error.message)
    session.reject(error)
  })

  return {
    async stop() {
      stopping = true
      ;(await dialing).stop()
      await contexts.close()
      spark?.stop()
      await spark?.ended
    },
  }
}

/** The status with what only Spark knows now. */
async function refresh(status: DriverStatus, spark: Spark | undefined, busy: boolean): Promise<DriverStatus> {
  if (status.state !== 'ready' || !spark) return status
  const text = await spark.gateway.text('z:brickyard.Driver', 'status')
  const seen: { executors?: DriverStatus['executors']; waitingTasks?: number; jobs?: number; lastConnect?: number } = JSON.parse(text)
  if (!seen.executors) return Object.assign(status, { state: 'failed', why: 'Spark was stopped on this cluster' })
  status.executors = seen.executors
  status.waitingTasks = seen.waitingTasks ?? 0
  status.lastActivity = Math.max(status.lastActivity, seen.jobs || busy ? Date.now() : 0, seen.lastConnect ?? 0)
  return status
}

/** Their machines go soon: Spark gives them no more tasks. */
async function retire(spark: Spark | undefined, hosts: readonly string[]): Promise<{ executors: number }> {
  const executors = spark && hosts.length > 0 ? await spark.gateway.call('z:brickyard.Driver', 'retire', hosts.join(',')) : 0
  return { executors: Number(executors) }
}

/** Resolves when somebody accepts connections there. */
async function listening(host: string, port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host, port }, () => { socket.destroy(); resolve(true) })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await sleep(50)
  }
}
