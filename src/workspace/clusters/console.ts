import type { Log } from '#base/log.ts'
import type { trustingFetch } from '../trust.ts'
import type { Machines } from './machines.ts'
import { machineNames } from './machine-names.ts'
import type { Reason } from './reasons.ts'

export type Console = ReturnType<typeof driverConsole>

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

/** Adds the last lines of the driver's console (boot diagnostics) to a reason that they may explain. */
export const driverConsole = (machines: Machines, fetch: ReturnType<typeof trustingFetch>, log: Log) => ({
  async explain(reason: Reason, clusterId: string): Promise<Reason> {
    if (!bootFailures.includes(reason.code)) return reason
    try {
      const uri = await machines.consoleUri(machineNames(clusterId, 0)[0])
      const reply = uri === undefined ? undefined : await fetch(uri)
      const lines = reply?.ok ? tail(await reply.text()) : ''
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
})
