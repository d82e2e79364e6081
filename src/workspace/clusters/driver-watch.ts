import { setTimeout as sleep } from 'node:timers/promises'
import { driverClient } from '#engine/driver.ts'
import type { Relay } from '#engine/relay.ts'
import type { DriverStatus, ExecutorStatus } from '#engine/wire.ts'

export type DriverView = {
  driver: 'silent' | 'starting' | 'ready' | 'failed'
  why?: string
  executors: number
  /** What each executor does, and what waits for one. */
  load: readonly ExecutorStatus[]
  waitingTasks: number
  steps: DriverStatus['steps']
  silentMs: number
  lastActivity: number
}
/** A driver of which nothing is known. */
export const unheard: DriverView = { driver: 'silent', executors: 0, load: [], waitingTasks: 0, steps: [], silentMs: 0, lastActivity: 0 }
export type DriverWatch = ReturnType<typeof driverWatch>

/** What the drivers say of themselves, and since when this process has heard nothing. */
export function driverWatch(relay: Relay, now: () => number) {
  const silentSince = new Map<string, number>()

  async function ask(clusterId: string, incarnation: number): Promise<DriverStatus | undefined> {
    if (!relay.online(clusterId)) return undefined
    const late = sleep(3000, undefined, { ref: false })
    const status = await Promise.race([
      driverClient(relay, clusterId)
        .status()
        .catch(() => undefined),
      late,
    ])
    return status?.incarnation === incarnation ? status : undefined
  }

  return {
    async look(clusterId: string, incarnation: number): Promise<DriverView> {
      const status = await ask(clusterId, incarnation)
      const key = `${clusterId}/${incarnation}`
      if (!status) {
        const since = silentSince.get(key) ?? now()
        silentSince.set(key, since)
        return { ...unheard, silentMs: now() - since }
      }
      silentSince.delete(key)
      return {
        driver: status.state,
        executors: status.executors.length,
        load: status.executors,
        waitingTasks: status.waitingTasks ?? 0,
        steps: status.steps,
        silentMs: 0,
        lastActivity: status.lastActivity,
        ...(status.why === undefined ? {} : { why: status.why }),
      }
    },

    /** Waits, at most `ms`, for a connected driver to get on: a start must not cost a polling interval. */
    async progress(clusterId: string, incarnation: number, executors: number, ms: number, signal: AbortSignal): Promise<void> {
      const until = now() + ms
      while (now() < until && !signal.aborted && relay.online(clusterId)) {
        const status = await ask(clusterId, incarnation)
        if (!status || status.state === 'failed' || (status.state === 'ready' && status.executors.length >= executors)) return
        await sleep(60)
      }
    },
    /** These workers go soon. A driver that does not hear it only loses a moment: Spark computes again what was lost. */
    async retire(clusterId: string, hosts: readonly string[]): Promise<void> {
      if (hosts.length > 0 && relay.online(clusterId)) await driverClient(relay, clusterId).retire(hosts).catch(() => undefined)
    },
    online: (clusterId: string) => relay.online(clusterId),
    forget: (clusterId: string) => {
      for (const key of silentSince.keys()) if (key.startsWith(`${clusterId}/`)) silentSince.delete(key)
    },
  }
}
