import { setTimeout as sleep } from 'node:timers/promises'
import { driverClient } from '#engine/driver.ts'
import type { Relay } from '#engine/relay.ts'
import type { DriverStatus } from '#engine/wire.ts'

export type DriverView = {
  driver: 'silent' | 'starting' | 'ready' | 'failed'
  why?: string
  executors: number
  silentMs: number
  lastActivity: number
}
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
        return { driver: 'silent', executors: 0, silentMs: now() - since, lastActivity: 0 }
      }
      silentSince.delete(key)
      return {
        driver: status.state,
        executors: status.executors.length,
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
    online: (clusterId: string) => relay.online(clusterId),
    forget: (clusterId: string) => {
      for (const key of silentSince.keys()) if (key.startsWith(`${clusterId}/`)) silentSince.delete(key)
    },
  }
}
